/** A repository of a user and a room that has changed a copy of it, for suites about promotions in projects. */
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type PromotionPaths, promotionPaths } from "#fitness/gate/paths.ts";
import {
  type CandidateRoom,
  makeCandidate,
  type ProjectCandidate,
} from "#ops/project/candidate.ts";
import { COMMIT, initRepository, nameUser, newestCommit } from "./few-processes.ts";

/** Texts by path; `null` removes a file, `{ link }` makes a link, `{ run }` an executable file. */
export type Edits = Readonly<Record<string, string | null | { link: string } | { run: string }>>;

/** When candidates are made, in milliseconds since the epoch. */
export const NOW: number = Date.UTC(2026, 10, 23, 8, 30);

export class UserProject implements Disposable {
  readonly #top: string = realpathSync(mkdtempSync(join(tmpdir(), "org-user-")));
  /** The user's work tree. */
  readonly root: string = join(this.#top, "repo");
  /** The project's folder in the home. */
  readonly folder: string = join(this.#top, "home", "project");
  /** The key of the home. */
  readonly signing: PromotionPaths = promotionPaths(join(this.#top, "home"));
  #rooms = 0;

  constructor(files: Edits = { "README.md": "# project\n", "src/a.ts": "a\n", "src/b.ts": "b\n" }) {
    mkdirSync(this.root);
    initRepository(join(this.root, ".git"), { bare: false });
    // As Git's own templates make them.
    for (const name of ["hooks", "info"]) mkdirSync(join(this.root, ".git", name));
    nameUser(join(this.root, ".git"), "Ann User", "ann@example.org");
    if (Object.keys(files).length > 0) this.commit("first", files);
  }

  /** The user's own Git, with all that their repository says. @throws {Error} when it fails. */
  git(...args: string[]): string {
    return this.gitIn(this.root, ...args);
  }

  gitIn(cwd: string, ...args: string[]): string {
    const env = { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: this.#top, GIT_CONFIG_NOSYSTEM: "1" };
    const { stdout, stderr, exitCode } = Bun.spawnSync(["git", ...args], { cwd, env });
    if (exitCode !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}`);
    return stdout.toString();
  }

  edit(files: Edits, top: string = this.root): void {
    for (const [path, content] of Object.entries(files)) {
      const target = join(top, path);
      rmSync(target, { force: true, recursive: true });
      if (content === null) continue;
      mkdirSync(dirname(target), { recursive: true });
      if (typeof content === "string") writeFileSync(target, content);
      else if ("link" in content) symlinkSync(content.link, target);
      else {
        writeFileSync(target, content.run);
        chmodSync(target, 0o755);
      }
    }
  }

  /** Commits with the user's Git. @returns the id. */
  commit(title: string, files: Edits): string {
    this.edit(files);
    this.git("add", "--all", "--force");
    this.git(...COMMIT, "--no-verify", "-m", title);
    return newestCommit(join(this.root, ".git"), () => this.git("rev-parse", "HEAD"));
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), "utf8");
  }

  /** A room whose base is the work tree as it is now, with one turn that makes these edits. */
  room(edits: Edits, persona = "coder"): CandidateRoom {
    this.#rooms += 1;
    const gitDir = join(this.folder, "rooms", String(this.#rooms), "work.git");
    const copy = join(gitDir, "..", "copy");
    mkdirSync(copy, { recursive: true });
    const own = (...args: string[]): string =>
      this.gitIn(
        copy,
        `--git-dir=${gitDir}`,
        `--work-tree=${copy}`,
        "-c",
        "core.bare=false",
        ...args,
      );
    initRepository(gitDir, { bare: true });
    const alternate = `${join(this.root, ".git/objects")}\n`;
    writeFileSync(join(gitDir, "objects/info/alternates"), alternate);
    const source = this.git("rev-parse", "HEAD").trim();
    own("update-ref", "refs/org/source", source);
    this.gitIn(
      this.root,
      `--git-dir=${gitDir}`,
      `--work-tree=${this.root}`,
      "-c",
      "core.bare=false",
      "add",
      "--all",
    );
    const commit = (parent: string): string => {
      const names = ["-c", `user.name=${persona}`, "-c", "user.email=persona@org.invalid"];
      return own(
        ...names,
        "commit-tree",
        "-p",
        parent,
        "-m",
        "turn",
        own("write-tree").trim(),
      ).trim();
    };
    const base = commit(source);
    own("update-ref", "refs/org/base", base);
    own("checkout-index", "--all", "--force");
    this.edit(edits, copy);
    own("add", "--all", "--force");
    own("update-ref", "refs/org/work", commit(base));
    return { location: this, repository: { gitDir, muted: [] } };
  }

  /** A room with these edits, and a candidate of them. */
  async candidate(edits: Edits): Promise<readonly [CandidateRoom, ProjectCandidate]> {
    const room = this.room(edits);
    const parts = { title: "feat: change", trailers: { "Org-Model": "small" }, nowMs: NOW };
    return [room, await makeCandidate(room, parts)];
  }

  /** Everything that must be either as before or as after: files, index, refs, HEAD, and names in `.git`. */
  state(): string {
    const refs = this.git("for-each-ref", "--format=%(refname) %(objectname)");
    const index = this.git("ls-files", "--stage", "-v");
    const head = readFileSync(join(this.root, ".git", "HEAD"), "utf8");
    const own = readdirSync(join(this.root, ".git")).filter((name) => /org-|lock/.test(name));
    return [refs, index, head, ...own, ...this.#files("")].join("\n");
  }

  /** The files that hold objects of the user's repository. */
  objects(): readonly string[] {
    const names = readdirSync(join(this.root, ".git", "objects"), { recursive: true });
    return names.map(String).sort();
  }

  #files(folder: string): readonly string[] {
    const names = readdirSync(join(this.root, folder)).sort();
    return names.flatMap((name) => {
      const path = join(folder, name);
      const target = join(this.root, path);
      const entry = lstatSync(target);
      if (path === ".git") return [];
      if (entry.isDirectory()) return [`${path}/`, ...this.#files(path)];
      if (entry.isSymbolicLink()) return [`${path} -> ${readlinkSync(target)}`];
      return [`${path} ${(entry.mode & 0o777).toString(8)} ${Bun.hash(readFileSync(target))}`];
    });
  }

  [Symbol.dispose](): void {
    rmSync(this.#top, { recursive: true, force: true });
  }
}

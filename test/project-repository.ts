/** A user's repository, and a home beside it that keeps rooms for it. */
import { createHash } from "node:crypto";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { findProject, type ProjectLocation } from "#ops/project/location.ts";
import { openWork, type ProjectWork } from "#ops/project/work.ts";
import { COMMIT, initRepository, nameUser, newestCommit } from "./few-processes.ts";

export class ProjectRepository implements Disposable {
  readonly folder: string = realpathSync(mkdtempSync(join(tmpdir(), "org-project-")));
  /** The user's work tree. */
  readonly root: string = join(this.folder, "user");
  readonly projects: string = join(this.folder, "home", "projects");

  constructor(...init: readonly string[]) {
    mkdirSync(this.root);
    // What is not as usual, Git itself knows how to make.
    if (init.length === 0) initRepository(join(this.root, ".git"), { bare: false });
    else this.git("init", "--quiet", "--initial-branch=main", "--template=", ...init);
    nameUser(join(this.root, ".git"), "Ada", "ada@example.invalid");
  }

  /** Plain Git in the user's work tree, as they type it. */
  git(...args: readonly string[]): string {
    return this.gitIn(this.root, ...args);
  }

  gitIn(cwd: string, ...args: readonly string[]): string {
    const { exitCode, stdout, stderr } = Bun.spawnSync(["git", ...args], {
      cwd,
      env: { PATH: "/usr/bin:/bin", HOME: this.folder, GIT_CONFIG_NOSYSTEM: "1" },
    });
    if (exitCode !== 0) throw new Error(`git ${args.join(" ")}: ${stderr.toString()}`);
    return stdout.toString();
  }

  write(path: string, text: string | Uint8Array, root: string = this.root): void {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }

  /** Writes files and commits everything. */
  commit(message: string, files: Readonly<Record<string, string | Uint8Array>>): string {
    for (const [path, text] of Object.entries(files)) this.write(path, text);
    this.git("add", "--all");
    this.git(...COMMIT, "-m", message);
    return newestCommit(join(this.root, ".git"), () => this.git("rev-parse", "HEAD"));
  }

  async place(start: string = this.root): Promise<ProjectLocation> {
    const place = await findProject(start, this.projects);
    if (place === undefined) throw new Error(`Found no project at ${start}`);
    return place;
  }

  /** Opens the room of a name, or opens it again. */
  async open(name = "main", start: string = this.root): Promise<ProjectWork> {
    const place = await this.place(start);
    const { signal } = new AbortController();
    return await openWork(place, `project-${place.id}-${name}`, { signal });
  }

  /**
   * Everything in the user's folder, `.git` included: kind, mode and content of each file by its path. Two of them are
   * equal when nothing was written.
   */
  state(): Readonly<Record<string, string>> {
    return stateOf(this.root);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Kind, mode and content of each file below a folder, by its path, one character a byte. */
export function stateOf(root: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  const visit = (below: string): void => {
    const folder = Buffer.concat([Buffer.from(root), Buffer.from(below, "latin1")]);
    for (const name of readdirSync(folder, { encoding: "buffer" })) {
      const path = `${below}/${name.toString("latin1")}`;
      const full = Buffer.concat([Buffer.from(root), Buffer.from(path, "latin1")]);
      found[path.slice(1)] = describe(full);
      if (lstatSync(full).isDirectory()) visit(path);
    }
  };
  visit("");
  return found;
}

function describe(path: Buffer): string {
  const entry = lstatSync(path);
  const mode = entry.mode.toString(8);
  if (entry.isSymbolicLink()) return `${mode} ${readlinkSync(path)}`;
  if (!entry.isFile()) return mode;
  return `${mode} ${createHash("sha256").update(readFileSync(path)).digest("hex")}`;
}

/** With one commit. */
export function repositoryOf(files: Readonly<Record<string, string>>): ProjectRepository {
  const repository = new ProjectRepository();
  repository.commit("first", files);
  return repository;
}

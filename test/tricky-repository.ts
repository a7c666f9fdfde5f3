/** A real repository to plant tricks in, and plain Git to show that they work. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gitRaw } from "#platform/git/raw.ts";
import { openRepository } from "#platform/git/repository.ts";
import type { RepositoryLocation } from "#platform/git/wrapper.ts";

export interface HardenedOutput {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const ANY_EXIT_CODE = Array.from({ length: 256 }, (_, code) => code);

/** One commit, `first`, with the file `a.txt` on the branch `main`. Disposing removes everything. */
export class TrickyRepository implements Disposable {
  readonly folder: string = realpathSync(mkdtempSync(join(tmpdir(), "org-git-")));
  readonly #marker = join(this.folder, "bitten");
  #changes = 0;

  constructor() {
    this.plain("init", "--quiet", "--initial-branch=main", "--template=");
    this.commit("first", { "a.txt": "one\n" });
  }

  /** A path in the work tree. */
  tree(...names: string[]): string {
    return join(this.folder, "tree", ...names);
  }

  /** A path beside the work tree. */
  outside(...names: string[]): string {
    return join(this.folder, ...names);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  /** Changes a file without changing its size, so that Git has to read it. */
  change(...names: string[]): void {
    this.#changes += 1;
    this.write(this.tree(...names), `on${this.#changes % 10}\n`);
  }

  /** Plain Git in the work tree, as a program calls it that knows no tricks; returns its output. */
  plain(...args: string[]): string {
    return this.plainIn(this.tree(), args);
  }

  plainIn(cwd: string, args: readonly string[], environment: Record<string, string> = {}): string {
    mkdirSync(cwd, { recursive: true });
    const who = { NAME: "test", EMAIL: "test@example.invalid" };
    const { stdout } = Bun.spawnSync(["git", ...args], {
      cwd,
      env: {
        PATH: "/usr/bin:/bin",
        HOME: this.folder,
        ...Object.fromEntries(
          Object.entries(who).map(([key, value]) => [`GIT_AUTHOR_${key}`, value]),
        ),
        ...Object.fromEntries(
          Object.entries(who).map(([key, value]) => [`GIT_COMMITTER_${key}`, value]),
        ),
        ...environment,
      },
      stderr: "ignore",
    });
    return stdout.toString();
  }

  /** Plain Git in the work tree with something to read. */
  plainWith(args: readonly string[], stdin: string): string {
    const env = { PATH: "/usr/bin:/bin", HOME: this.folder };
    const { stdout } = Bun.spawnSync(["git", ...args], {
      ...{ cwd: this.tree(), env, stdin: new TextEncoder().encode(stdin), stderr: "ignore" },
    });
    return stdout.toString();
  }

  /** Commits everything in the work tree by plain Git. */
  commit(message: string, files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) this.write(this.tree(name), text);
    this.plain("add", "--all");
    this.plain("commit", "--quiet", "--allow-empty", `--message=${message}`);
  }

  /** The id of the newest commit. */
  get head(): string {
    return this.plain("rev-parse", "HEAD").trim();
  }

  /** A program that leaves a trace. With `passesOn` it copies its input, as a filter has to. */
  program(path: string = this.outside("evil"), passesOn = false): string {
    this.write(path, `#!/bin/sh\necho > ${this.#marker}\n${passesOn ? "cat" : ""}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  /** Whether the program of {@link program} has run since this was asked last. */
  bitten(): boolean {
    const bitten = existsSync(this.#marker);
    rmSync(this.#marker, { force: true });
    return bitten;
  }

  /** Our Git, whatever its exit code. */
  async hardened(
    args: readonly string[],
    place: Partial<RepositoryLocation> = {},
    stdin?: string,
  ): Promise<HardenedOutput> {
    const repository = await openRepository({
      gitDir: this.tree(".git"),
      workTree: this.tree(),
      ...place,
    });
    const output = await gitRaw(repository, args, { exitCodes: ANY_EXIT_CODE, stdin });
    return { ...output, stdout: new TextDecoder().decode(output.stdout) };
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }
}

/** A repository without a work tree, whose trees are made of texts. */
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gitText } from "#platform/git/raw.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import { initRepository, writeObject, writeTree } from "./few-processes.ts";

/** What a path holds: a text, or an entry that is not a plain file. */
export type TreeFile = string | { readonly mode: string; readonly content: string };

export class TreeRepository implements Disposable {
  /** Holds the repository; tests may put more there. */
  readonly folder: string = realpathSync(mkdtempSync(join(tmpdir(), "trees-")));
  #repository: Repository | undefined;

  async repository(): Promise<Repository> {
    const gitDir = join(this.folder, "work.git");
    if (this.#repository === undefined) initRepository(gitDir, { bare: true });
    this.#repository ??= { gitDir, muted: [] };
    return this.#repository;
  }

  /** @returns the id of a tree with these files; names that Git itself refuses cannot be in it. */
  async tree(files: Readonly<Record<string, TreeFile>>): Promise<string> {
    const repository = await this.repository();
    const entries = new Map<string, { mode: string; id: string }>();
    for (const [path, file] of Object.entries(files)) {
      const { mode, content } = typeof file === "string" ? { mode: "100644", content: file } : file;
      entries.set(path, { mode, id: mode === "160000" ? content : await this.blob(content) });
    }
    return writeTree(repository.gitDir, entries);
  }

  /** @returns the id of a tree with exactly these lines of `git mktree`, whatever they name. */
  async rawTree(lines: readonly (string | Uint8Array)[]): Promise<string> {
    const stdin = Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.of(0)]));
    return await gitText(await this.repository(), ["mktree", "-z", "--missing"], { stdin });
  }

  async blob(content: string): Promise<string> {
    return writeObject((await this.repository()).gitDir, "blob", Buffer.from(content));
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

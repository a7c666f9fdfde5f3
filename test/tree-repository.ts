/** A repository without a work tree, whose trees are made of texts. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gitRaw, gitText } from "#platform/git/raw.ts";
import { createRepository } from "#platform/git/repository.ts";
import type { Repository } from "#platform/git/wrapper.ts";

/** What a path holds: a text, or an entry that is not a plain file. */
export type TreeFile = string | { readonly mode: string; readonly content: string };

export class TreeRepository implements Disposable {
  /** Holds the repository; tests may put more there. */
  readonly folder: string = realpathSync(mkdtempSync(join(tmpdir(), "trees-")));
  #repository: Repository | undefined;
  readonly #blobs = new Map<string, string>();

  async repository(): Promise<Repository> {
    const gitDir = join(this.folder, "work.git");
    mkdirSync(gitDir, { recursive: true });
    this.#repository ??= await createRepository({ gitDir });
    return this.#repository;
  }

  /** @returns the id of a tree with these files; names that Git itself refuses cannot be in it. */
  async tree(files: Readonly<Record<string, TreeFile>>): Promise<string> {
    const repository = await this.repository();
    const lines: string[] = [];
    for (const [path, file] of Object.entries(files)) {
      const { mode, content } = typeof file === "string" ? { mode: "100644", content: file } : file;
      const id = mode === "160000" ? content : await this.blob(content);
      lines.push(`${mode} ${id}\t${path}\0`);
    }
    // Git would look into the submodules of the tree before.
    rmSync(join(repository.gitDir, "index"), { force: true });
    await gitRaw(repository, ["update-index", "-z", "--index-info"], { stdin: lines.join("") });
    return await gitText(repository, ["write-tree"]);
  }

  /** @returns the id of a tree with exactly these lines of `git mktree`, whatever they name. */
  async rawTree(lines: readonly (string | Uint8Array)[]): Promise<string> {
    const stdin = Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.of(0)]));
    return await gitText(await this.repository(), ["mktree", "-z", "--missing"], { stdin });
  }

  async blob(content: string): Promise<string> {
    const known = this.#blobs.get(content);
    if (known !== undefined) return known;
    const command = ["hash-object", "-w", "--stdin"];
    const id = await gitText(await this.repository(), command, { stdin: content });
    this.#blobs.set(content, id);
    return id;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

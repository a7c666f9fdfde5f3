/** What promotions and rollbacks of a project did, and the one that is under way; a file in the project's own folder. */
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import { parseJson } from "#core/json.ts";
import { errnoOf, loadText, removeHalfWritten, writeFileAtomically } from "#platform/files.ts";
import type { FileMove } from "./move-file.ts";

/** No process takes so long to write a file. */
const HOUR_MS = 60 * 60_000;

/** One move of the user's branch. */
export interface ProjectChange {
  /** Names its temporary files and its mark; hexadecimal. */
  readonly id: string;
  readonly kind: "promotion" | "rollback";
  /** Full name of the user's branch. */
  readonly branch: string;
  /** Commits: what the branch was, and what it is to be. */
  readonly from: string;
  readonly to: string;
  /** Name of the candidate, such as `cand/20261123T111500Z`; of a rollback the one that it takes out. */
  readonly candidate: string;
  /** The candidate's commit where this change makes its branch. */
  readonly newBranchAt: string | null;
  /** The merge that a rollback takes out. */
  readonly undoes: string | null;
  /** The signed tag on `to`, without `refs/tags/`, and its object; null where none was made. */
  readonly tag: { readonly name: string; readonly id: string } | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A change that is not finished, with everything that its end needs. */
export interface OpenChange extends ProjectChange {
  readonly files: readonly FileMove[];
}

interface Changes {
  readonly open: OpenChange | null;
  /** Newest first. */
  readonly done: readonly ProjectChange[];
}

const id = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);
const mode = z.string().regex(/^\d{6}$/);
const change = {
  id: z.string().regex(/^[0-9a-f]{16}$/),
  kind: z.enum(["promotion", "rollback"]),
  branch: z.string().startsWith("refs/heads/"),
  from: id,
  to: id,
  candidate: z.string().startsWith("cand/"),
  newBranchAt: id.nullable(),
  undoes: id.nullable(),
  // Changes of before have none.
  tag: z
    .object({ name: z.string().regex(/^(?:promotion|rollback)\/[\w-]+$/), id })
    .nullable()
    .default(null),
  at: z.number(),
};
const files = z.array(
  z.object({ path: z.string().min(1), oldMode: mode, oldId: id, newMode: mode, newId: id }),
);
const changesSchema = z.object({
  open: z.object({ ...change, files }).nullable(),
  done: z.array(z.object(change)),
});

/** The caller holds the project's lock while it writes. */
export class ProjectLedger {
  readonly #path: string;

  /** @param folder of the project, in the home. */
  constructor(folder: string) {
    this.#path = join(folder, "promotions.json");
  }

  /** @throws {OrgError} `JOURNAL_CORRUPT` when another program has changed the file. */
  async read(): Promise<Changes> {
    const text = await loadText(this.#path).catch((error: unknown) => {
      if (errnoOf(error) === "ENOENT") return undefined;
      throw error;
    });
    if (text === undefined) return { open: null, done: [] };
    const read = changesSchema.safeParse(parseJson(text));
    if (read.success) return read.data;
    throw damaged(this.#path, z.prettifyError(read.error));
  }

  /** Durable before it resolves: only then the user's repository may be changed. */
  async open(one: OpenChange): Promise<void> {
    await this.#write({ ...(await this.read()), open: one });
  }

  async close(result: "done" | "abandoned"): Promise<void> {
    const { open, done } = await this.read();
    if (open === null) return;
    const { files: _, ...closed } = open;
    await this.#write({ open: null, done: result === "done" ? [closed, ...done] : done });
  }

  async #write(changes: Changes): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    await writeFileAtomically(this.#path, `${JSON.stringify(changes)}\n`);
    // Other processes write the record of the project beside it.
    await removeHalfWritten(dirname(this.#path), HOUR_MS);
  }
}

function damaged(path: string, why: string): OrgError {
  return new OrgError("The record of promotions in this project cannot be read", {
    code: "JOURNAL_CORRUPT",
    why: `${path}: ${why.split("\n")[0] ?? ""}`,
    remedies: [
      `mv ${path} ${path}.bad   # promotions then work again; a rollback is git revert -m 1`,
    ],
    unchanged: "Nothing was changed.",
  });
}

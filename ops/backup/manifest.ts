/** What a backup holds, written down beside it, so that each changed byte of it is found. */
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { filePieces, loadText } from "#platform/files.ts";

/** A file of the backup. */
export interface StoredFile {
  /** Relative to the folder of the backup. */
  readonly path: string;
  readonly bytes: number;
  /** In hexadecimal. */
  readonly sha256: string;
}

export interface StoredDatabase {
  readonly name: string;
  /** Where it belongs, relative to `.org`; it is stored under `databases/`. */
  readonly file: string;
  /** By table; those of indexes for full text included. */
  readonly rows: Readonly<Record<string, number>>;
}

export interface StoredRepository {
  readonly name: "checkout" | "gate";
  /** Object ids by the full names of the refs. */
  readonly refs: Readonly<Record<string, string>>;
}

export interface Manifest {
  readonly v: 1;
  /** When it was begun, in milliseconds since the epoch. */
  readonly at: number;
  /** When it was restored into a folder of its own, to see that it can be. */
  readonly verified: number;
  /** Version of org. */
  readonly program: string;
  readonly files: readonly StoredFile[];
  readonly databases: readonly StoredDatabase[];
  readonly repositories: readonly StoredRepository[];
  /** What is not in it although it is there, and why. */
  readonly left_out: readonly string[];
}

/** Names within a backup. */
export const DATABASES = "databases";
export const FILES = "files";
const MANIFEST = "manifest.json";
export const SEAL = "manifest.sha256";

const count = z.int().min(0);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
// A manifest must lead nowhere else: it may come from another machine.
const inside = z.string().regex(/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))[^\0]+$/);

const manifestSchema: z.ZodType<Manifest> = z.object({
  ...{ v: z.literal(1), at: z.number(), verified: z.number(), program: z.string() },
  files: z.array(z.object({ path: inside, bytes: count, sha256 })),
  databases: z.array(
    z.object({ name: z.string(), file: inside, rows: z.record(z.string(), count) }),
  ),
  repositories: z.array(
    z.object({ name: z.enum(["checkout", "gate"]), refs: z.record(z.string(), z.string()) }),
  ),
  left_out: z.array(z.string()),
});

/** As the two files that are written, by name. */
export function manifestFiles(manifest: Manifest): ReadonlyMap<string, string> {
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  return new Map([
    [MANIFEST, text],
    [SEAL, `${new Bun.CryptoHasher("sha256").update(text).digest("hex")}\n`],
  ]);
}

/** @returns the name of the file that is missing or differs, where there is no whole manifest. */
export async function readManifest(
  folder: string,
): Promise<{ readonly manifest: Manifest } | { readonly damaged: string }> {
  const text = await loadText(join(folder, MANIFEST)).catch(() => undefined);
  if (text === undefined) return { damaged: MANIFEST };
  const seal = await loadText(join(folder, SEAL)).catch(() => undefined);
  const expected = new Bun.CryptoHasher("sha256").update(text).digest("hex");
  if (seal !== `${expected}\n`) return { damaged: seal === undefined ? SEAL : MANIFEST };
  try {
    return { manifest: manifestSchema.parse(JSON.parse(text)) };
  } catch {
    return { damaged: MANIFEST };
  }
}

const NO_FILE = { bytes: 0, sha256: "" };

/** Every file in a folder, but for those of the manifest itself, in the order of their paths. */
export async function storedFiles(folder: string): Promise<readonly StoredFile[]> {
  const files: StoredFile[] = [];
  for (const path of await filesIn(folder)) {
    if (path === MANIFEST || path === SEAL) continue;
    // What a link leads to is not part of it, and of a pipe nothing would ever come.
    const isFile = (await lstat(join(folder, path))).isFile();
    files.push({ path, ...(isFile ? await hashOf(join(folder, path)) : NO_FILE) });
  }
  return files;
}

/**
 * Paths of all files, relative to the folder and sorted; links and what else is not a folder among them. Level by level: the
 * recursive reading of Bun 1.4.5 follows links, out of the folder and in circles.
 */
export async function filesIn(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  const pending = [""];
  for (let inner = pending.pop(); inner !== undefined; inner = pending.pop()) {
    for (const entry of await readdir(join(folder, inner), { withFileTypes: true })) {
      (entry.isDirectory() ? pending : found).push(join(inner, entry.name));
    }
  }
  return found.sort();
}

/** In pieces: a database can be larger than memory. */
async function hashOf(path: string): Promise<Pick<StoredFile, "bytes" | "sha256">> {
  const hasher = new Bun.CryptoHasher("sha256");
  let bytes = 0;
  for await (const piece of filePieces(path, 1024 * 1024)) {
    hasher.update(piece);
    bytes += piece.length;
  }
  return { bytes, sha256: hasher.digest("hex") };
}

/** Which file is not as the manifest says, missing or too much; `undefined` when all are. */
export async function differingFile(
  folder: string,
  { files }: Manifest,
): Promise<string | undefined> {
  const expected = new Map(files.map((file) => [file.path, file]));
  for (const found of await storedFiles(folder)) {
    const recorded = expected.get(found.path);
    if (recorded?.sha256 !== found.sha256 || recorded.bytes !== found.bytes) return found.path;
    expected.delete(found.path);
  }
  return [...expected.keys()][0];
}

/** Removes a text from the files of a home that are not databases: logs, what runs wrote down, and small JSON files. */
import type { Dirent } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { changeStored } from "#core/text/change-stored.ts";
import { errnoOf, fileFailed, loadBytes, loadText, writeFileAtomically } from "#platform/files.ts";

type ChangeText = (text: string) => string;

/** Other processes append to these and know offsets in them: nothing in them may move. */
const APPENDED = /\.(?:ndjson|jsonl|log)$/;
const WHOLE = /\.json$/;
/** Replaces a line, so that a reader of the file meets JSON. */
const GONE = '{"forgotten":true}';
const BREAK = 0x0a;
const BLANK = 0x20;

/**
 * In all of them below a folder; nothing where there is none.
 *
 * @param isSkipped says of the name of a folder that its content is not searched.
 * @throws {OrgError} `FILE_FAILED` when the system refuses.
 */
export async function eraseInFiles(
  folder: string,
  change: ChangeText,
  isSkipped: (name: string) => boolean = () => false,
): Promise<void> {
  for (const one of await entriesOf(folder)) {
    const path = join(folder, one.name);
    if (one.isDirectory() && !isSkipped(one.name)) await eraseInFiles(path, change, isSkipped);
    if (!one.isFile()) continue;
    try {
      if (APPENDED.test(one.name)) await eraseLines(path, change);
      else if (WHOLE.test(one.name)) await eraseInJson(path, change);
    } catch (error) {
      // It was rotated or thrown away meanwhile.
      if (errnoOf(error) !== "ENOENT") throw fileFailed(path, error);
    }
  }
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  return await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (errnoOf(error) === "ENOENT") return [];
    throw fileFailed(folder, error);
  });
}

/** Lines that hold the erased text are overwritten as a whole; all others stay, byte by byte, where they are. */
async function eraseLines(path: string, change: ChangeText): Promise<void> {
  const bytes = await loadBytes(path);
  const gone: { readonly from: number; readonly to: number }[] = [];
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(BREAK, from);
    const to = end === -1 ? bytes.length : end;
    const line = bytes.toString("utf8", from, to);
    if (changeStored(line, change) !== line) gone.push({ from, to });
    from = to + 1;
  }
  if (gone.length === 0) return;
  await using file = await open(path, "r+");
  for (const { from, to } of gone) {
    const filler = Buffer.alloc(to - from, BLANK);
    if (filler.length >= GONE.length) filler.write(GONE);
    await file.write(filler, 0, filler.length, from);
  }
  await file.sync();
}

/** What is not JSON stays as it is. */
async function eraseInJson(path: string, change: ChangeText): Promise<void> {
  const text = await loadText(path);
  const changed = changeStored(text.trimEnd(), change);
  if (changed !== text.trimEnd()) await writeFileAtomically(path, `${changed}\n`);
}

/**
 * Overwrites each occurrence of a text in a file; for files that are kept aside because they are damaged,
 * and that no program reads any more.
 */
export async function eraseBytes(path: string, text: string): Promise<void> {
  const [bytes, pattern] = [await loadBytes(path), Buffer.from(text)];
  const offsets: number[] = [];
  for (
    let at = bytes.indexOf(pattern);
    at !== -1;
    at = bytes.indexOf(pattern, at + pattern.length)
  ) {
    offsets.push(at);
  }
  if (offsets.length === 0) return;
  await using file = await open(path, "r+");
  const filler = Buffer.alloc(pattern.length, BLANK);
  for (const at of offsets) await file.write(filler, 0, filler.length, at);
  await file.sync();
}

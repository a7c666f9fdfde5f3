import type { ToolFolder } from "./tool-folder.ts";

/**
 * SHA-256 over names and contents of all files, as hexadecimal text: the runner of a tool compares it with
 * what the gate wrote down, so a changed byte is a tool that was not verified.
 *
 * The order of the map does not count, and the lengths keep `a` + `bc` apart from `ab` + `c`.
 */
export function contentHash(folder: ToolFolder): string {
  const hash = new Bun.CryptoHasher("sha256");
  const names = [...folder.files.keys()].sort();
  for (const name of names) {
    const content = Buffer.from(folder.files.get(name) ?? "");
    hash
      .update(`${Buffer.byteLength(name)} ${content.length}\n`)
      .update(name)
      .update(content);
  }
  return hash.digest("hex");
}

/** SHA-256 of each file, by name. */
export function fileHashes(folder: ToolFolder): Readonly<Record<string, string>> {
  const entries = [...folder.files].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    entries.map(([name, text]) => [
      name,
      new Bun.CryptoHasher("sha256").update(text).digest("hex"),
    ]),
  );
}

#!/usr/bin/env bun
/**
 * Builds the table of word vectors that the tool search reads. How to run it, and what it is made of,
 * is in language/words/README.md.
 *
 *   bun bench/word-table.ts MODEL_ZIP PYTHON
 */
import { withoutInflection } from "#language/stem.ts";
import { writeWordTable } from "#language/word-table.ts";

const DIMENSIONS = 128;
const MOST_WORDS = 19_000;

const here = `${import.meta.dir}/word-table`;
const [modelZip, python = "python3"] = process.argv.slice(2);
if (modelZip === undefined) {
  console.error("usage: bun bench/word-table.ts MODEL_ZIP [PYTHON]");
  process.exit(64);
}
const extra = (await Bun.file(`${here}/extra-words.txt`).text()).split(/\s+/).filter(Boolean);
const vocabulary = (await encoder("words", "")).toString().split("\n");
const words = chosen([...vocabulary, ...extra]);
const bytes = await encoder(String(DIMENSIONS), words.join("\n"));
const vectors = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
const table = writeWordTable({ words, dimensions: DIMENSIONS, vectors });
await Bun.write("language/words/table.bin", table);
console.error(`${words.length} words, ${DIMENSIONS} dimensions, ${table.length} bytes`);

/** One form of every word: others are looked up by it. Most frequent first, the extra ones last. */
function chosen(all: readonly string[]): readonly string[] {
  const known = new Set(all);
  const kept = new Set<string>();
  for (const word of all) {
    const base = withoutInflection(word);
    const bases = [base, `${base}e`].filter((one) => one !== word && known.has(one));
    if (bases.length === 0) kept.add(word);
  }
  const rare = extra.filter((word) => kept.has(word));
  const frequent = [...kept].filter((word) => !rare.includes(word));
  return [...frequent.slice(0, MOST_WORDS - rare.length), ...rare];
}

async function encoder(what: string, input: string): Promise<Buffer> {
  const child = Bun.spawn([python, `${here}/encode.py`, modelZip ?? "", what], {
    stdin: Buffer.from(input),
    stdout: "pipe",
    stderr: "inherit",
  });
  const output = Buffer.from(await new Response(child.stdout).arrayBuffer());
  if ((await child.exited) !== 0) throw new Error("The encoder failed");
  return output;
}

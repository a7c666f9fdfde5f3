import { Thesaurus } from "./thesaurus.ts";
import type { WordKnowledge } from "./vocabulary.ts";
import { WordTable } from "./word-table.ts";

let loaded: Promise<WordKnowledge> | undefined;

/** Reads what the search knows of English, once in a process: two files that lie beside this one. */
export function loadKnowledge(): Promise<WordKnowledge> {
  loaded ??= read();
  return loaded;
}

async function read(): Promise<WordKnowledge> {
  const file = (name: string) => Bun.file(`${import.meta.dir}/words/${name}`);
  const [bytes, synonyms] = await Promise.all([
    file("table.bin").bytes(),
    file("synonyms.txt").text(),
  ]);
  return { table: new WordTable(bytes), thesaurus: new Thesaurus(synonyms) };
}

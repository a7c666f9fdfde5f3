/**
 * A process of its own that owns a memory, for the tests that kill it. It saves, replaces and forgets without end, and
 * prints a JSON line before it begins something and after the memory has confirmed it.
 *
 *   bun memory-child.ts FILE save|supersede|forget PREFIX
 */
import { TextCleaner } from "#core/text/text-cleaner.ts";
import type { Memory } from "#memory/memory.ts";
import { openMemory } from "#memory/open-memory.ts";
import { HUMAN } from "./memory-folder.ts";

export type Work = "save" | "supersede" | "forget";

/** What was begun or confirmed. */
export interface Said {
  readonly step: "saving" | "saved" | "replacing" | "replaced" | "forgetting" | "forgotten";
  readonly text: string;
  readonly id?: number;
}

/** Notes at once: they share transactions. */
const WRITERS = 3;

async function main([path = "", work, prefix = ""]: readonly string[]): Promise<void> {
  const memory = await openMemory(path, { cleaner: new TextCleaner() });
  await Promise.all(
    Array.from({ length: WRITERS }, (_, writer) => write(memory, work, `${prefix}w${writer}`)),
  );
}

async function write(memory: Memory, work: string | undefined, prefix: string): Promise<void> {
  let last: number | undefined;
  for (let n = 0; ; n += 1) {
    const text = `The pebble ${prefix}n${n}end lies in the garden.`;
    const replaces = work === "supersede" ? last : undefined;
    say({ step: replaces === undefined ? "saving" : "replacing", text });
    const draft = { text, kind: "fact", quote: text } as const;
    const { id } = await memory.save(
      replaces === undefined ? draft : { ...draft, replaces },
      HUMAN,
    );
    say({ step: replaces === undefined ? "saved" : "replaced", text, id });
    last = id;
    if (work !== "forget" || n % 2 === 0) continue;
    say({ step: "forgetting", text, id });
    await memory.forget(id);
    say({ step: "forgotten", text, id });
  }
}

function say(said: Said): void {
  process.stdout.write(`${JSON.stringify(said)}\n`);
}

if (import.meta.main) await main(process.argv.slice(2));

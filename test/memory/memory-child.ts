/**
 * A process of its own that owns a memory, for the tests that kill it. It saves, replaces, forgets and observes without
 * end, and prints a JSON line before it begins something and after the memory has confirmed it.
 *
 *   bun memory-child.ts FILE save|supersede|forget|observe PREFIX
 */
import { TextCleaner } from "#core/text/text-cleaner.ts";
import type { Memory } from "#memory/memory.ts";
import { openMemory } from "#memory/open-memory.ts";
import { HUMAN } from "./memory-folder.ts";

export type Work = "save" | "supersede" | "forget" | "observe";

/** What was begun or confirmed. */
export interface Said {
  readonly step: "saving" | "saved" | "replacing" | "replaced" | "forgetting" | "forgotten";
  readonly text: string;
  readonly id?: number;
}

/** Notes at once: they share transactions. */
const WRITERS = 3;

/** Of the observer's notes 100 a day are kept. */
const HOUR_MS = 3_600_000;

async function main([path = "", work, prefix = ""]: readonly string[]): Promise<void> {
  if (work === "observe") return await observe(path);
  const memory = await openMemory(path, { cleaner: new TextCleaner() });
  await Promise.all(
    Array.from({ length: WRITERS }, (_, writer) => write(memory, work, `${prefix}w${writer}`)),
  );
}

/** Goes on where the process before it had come to, as a job does that is done again; one note an entry. */
async function observe(path: string): Promise<void> {
  let hours = 0;
  const memory = await openMemory(path, { cleaner: new TextCleaner(), now: () => hours * HOUR_MS });
  for (let seq = memory.observedThrough("r") + 1; ; seq += 1) {
    hours = seq;
    const text = `Our server ${seq} stands in room ${seq * 7}.`;
    const by = { trust: "human", origin: "observer", room: "r", seq } as const;
    say({ step: "saving", text: `${seq}` });
    const draft = { text, kind: "fact", quote: text } as const;
    await memory.learn({ room: "r", through: seq }, [{ draft, by, isUpdate: false }]);
    say({ step: "saved", text: `${seq}` });
  }
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

/**
 * A process of its own that owns a memory, for the tests that kill it. It saves, replaces, forgets and observes without
 * end, and prints a JSON line before it begins something and after the memory has confirmed it.
 *
 *   bun memory-child.ts FILE save|supersede|forget|observe PREFIX
 */
import { dirname, join } from "node:path";
import { HomeMemory } from "#app/memory.ts";
import type { Memory } from "#core/memory.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { openSqliteJournal } from "#home/journal/sqlite-journal.ts";
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
  if (work === "forget") return await forget(path, prefix);
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

/** Forgets what was said in a room, too. */
async function forget(path: string, prefix: string): Promise<void> {
  const folder = dirname(path);
  const journal = await openSqliteJournal(join(folder, "journal.sqlite"));
  const paths = { memory: path, ownerRecord: join(folder, "owner.json") };
  const candidate = join(folder, "candidate.sqlite");
  const held = new HomeMemory({ paths, cleaner: new TextCleaner(), recall: "auto", candidate });
  const ask = held.service(journal);
  const { signal } = new AbortController();
  const keep = async (text: string) => {
    const event = { type: "notice", level: "info", text: `Keep this: ${text}` } as const;
    await journal.append("r", { key: crypto.randomUUID(), event });
    const added = await ask({ kind: "add", draft: { text, kind: "fact" } }, signal);
    return added.notes[0]?.id ?? 0;
  };
  const work = {
    keep,
    forget: async (id: number) => void (await ask({ kind: "forget", id }, signal)),
  };
  await Promise.all(
    Array.from({ length: WRITERS }, (_, writer) => forgetOdd(`${prefix}w${writer}`, work)),
  );
}

async function forgetOdd(
  prefix: string,
  work: { keep: (text: string) => Promise<number>; forget: (id: number) => Promise<void> },
): Promise<void> {
  for (let n = 0; ; n += 1) {
    const text = pebble(prefix, n);
    say({ step: "saving", text });
    const id = await work.keep(text);
    say({ step: "saved", text, id });
    if (n % 2 === 0) continue;
    say({ step: "forgetting", text, id });
    await work.forget(id);
    say({ step: "forgotten", text, id });
  }
}

const pebble = (prefix: string, n: number): string =>
  `The pebble ${prefix}n${n}end lies in the garden.`;

async function write(memory: Memory, work: string | undefined, prefix: string): Promise<void> {
  let last: number | undefined;
  for (let n = 0; ; n += 1) {
    const text = pebble(prefix, n);
    const replaces = work === "supersede" ? last : undefined;
    say({ step: replaces === undefined ? "saving" : "replacing", text });
    const draft = { text, kind: "fact", quote: text } as const;
    const { id } = await memory.save(
      replaces === undefined ? draft : { ...draft, replaces },
      HUMAN,
    );
    say({ step: replaces === undefined ? "saved" : "replaced", text, id });
    last = id;
  }
}

function say(said: Said): void {
  process.stdout.write(`${JSON.stringify(said)}\n`);
}

if (import.meta.main) await main(process.argv.slice(2));

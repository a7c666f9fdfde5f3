/** What a full memory costs, in processor time. */

import type { Memory } from "#core/memory.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { openMemory } from "#memory/open-memory.ts";
import { randomNumbers } from "#test/gate-simulation.ts";
import { cpuMicroseconds } from "../support/cpu.ts";
import { below, named, type Section } from "../support/report.ts";
import { readFacts, saveAll, sentencesOfDocuments } from "./recall.ts";
import { talkJournal } from "./talk-journal.ts";
import { generateTalks, type TalkExchange } from "./talks.ts";

const NOTES = 10_000;
const EPISODES = 50_000;
const SAVES = 200;
const STARTS = 5;
const BATCH = 500;
const UNIT = "ms of processor time, less is better";

/** @param folder for the file of the memory. */
export async function memoryCost(folder: string, seed: number): Promise<readonly Section[]> {
  const path = `${folder}/full.sqlite`;
  const questions = await fill(path, seed);
  const starts: number[] = [];
  for (let start = 0; start < STARTS; start += 1) starts.push(await startOf(path));
  await using memory = await openMemory(path, { cleaner: new TextCleaner() });
  const asked: number[] = [];
  for (const question of [...questions, ...questions]) {
    asked.push(await ms(() => memory.search(question, { persona: "agent" })));
  }
  // The first round compiles.
  const counted = asked.slice(questions.length).sort((a, b) => a - b);
  const saves: number[] = [];
  const by = { trust: "human", origin: "human" } as const;
  for (let n = 0; n < SAVES; n += 1) {
    const text = `Cupboard ${n} of the east wing holds ${n * 7} jars of honey.`;
    saves.push(await ms(() => memory.save({ text, kind: "fact" }, by)));
  }
  const series = [
    { name: "search, p50", samples: [quantile(counted, 0.5)] },
    { name: "search, p99", samples: [quantile(counted, 0.99)] },
    { name: "save", samples: saves.slice(SAVES / 2) },
    { name: "start, in a process of its own", samples: starts },
  ];
  const { notes, episodes } = await memory.verify();
  return [
    {
      title: `memory: ${notes} notes and ${episodes} episodes, ${questions.length} questions`,
      unit: UNIT,
      series,
      aims: [
        below(20, named(series, "search, p50")),
        below(40, named(series, "search, p99")),
        below(5, named(series, "save")),
        below(300, named(series, "start, in a process of its own")),
      ],
    },
  ];
}

/** Opens a memory and says what that took: the main part of the process that {@link memoryCost} starts. */
export async function sayStart(path: string): Promise<void> {
  const opened = await ms(async () => {
    await using _memory = await openMemory(path, { cleaner: new TextCleaner() });
  });
  process.stdout.write(`${opened}`);
}

async function startOf(path: string): Promise<number> {
  const child = Bun.spawn([process.execPath, `${import.meta.dir}/../memory.ts`, "--open", path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return Number(await child.stdout.text());
}

/** @returns what is asked then. */
async function fill(path: string, seed: number): Promise<readonly string[]> {
  const random = randomNumbers(seed);
  const sentences = await sentencesOfDocuments();
  const pick = () => sentences[Math.floor(random() * sentences.length)] ?? "";
  const cleaner = new TextCleaner();
  await using memory = await openMemory(path, { cleaner });
  // Two sentences of the documents, one behind the other, may look like a password: such a note is refused.
  const isKept = (text: string) => cleaner.redact(text) === text;
  const texts = Array.from(
    { length: NOTES },
    (_, n) => `${pick().slice(0, 120)} ${pick().slice(0, 80)} ${n}`,
  ).filter(isKept);
  for (let n = 0; n < NOTES; n += BATCH) await saveAll(memory, texts.slice(n, n + BATCH));
  const questions = await fillEpisodes(memory, { seed, pick });
  const facts = await readFacts();
  return [...facts.flatMap(({ own, other }) => [own, other]), ...questions.slice(0, 200)];
}

async function fillEpisodes(
  memory: Memory,
  { seed, pick }: { seed: number; pick: () => string },
): Promise<readonly string[]> {
  const all: (readonly TalkExchange[])[] = [];
  const questions: string[] = [];
  for (let more = 0, count = 0; count < EPISODES; more += 1) {
    const { talks, questions: asked } = generateTalks(seed + more);
    questions.push(...asked.map(({ text }) => text));
    for (const talk of talks) {
      const longer = talk.slice(0, EPISODES - count).map(({ line, answer }) => {
        return { line: `${line} ${pick()}`, answer: `${answer} ${pick()} ${pick()}` };
      });
      count += longer.length;
      all.push(longer);
    }
  }
  await memory.index(talkJournal(all));
  return questions;
}

async function ms(work: () => unknown): Promise<number> {
  return (await cpuMicroseconds(work)) / 1000;
}

function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.floor(sorted.length * part)] ?? Number.NaN;
}

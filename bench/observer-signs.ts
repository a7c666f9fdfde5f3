#!/usr/bin/env bun
/**
 * Fits the weights of `memory/observer/statement-signs.json` to the dialogues of `bench/observer/` and the sentences of the
 * tests, by logistic regression, and says what each file of dialogues would have been with the others alone.
 *
 *   bun run bench observer-signs [--write]
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { judgeItem } from "#memory/observer/judge-item.ts";
import { sentencesOf } from "#memory/observer/sentences.ts";
import { signsOf } from "#memory/observer/statement-signs.ts";
import { hasForms, isSound } from "#memory/observer/statements.ts";
import { LASTING } from "#test/memory/lasting-sentences.ts";
import { REMARKS } from "#test/memory/near-remarks.ts";
import { observedIn } from "#test/memory/observed-dialogue.ts";
import { PASSING } from "#test/memory/passing-sentences.ts";
import { TOLD } from "#test/memory/told-sentences.ts";
import { readDialogues } from "./observer/read-dialogues.ts";

interface Sample {
  readonly source: string;
  readonly text: string;
  readonly lasts: boolean;
}

interface Table {
  readonly words: readonly string[];
  readonly weights: Readonly<Record<string, number>>;
}

/** What is never fitted to, so that it stays a measure. */
const APART: ReadonlySet<string> = new Set(["held-out-15.txt", "held-out-16.txt"]);
/** A rarer word counts as one of its kind. */
const LEAST_WORDS = 4;
const LEAST_SIGNS = 2;
const ROUNDS = 40;
const RATE = 0.3;
const DECAY = 0.02;
/** Smaller weights are left out; the others have one digit. */
const LEAST_WEIGHT = 0.2;
const FOLDER = join(import.meta.dir, "observer");
const TABLE = join(import.meta.dir, "..", "memory", "observer", "statement-signs.json");

/** Sentences that no rule refuses: the others need no weighing. */
async function samplesIn(file: string): Promise<readonly Sample[]> {
  const found = new Map<string, Sample>();
  for (const { turns, learn } of readDialogues(await Bun.file(join(FOLDER, file)).text())) {
    const observed = observedIn(turns);
    for (const line of turns.filter(([who]) => who === "user").map(([, text]) => text)) {
      for (const { start, end } of sentencesOf(line)) {
        const text = line.slice(start, end);
        const outcome = judgeItem({ quote: text, kind: "fact" }, observed);
        if (typeof outcome === "string" || !hasForms(text)) continue;
        found.set(text, { source: file, text, lasts: learn.includes(outcome.text) });
      }
    }
  }
  return [...found.values()];
}

function countOf(groups: readonly (readonly string[])[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const one of groups.flat()) counts.set(one, (counts.get(one) ?? 0) + 1);
  return counts;
}

const atLeast = (counts: ReadonlyMap<string, number>, least: number): ReadonlySet<string> =>
  new Set([...counts].flatMap(([one, n]) => (n >= least ? [one] : [])));

function fitted(samples: readonly Sample[]): Table {
  const split = (text: string) => [...new Set(text.toLowerCase().match(/[\p{L}']+/gu))];
  const words = atLeast(countOf(samples.map(({ text }) => split(text))), LEAST_WORDS);
  const all = samples.map(({ text }) => signsOf(text, words));
  const used = atLeast(countOf(all), LEAST_SIGNS);
  const rows = all.map((signs) => signs.filter((sign) => used.has(sign)));
  const weights = new Map<string, number>();
  const squares = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const [at, signs] of rows.entries()) {
      const sum = signs.reduce((total, sign) => total + (weights.get(sign) ?? 0), 0);
      const slope = 1 / (1 + Math.exp(-sum)) - (samples[at]?.lasts === true ? 1 : 0);
      for (const sign of signs) {
        const weight = weights.get(sign) ?? 0;
        const step = slope + DECAY * weight;
        const square = (squares.get(sign) ?? 0.01) + step * step;
        squares.set(sign, square);
        weights.set(sign, weight - (RATE * step) / Math.sqrt(square));
      }
    }
  }
  const kept = [...weights].filter(([, weight]) => Math.abs(weight) >= LEAST_WEIGHT).toSorted();
  return {
    words: [...words].toSorted(),
    weights: Object.fromEntries(kept.map(([sign, weight]) => [sign, Math.round(weight * 10) / 10])),
  };
}

function scoreOf(text: string, { words, weights }: Table): number {
  return signsOf(text, new Set(words)).reduce((sum, sign) => sum + (weights[sign] ?? 0), 0);
}

const files = readdirSync(FOLDER).filter((name) => name.endsWith(".txt"));
const dialogues = (await Promise.all(files.toSorted().map(samplesIn))).flat();
const sentences = (source: string, texts: readonly string[], lasts: boolean) =>
  texts.filter(hasForms).map((text): Sample => ({ source, text, lasts }));
const samples: readonly Sample[] = [
  ...dialogues,
  ...sentences("tests", [...REMARKS, ...PASSING], false),
  ...sentences("tests", [...LASTING, ...TOLD], true),
];

const judged = files.toSorted().flatMap((file) => {
  const table = fitted(samples.filter(({ source }) => source !== file && !APART.has(source)));
  return dialogues
    .filter(({ source }) => source === file)
    .map((one) => ({ ...one, score: isSound(one.text) ? scoreOf(one.text, table) : -Infinity }));
});
const rows = [0, 1, 1.5, 2, 2.5, 3].map((least) => {
  const kept = judged.filter(({ score }) => score >= least);
  const right = kept.filter(({ lasts }) => lasts).length;
  const wanted = judged.filter(({ lasts }) => lasts).length;
  const shares = [right / Math.max(1, kept.length), right / wanted].map((one) => one.toFixed(2));
  return `| ${[least, ...shares, kept.length - right].join(" | ")} |`;
});
const head = ["| least sum | precision | recall | wrong |", "|---|---|---|---|"];
process.stdout.write(`${[...head, ...rows].join("\n")}\n`);

if (process.argv.includes("--write")) {
  const table = fitted(samples.filter(({ source }) => !APART.has(source)));
  await Bun.write(TABLE, `${JSON.stringify(table, null, 1)}\n`);
  process.stdout.write(
    `${table.words.length} words, ${Object.keys(table.weights).length} weights\n`,
  );
}

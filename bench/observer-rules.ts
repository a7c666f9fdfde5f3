#!/usr/bin/env bun
/**
 * What code alone keeps of the dialogues of `bench/observer/`: of a model that offers what is to be learnt and nothing
 * else, and of one that offers every sentence there is; and what of that where a model did not pass the exam.
 *
 *   bun run bench observer-rules
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { judgeItem } from "#memory/observer/judge-item.ts";
import { sentencesOf } from "#memory/observer/sentences.ts";
import { observedIn } from "#test/memory/observed-dialogue.ts";
import { type HeldOut, readDialogues } from "./observer/read-dialogues.ts";

const FOLDER = join(import.meta.dir, "observer");

interface Kept {
  readonly kept: number;
  readonly right: number;
  readonly forbidden: number;
}

function everything({ turns }: HeldOut): readonly string[] {
  const lines = turns.filter(([who]) => who === "user").map(([, text]) => text);
  return lines.flatMap((line) => [
    line,
    ...sentencesOf(line).map(({ start, end }) => line.slice(start, end)),
  ]);
}

function keptOf(dialogue: HeldOut, offers: readonly string[], statementsOnly: boolean): Kept {
  const observed = observedIn(dialogue.turns, statementsOnly);
  const outcomes = offers.map((quote) => judgeItem({ quote, kind: "fact" }, observed));
  const texts = new Set(outcomes.flatMap((one) => (typeof one === "string" ? [] : [one.text])));
  const among = (wanted: readonly string[]) => wanted.filter((text) => texts.has(text)).length;
  return {
    kept: texts.size,
    right: among(dialogue.learn),
    forbidden: among(dialogue.forbidden),
  };
}

interface Offering {
  readonly of: typeof everything;
  readonly statementsOnly?: boolean;
}

const LEARNT: Offering = { of: ({ learn }) => learn };
const EVERYTHING: Offering = { of: everything };

function row(
  name: string,
  all: readonly HeldOut[],
  { of: offersOf, statementsOnly = false }: Offering,
): string {
  const found = all.map((dialogue) => keptOf(dialogue, offersOf(dialogue), statementsOnly));
  const sum = (count: keyof Kept) => found.reduce((total, one) => total + one[count], 0);
  const wanted = all.reduce((total, { learn }) => total + learn.length, 0);
  const precision = (sum("right") / Math.max(1, sum("kept"))).toFixed(2);
  const recall = (sum("right") / wanted).toFixed(2);
  return `| ${name} | ${all.length} | ${wanted} | ${precision} | ${recall} | ${sum("forbidden")} |`;
}

const files = readdirSync(FOLDER).filter((name) => name.endsWith(".txt"));
const sets = await Promise.all(
  files.toSorted().map(async (name) => readDialogues(await Bun.file(join(FOLDER, name)).text())),
);
const dialogues = sets.flat();
const rows = [
  "| offered | dialogues | to learn | precision | recall | forbidden |",
  "|---|---|---|---|---|---|",
  row("what is to be learnt", dialogues, LEARNT),
  row("every sentence", dialogues, EVERYTHING),
  row("what is to be learnt, statements alone", dialogues, { ...LEARNT, statementsOnly: true }),
  row("every sentence, statements alone", dialogues, { ...EVERYTHING, statementsOnly: true }),
  ...files.toSorted().map((name, at) => row(`every sentence, ${name}`, sets[at] ?? [], EVERYTHING)),
];
process.stdout.write(`${rows.join("\n")}\n`);

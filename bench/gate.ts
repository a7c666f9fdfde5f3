#!/usr/bin/env bun
/** What the gate costs: each stage, and all of it, for an ordinary tool and for what is refused early. */
import { GOOD } from "#test/candidates/good.ts";
import { type Judged, judgeAll } from "#test/candidates/judge-all.ts";
import { TREE_ATTACKS } from "#test/candidates/tree-attacks.ts";
import type { Series } from "./support/compare.ts";
import { below, publish } from "./support/report.ts";

const ROUNDS = 5;
/** Longest time for an ordinary tool, in milliseconds. */
const AIM_MS = 8000;

const [ordinary, python, refused] = [
  await rounds(GOOD, "plain"),
  await rounds(GOOD, "plain-python"),
  await rounds(TREE_ATTACKS, "gate-alone"),
];
const whole = series("an ordinary tool", ordinary);

publish([
  {
    title: "gate: one candidate",
    unit: "ms, less is better",
    series: [
      whole,
      series("the same in Python", python),
      series("one that changes the gate itself", refused),
    ],
    aims: [below(AIM_MS, whole)],
  },
  {
    title: "gate: stages of an ordinary tool",
    unit: "ms, less is better",
    series: stagesOf(ordinary),
    aims: [],
  },
]);

/** One after the other, and once before that builds what is built once in a process. */
async function rounds(candidates: typeof GOOD, wanted: string): Promise<readonly Judged[]> {
  const candidate = candidates.find(({ id }) => id === wanted);
  if (candidate === undefined) throw new Error(`There is no candidate "${wanted}"`);
  const judged: Judged[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) judged.push(...(await judgeAll([candidate])));
  return judged.slice(1);
}

function series(name: string, judged: readonly Judged[]): Series {
  return { name, samples: judged.map(({ ms }) => ms) };
}

function stagesOf(judged: readonly Judged[]): readonly Series[] {
  const ids = judged[0]?.stages.map(({ id }) => id) ?? [];
  return ids.map((id) => ({
    name: id,
    samples: judged.flatMap(({ stages }) =>
      stages.filter((stage) => stage.id === id).map(({ ms }) => ms),
    ),
  }));
}

#!/usr/bin/env bun
/** A line that a rule answers, beside the same line with a model that takes no time: processor time and requests. */
import { makeLive, rulesRoom } from "#test/rules/rules-home.ts";
import { call } from "#test/scripted-answers.ts";
import { cpuMicroseconds } from "./support/cpu.ts";
import { below, publish } from "./support/report.ts";

const LINES = 200;
/** Compilation is not what is measured. */
const WARM = 60;
const HEAD = "search memory for ";

interface Measured {
  /** Of each line, in milliseconds. */
  readonly ms: readonly number[];
  /** To the model server, of all of these lines. */
  readonly requests: number;
}

/** The lines that rules answered, or all of them where rules only learn. */
async function measure(mode: "live" | "shadow"): Promise<Measured> {
  const doing = (line: string) => call("memory_search", { query: line.replace(HEAD, "") });
  await using own = await rulesRoom(doing, { mode });
  await own.say(`${HEAD}deploy`);
  await makeLive(own);
  const ms: number[] = [];
  let requests = 0;
  for (let n = 0; n < LINES + WARM; n += 1) {
    const before = own.requests.length;
    const micros = await cpuMicroseconds(() => own.say(`${HEAD}box ${n}`));
    const asked = own.requests.length - before;
    // A control is a model's line.
    if (n < WARM || (mode === "live" && asked > 0)) continue;
    ms.push(micros / 1000);
    requests += asked;
  }
  return { ms, requests };
}

const [rule, model] = [await measure("live"), await measure("shadow")];
const series = [
  { name: "by a rule", samples: rule.ms },
  { name: "by a model", samples: model.ms },
];
publish([
  {
    title: "rules: one line of the user, answered",
    unit: "ms of processor time with the journal, less is better",
    series,
    aims: series.slice(0, 1).map((one) => below(20, one)),
  },
  {
    title: "rules: requests to the model server",
    head: ["", "lines", "requests"],
    rows: [
      ["by a rule", String(rule.ms.length), String(rule.requests)],
      ["by a model, scripted", String(model.ms.length), String(model.requests)],
    ],
  },
]);

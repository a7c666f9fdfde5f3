/** Stage S8: what a tool takes, against what main's tool takes, or against what any tool may take. */

import { casesSchema } from "#tools/contract/cases.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import type { Objection } from "../stages.ts";
import { CostTest } from "../statistics/slow-down.ts";
import type { Measure, Usage } from "./usage.ts";

/** Highest median of candidate / main that is allowed. */
const MOST_MORE = 1.1;
/** Rate of false alarms, however many pairs are looked at. */
const ALPHA = 0.01;
/** Differences below this are the sandbox's own: two calls of one tool differ by as much. In milliseconds. */
const NOISE_MS = 25;
const MIB = 1024 * 1024;
/** Memory is what a watchdog saw when it looked: only a large difference is one. */
const MEMORY = { times: 1.5, more: 64 * MIB };
const OUTPUT = { times: MOST_MORE, more: 256 };
/** So few above the limit that an alarm is out of reach. */
const SETTLED = 6;
/** Of one call of a tool that main does not have. */
const MOST_NEW: Usage = { cpuMs: 3000, peakBytes: 256 * MIB, outputBytes: 64 * 1024 };
/** Calls of a new tool. */
const NEW_CALLS = 8;

interface ToolBudget {
  /** Pairs of calls, or calls of a tool that is new. */
  readonly measured: number;
  /** Median of candidate / main in processor time; of a new tool absent. */
  readonly cpuRatio?: number | undefined;
  /** Of the candidate's calls: median, and the most. */
  readonly cpuMs: number;
  readonly peakBytes: number;
  readonly outputBytes: number;
}

/** What was measured of each tool; with an objection, up to the tool that is meant. */
export interface BudgetReport {
  readonly evidence: Readonly<Record<string, ToolBudget>>;
}

export interface BudgetOptions {
  readonly signal: AbortSignal;
  readonly measure: Measure;
}

/** @param tools those that the candidate changes: main's, where main has one, and its own. */
export async function checkBudgets(
  tools: readonly { readonly before: ToolFolder | undefined; readonly after: ToolFolder }[],
  options: BudgetOptions,
): Promise<BudgetReport | (BudgetReport & Objection)> {
  const budgets: Record<string, ToolBudget> = {};
  for (const { before, after } of tools) {
    const found =
      before === undefined ? await ofNew(after, options) : await ofPair(before, after, options);
    budgets[after.name] = found.budget;
    const [first] = found.exceeded;
    if (first !== undefined) {
      return { reason: `${after.name} ${first}`, details: found.exceeded, evidence: budgets };
    }
  }
  return { evidence: budgets };
}

interface Found {
  readonly budget: ToolBudget;
  /** What is too much, in words. */
  readonly exceeded: readonly string[];
}

async function ofNew(tool: ToolFolder, { signal, measure }: BudgetOptions): Promise<Found> {
  const calls: Usage[] = [];
  for (const input of inputsOf(tool).slice(0, NEW_CALLS)) {
    calls.push(await measure(tool, input, signal));
  }
  const budget = summary(calls);
  const exceeded = (Object.keys(MOST_NEW) as readonly (keyof Usage)[])
    .filter((name) => budget[name] > MOST_NEW[name])
    .map(
      (name) =>
        `needs ${describeUsage(name, budget[name])}; ${describeUsage(name, MOST_NEW[name])} are allowed`,
    );
  return { budget, exceeded };
}

async function ofPair(
  before: ToolFolder,
  after: ToolFolder,
  options: BudgetOptions,
): Promise<Found> {
  const test = new CostTest(MOST_MORE, ALPHA);
  const [was, is]: [Usage[], Usage[]] = [[], []];
  let above = 0;
  for await (const [old, now] of pairsOf(before, after, options)) {
    was.push(old);
    is.push(now);
    const candidate = Math.abs(now.cpuMs - old.cpuMs) < NOISE_MS ? old.cpuMs : now.cpuMs;
    if (candidate > MOST_MORE * old.cpuMs) above += 1;
    const state = test.push({ candidate, current: old.cpuMs });
    if (!state.isOpen || (state.pairs >= SETTLED && above === 0)) break;
  }
  const { ratio, exceeded } = test.state;
  const [old, now] = [summary(was), summary(is)];
  const found = [
    ...(exceeded ? [`needs ${ratio.toFixed(2)} times the processor time of main's`] : []),
    ...tooMuch("peakBytes", old, now),
    ...tooMuch("outputBytes", old, now),
  ];
  return { budget: { ...now, cpuRatio: ratio }, exceeded: found };
}

/** Without an end: one right after the other and in turns, so that a busy machine slows both. */
async function* pairsOf(
  before: ToolFolder,
  after: ToolFolder,
  { signal, measure }: BudgetOptions,
): AsyncGenerator<readonly [Usage, Usage], void> {
  // Main's cases: what main's tool was never meant to answer says nothing about either.
  const inputs = inputsOf(before);
  for (let pair = 0; inputs.length > 0; pair += 1) {
    const input = inputs[pair % inputs.length];
    if (pair % 2 === 0) {
      const old = await measure(before, input, signal);
      yield [old, await measure(after, input, signal)];
    } else {
      const now = await measure(after, input, signal);
      yield [await measure(before, input, signal), now];
    }
  }
}

function tooMuch(
  name: "peakBytes" | "outputBytes",
  old: ToolBudget,
  now: ToolBudget,
): readonly string[] {
  const { times, more } = name === "peakBytes" ? MEMORY : OUTPUT;
  // A call that was not measured has no figure.
  if (name === "peakBytes" && (old[name] === 0 || now[name] === 0)) return [];
  if (now[name] <= Math.max(times * old[name], old[name] + more)) return [];
  return [`needs ${describeUsage(name, now[name])}, main's ${describeUsage(name, old[name])}`];
}

function summary(calls: readonly Usage[]): ToolBudget {
  const times = calls.map(({ cpuMs }) => cpuMs).sort((a, b) => a - b);
  const most = (name: "peakBytes" | "outputBytes"): number =>
    Math.max(0, ...calls.map((call) => call[name]));
  return {
    measured: calls.length,
    cpuMs: times[Math.floor(times.length / 2)] ?? 0,
    peakBytes: most("peakBytes"),
    outputBytes: most("outputBytes"),
  };
}

function describeUsage(name: keyof Usage, value: number): string {
  if (name === "cpuMs") return `${Math.round(value)} ms of processor time`;
  if (name === "peakBytes") return `${Math.ceil(value / MIB)} MiB of memory`;
  return `${value} bytes of result`;
}

function inputsOf(tool: ToolFolder): readonly unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(tool.files.get("cases.json") ?? "");
  } catch {
    return [];
  }
  const cases = casesSchema.safeParse(value);
  return cases.success ? cases.data.cases.map(({ input }) => input) : [];
}

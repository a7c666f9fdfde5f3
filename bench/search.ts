#!/usr/bin/env bun
/** How long a search for a tool takes among 10,000 tools, and how long the index takes to build. */
import { loadKnowledge } from "#language/load-knowledge.ts";
import { contentStems } from "#language/text.ts";
import { LexicalIndex } from "#tools/search/lexical-index.ts";
import { ToolSearch } from "#tools/search/tool-search.ts";
import { compare, type Series } from "./support/compare.ts";
import { below, named, publish } from "./support/report.ts";

const TOOLS = 10_000;
const DECIDED = "as decided";
const CPU_UNIT = "ms of processor time, less is better";
const SEED = 20_261;

interface Asked {
  readonly name: string;
  readonly description: string;
  readonly text: string;
}

const knowledge = await loadKnowledge();
const set = await readSet();
const tools = manyTools(set.filter(({ name }) => name !== ""));
const questions = set.filter(({ text }) => text !== "").map(({ text }) => text);

const builds: number[] = [];
let search = build();
for (let round = 0; round < 2; round += 1) {
  search[Symbol.dispose]();
  search = build();
}
using words = new LexicalIndex(tools);

// Answering all questions is one round, so that both meet the same machine.
const rounds = { warmUp: 1, counted: 5 };
const byWords = (text: string) => words.search(contentStems(text), 50);
const asDecided = (text: string) => search.search(text, 10);
const atMedian = await series((ask) => percentile(0.5, ask, cpuMs));
const atTail = await series((ask) => percentile(0.99, ask, cpuMs));
const onClock = await series((ask) => percentile(0.99, ask, () => performance.now()));
search[Symbol.dispose]();

const where = `one question among ${TOOLS} tools, ${questions.length} questions`;
publish([
  { title: `search: ${where}, p50`, unit: CPU_UNIT, series: atMedian, aims: [] },
  {
    title: `search: ${where}, p99`,
    unit: CPU_UNIT,
    series: atTail,
    aims: [below(10, named(atTail, DECIDED))],
  },
  {
    title: `search: ${where}, p99 on the clock`,
    unit: "ms, less is better; what else the machine does counts",
    series: onClock,
    aims: [],
  },
  {
    title: "search: the index",
    unit: CPU_UNIT,
    series: [{ name: `build, ${TOOLS} tools`, samples: builds }],
    aims: [],
  },
]);

type Ask = (text: string) => unknown;

async function series(round: (ask: Ask) => number): Promise<readonly Series[]> {
  const contestants = [
    { name: "BM25 alone", round: () => round(byWords) },
    { name: DECIDED, round: () => round(asDecided) },
  ];
  return await compare(contestants, rounds);
}

function build(): ToolSearch {
  const startMs = cpuMs();
  const built = new ToolSearch(tools, knowledge);
  builds.push(cpuMs() - startMs);
  return built;
}

/** What the question takes that only few take longer than. */
function percentile(share: number, ask: Ask, now: () => number): number {
  const times = questions
    .map((text) => {
      const start = now();
      ask(text);
      return now() - start;
    })
    .sort((a, b) => a - b);
  return times[Math.floor(times.length * share)] ?? Number.NaN;
}

/** Processor time of this process, all of its threads included, in milliseconds. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Tools and questions of the set that was never fitted to; the one has no text, the other no name. */
async function readSet(): Promise<readonly Asked[]> {
  const text = await Bun.file(`${import.meta.dir}/../test/fixtures/search/held-out.jsonl`).text();
  return text
    .trim()
    .split("\n")
    .map((line) => ({ name: "", description: "", text: "", ...JSON.parse(line) }));
}

/** Names and descriptions put together of those of the set, each name once. */
function manyTools(some: readonly Asked[]) {
  let state = SEED;
  const pick = (): Asked => {
    // The low bits of such numbers repeat soon: https://en.wikipedia.org/wiki/Linear_congruential_generator
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const found = some[Math.floor((state / 2 ** 32) * some.length)];
    if (found === undefined) throw new Error("The set is empty");
    return found;
  };
  return Array.from({ length: TOOLS }, (_, index) => {
    const [first, second] = [pick(), pick()];
    return {
      name: `${first.name}_${second.name.split("_")[0]}_${index}`,
      description: `${first.description} ${second.description}`,
      asks: [],
    };
  });
}

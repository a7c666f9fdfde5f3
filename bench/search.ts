#!/usr/bin/env bun
/** How long a search for a tool takes among 10,000 tools, and how long the index takes to build. */
import { loadKnowledge } from "#tools/search/load-knowledge.ts";
import { ToolSearch } from "#tools/search/tool-search.ts";
import { below, named, publish } from "./support/report.ts";

const TOOLS = 10_000;
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

const building = { name: `build, ${TOOLS} tools`, samples: [] as number[] };
let search = build();
for (let round = 0; round < 2; round += 1) {
  search[Symbol.dispose]();
  search = build();
}

// The first questions warm the code up.
for (const text of questions) search.search(text, 10);
// The best of three: what other programs take of the machine is no property of the search.
const samples = questions
  .map((text) => Math.min(timed(text), timed(text), timed(text)))
  .sort((a, b) => a - b);
const percentile = (share: number) => samples[Math.floor(samples.length * share)] ?? 0;
const searching = [
  { name: "p50", samples: [percentile(0.5)] },
  { name: "p99", samples: [percentile(0.99)] },
];
search[Symbol.dispose]();

publish([
  {
    title: `search: one question among ${TOOLS} tools, ${samples.length} questions`,
    unit: "ms, less is better",
    series: searching,
    aims: [below(10, named(searching, "p99"))],
  },
  {
    title: "search: the index",
    unit: "ms, less is better",
    series: [building],
    aims: [],
  },
]);

function build(): ToolSearch {
  const startMs = performance.now();
  const built = new ToolSearch(tools, knowledge);
  building.samples.push(performance.now() - startMs);
  return built;
}

function timed(text: string): number {
  const startMs = performance.now();
  search.search(text, 10);
  return performance.now() - startMs;
}

/** Tools and questions of the test set; the one has no text, the other no name. */
async function readSet(): Promise<readonly Asked[]> {
  const text = await Bun.file(`${import.meta.dir}/../test/fixtures/search/test.jsonl`).text();
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

import { expect, test } from "bun:test";
import fc from "fast-check";
import { readScenarios, type Scenario } from "./scenario.ts";
import { type Played, scoreOf } from "./score.ts";
import { playSideBySide, type ReplayOptions } from "./side-by-side.ts";

const SUITE = {
  scenarios: [
    { name: "talk", say: "hi", model: [{ text: "Hello." }], expect: { answer: "Hello." } },
    { name: "call", tool: "shout", input: { text: "a" }, includes: "A" },
    { name: "tape", say: "hi", cassette: "tape.jsonl", expect: {} },
  ],
};
const FILES = new Map([
  ["suite.json", JSON.stringify(SUITE)],
  ["tape.jsonl", "recorded"],
]);

const scenarios = readScenarios(FILES, (text) => [text]);

function scenario(name: string): Scenario {
  const found = scenarios.find((one) => one.name === name);
  if (found === undefined) throw new Error(`There is no ${name}`);
  return found;
}

test("a suite says what is said, by whom, and what has to come of it", () => {
  expect(scenarios.map(({ name }) => name)).toEqual(["talk", "call", "tape"]);
  expect(scenario("call").completions).toHaveLength(2);
  expect(scenario("call").completions[0]).toContain('"name":"shout"');
  expect(scenario("tape").completions).toEqual(["recorded"]);
});

test.each([
  ["no JSON", "{"],
  ["unknown fields", '{"scenarios":[{"name":"x","tool":"y"}]}'],
  [
    "a recording that is missing",
    '{"scenarios":[{"name":"x","say":"y","cassette":"z.jsonl","expect":{}}]}',
  ],
  ["two of one name", JSON.stringify({ scenarios: [SUITE.scenarios[0], SUITE.scenarios[0]] })],
])("a suite is refused for %s", (_why, text) => {
  expect(() => readScenarios(new Map([["suite.json", text]]), (one) => [one])).toThrow(
    "cannot be played",
  );
});

const done = (call: Partial<Played["calls"][number]> = {}): Played => ({
  calls: [{ name: "shout", ok: true, output: "A", ...call }],
  answer: "Done.",
  reason: "complete",
});

test("a score is the part of the points that are met", () => {
  const one = scenario("call");
  expect(scoreOf(done(), one)).toBe(1);
  expect(scoreOf(done({ ok: false }), one)).toBe(0.75);
  expect(scoreOf(done({ output: "B" }), one)).toBe(0.75);
  expect(scoreOf({ ...done(), answer: "No." }, one)).toBe(0.75);
  expect(scoreOf({ ...done(), calls: [...done().calls, ...done().calls] }, one)).toBe(0.75);
  expect(scoreOf({ calls: [], answer: "", reason: "cut" }, one)).toBe(0.25);
});

/** The same draws in every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const replay = (options: Partial<ReplayOptions> = {}) =>
  playSideBySide({
    scenarios,
    current: () => Promise.resolve(1),
    candidate: () => Promise.resolve(1),
    history: { same: { pairs: 100, differing: 0 }, anchor: new Map() },
    attempt: 1,
    random: random(1),
    ...options,
  });

test("where nothing ever differed, some ninety pairs are enough", async () => {
  const found = await replay();
  expect(found).not.toHaveProperty("reason");
  expect(found.evidence).toMatchObject({
    changeRate: 0,
    attempt: 1,
    same: { pairs: 105, differing: 0 },
  });
  expect(found.evidence.pairs).toBeLessThan(90);
  expect(found.evidence.againstAnchor).toBeGreaterThanOrEqual(found.evidence.needed);
  expect(found.same).toEqual({ pairs: 5, differing: 0 });
});

test("where main never differs from itself, the first loss is the last", async () => {
  const candidate = ({ name }: Scenario): Promise<number> =>
    Promise.resolve(name === "call" ? 0.75 : 1);
  const found = await replay({ candidate });
  expect(found).toMatchObject({ reason: expect.stringContaining('"call" goes worse') });
  expect(found.evidence.scores["call"]).toEqual({ pairs: 1, current: 1, candidate: 0.75 });
});

test("in a new home a loss that always comes again is not chance, and one that does not is", async () => {
  const history = { same: { pairs: 0, differing: 0 }, anchor: new Map<string, number>() };
  const worse = ({ name }: Scenario) => Promise.resolve(name === "call" ? 0.75 : 1);
  expect(await replay({ candidate: worse, history })).toMatchObject({
    reason: expect.stringContaining('"call" goes worse'),
  });
  let plays = 0;
  const once = () => Promise.resolve(plays++ === 0 ? 0.75 : 1);
  expect(await replay({ candidate: once, history })).not.toHaveProperty("reason");
});

test("of a live model most candidates that are as good are promoted, in a new home too", async () => {
  const history = { same: { pairs: 0, differing: 0 }, anchor: new Map<string, number>() };
  let [promoted, rejected] = [0, 0];
  for (let run = 0; run < 100; run += 1) {
    const noise = random(run + 1);
    // Two plays differ in a tenth of the pairs.
    const live = (): Promise<number> => Promise.resolve(noise() < 0.947 ? 1 : 0);
    const found = await replay({ current: live, candidate: live, history, random: random(run) });
    if (!("reason" in found)) promoted += 1;
    else if (!("result" in found)) rejected += 1;
  }
  expect(promoted).toBeGreaterThanOrEqual(80);
  expect(rejected).toBeLessThanOrEqual(3);
});

test("a candidate as good as a poorer main is held back by the best there ever was", async () => {
  const half = (): Promise<number> => Promise.resolve(0.5);
  const anchor = new Map(scenarios.map(({ name }) => [name, 1]));
  const history = { same: { pairs: 100, differing: 0 }, anchor };
  const found = await replay({ current: half, candidate: half, history, cap: 100 });
  expect(found).toMatchObject({ result: "hold", evidence: { pairs: 100 } });
});

test("where runs of main differ, chance is told from harm", async () => {
  const noise = random(7);
  const noisy = (mean: number) => () => Promise.resolve(noise() < mean ? 1 : 0);
  const history = { same: { pairs: 200, differing: 40 }, anchor: new Map<string, number>() };
  const found = await replay({ current: noisy(0.9), candidate: noisy(0.3), history });
  expect(found).toMatchObject({ reason: expect.stringContaining("does worse than main") });
});

test("each further attempt needs more", async () => {
  const [first, second] = [await replay(), await replay({ attempt: 2 })];
  expect(second.evidence.needed).toBeCloseTo(4 * first.evidence.needed);
  expect(second.evidence.pairs).toBeGreaterThan(first.evidence.pairs);
});

test("a worse candidate is never promoted, whatever is drawn", () =>
  fc.assert(
    fc.asyncProperty(
      fc.nat(),
      fc.double({ min: 0, max: 0.85, noNaN: true }),
      async (seed, score) => {
        const candidate = (): Promise<number> => Promise.resolve(score);
        const found = await replay({ candidate, random: random(seed) });
        expect(found).toHaveProperty("reason");
      },
    ),
    { numRuns: 30 },
  ));

/** Bursts on the real controller, memory, budget and store, with a clock and a model server of the test. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { readReport } from "#home/autonomy/burst-report.ts";
import { autonomySettings } from "#home/settings/autonomy-settings.ts";
import { BurstHome } from "#test/autonomy/burst-home.ts";
import type { Behaviour } from "#test/cycles/behaviour.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const PROD = autonomySettings({}, undefined, "prod");
const INSIGHT =
  "A change of the shop has to be in deploy.sh by Thursday, because it is deployed on Fridays.";

function reflect(text: string): Behaviour {
  return { action: "reflect", args: JSON.stringify({ text }) };
}

/** One behaviour after the other, then done. */
function script(behaviours: readonly Behaviour[]): () => Behaviour {
  const left = [...behaviours];
  return () => left.shift() ?? { done: true };
}

async function burstOf(...behaviours: readonly Behaviour[]) {
  await using home = await BurstHome.open({ settings: PROD, behaves: script(behaviours) });
  await home.passes(0);
  const [row] = home.store.newest(1);
  expect(home.failures).toEqual([]);
  const notes = home.memory.list("human", ["active", "staged"]);
  return { row, report: row && readReport(row), notes };
}

test("an insight that is about the user's things waits for their review, trusted as a model's word", async () => {
  const { row, report, notes } = await burstOf({}, reflect(INSIGHT));
  expect(notes).toMatchObject([
    { text: INSIGHT, kind: "insight", state: "staged", trust: "model", origin: "autonomy" },
  ]);
  expect(row).toMatchObject({ end: "done", isEmpty: false, isPerfectTest: false });
  expect(report?.did.map(({ what, outcome }) => [what, outcome])).toEqual([
    ["memory_search deploy the shop 1", "done"],
    [`reflect ${INSIGHT}`, "done"],
  ]);
});

test.each([
  [
    "a conclusion about something else",
    [reflect("Penguins live in Antarctica.")],
    "nothing to do with",
  ],
  [
    "a second insight within five minutes",
    [reflect(INSIGHT), reflect("The shop deploys on Fridays by script.")],
    "less than five minutes ago",
  ],
  [
    "a search for something else",
    [{ args: '{"query":"penguins in Antarctica"}' }],
    "nothing to do with",
  ],
  [
    "the same search in other words order",
    [{ args: '{"query":"shop deploy"}' }, { args: '{"query":"Deploy, shop!"}' }],
    "within the last day",
  ],
  [
    "a tool that there is not",
    [{ action: "test_tool", args: '{"tool":"rm"}' }],
    "there is no tool",
  ],
] as const)("%s is refused, and stands in the report", async (_what, behaviours, why) => {
  const { report } = await burstOf(...behaviours);
  expect(report?.refused).toHaveLength(1);
  expect(report?.refused[0]).toContain(why);
});

test("a build may ask 30 times more than the cycles of a burst", async () => {
  const price = { promptTokens: 1, completionTokens: 1 };
  let asked = 0;
  await using home = await BurstHome.open({
    settings: { ...PROD, questions: 1 },
    behaves: script([{ action: "code", args: '{"goal":"deploy the shop"}' }]),
    build: async (_goal, { ledger }) => {
      // Without a limit of its own it would go on for as long as there are tokens.
      for (; asked < 1000; asked += 1) ledger.beginCall(price).settle(price);
      return { outcome: "done", text: "built" };
    },
  });
  await home.passes(0);
  expect(home.store.newest(1)).toMatchObject([{ end: "calls" }]);
  // One question of the four of its cycle was the one that wanted the build.
  expect(asked).toBe(33);
});

test("what tells of a tool that works is a perfect round of tests", async () => {
  const { row } = await burstOf({ action: "test_tool", args: '{"tool":"median"}' });
  expect(row).toMatchObject({ isEmpty: false, isPerfectTest: true });
});

test.each([
  ["says nothing that can be read", { reply: "Hm." }, "cycles"],
  ["wants the same again and again", { args: '{"query":"deploy the shop"}' }, "loop"],
  ["never answers", { ms: null, deaf: true }, "error"],
  ["breaks off", { cut: true }, "error"],
] as const)("a model that %s ends a burst that brought nothing", async (_what, behaviour, end) => {
  const { row } = await burstOf(...Array.from({ length: 20 }, () => behaviour));
  expect(row).toMatchObject({ end, isEmpty: true });
});

test("a line of a person ends it within two seconds, whatever the model does", async () => {
  await using home = await BurstHome.open({
    settings: PROD,
    behaves: () => ({ ms: null, deaf: true }),
  });
  const before = home.clock.nowMs();
  await home.passes(0, 30_000);
  expect(home.clock.nowMs() - before).toBeLessThanOrEqual(32_000);
  expect(home.store.newest(1)[0]?.end).toBe("human");
});

const behaviour: fc.Arbitrary<Behaviour> = fc.record({
  action: fc.constantFrom("memory_search", "reflect", "test_tool", "sh", "done"),
  args: fc.option(
    fc
      .record({
        query: fc.constantFrom("deploy the shop", "shop fridays", "penguins", "deploy.sh script"),
        text: fc.constantFrom(INSIGHT, "The script deploy.sh deploys the shop.", "Penguins swim."),
        tool: fc.constantFrom("median", "rm"),
      })
      .map((value) => JSON.stringify(value)),
    { nil: undefined },
  ),
  reply: fc.option(fc.string(), { nil: undefined, freq: 6 }),
  ms: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 400_000 }), fc.constant(null)),
  deaf: fc.boolean(),
  cut: fc.option(fc.constant(true), { nil: undefined, freq: 8 }),
  flood: fc.option(
    fc.record({
      pieces: fc.integer({ min: 0, max: 50 }),
      size: fc.integer({ min: 0, max: 9000 }),
      ms: fc.constant(0),
    }),
    { nil: undefined },
  ),
  usage: fc.option(
    fc.record({
      prompt: fc.constantFrom(-5, 0, 1, 40_000, Number.NaN, 1e9),
      completion: fc.constantFrom(0, 1, 100_000),
    }),
    { nil: undefined },
  ),
});

const days = fc.array(
  fc.record({
    waits: fc.integer({ min: HOUR, max: 5 * HOUR }),
    jump: fc.constantFrom(0, 0, 0, 0, -2 * HOUR, 2 * HOUR),
    humanMs: fc.option(fc.integer({ min: 0, max: HOUR }), { nil: undefined, freq: 3 }),
  }),
  { minLength: 100, maxLength: 100 },
);

test("ten compressed days of whatever a model does stay within each day's budget and three bursts", async () => {
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(behaviour), days, async (behaviours, steps) => {
      const behaves = (): Behaviour => behaviours.next().value;
      await using home = await BurstHome.open({ settings: PROD, behaves });
      for (const { waits, jump, humanMs } of steps) {
        if (home.clock.nowMs() > 10 * DAY) break;
        home.wallOffset += jump;
        const before = home.clock.nowMs();
        await home.passes(waits, humanMs);
        const longest = Math.min(PROD.lengthMs, humanMs ?? PROD.lengthMs) + 2000;
        expect(home.clock.nowMs() - before).toBeLessThanOrEqual(waits + longest);
      }
      expect(home.failures).toEqual([]);
      const bursts = home.store.since(0);
      expect(bursts.length).toBeGreaterThan(0);
      const byDay = Map.groupBy(bursts, ({ startedAt }) => Math.floor(startedAt / DAY));
      for (const [day, begun] of byDay) {
        expect(begun.length).toBeLessThanOrEqual(PROD.aDay);
        const name = new Date(day * DAY).toISOString().slice(0, 10);
        expect(home.sent.get(name) ?? 0).toBeLessThanOrEqual(PROD.budget.tokens);
        expect(home.spentOn(name)).toBeLessThanOrEqual(PROD.budget.tokens);
      }
      for (const row of bursts) {
        const report = readReport(row);
        expect(report?.did.length).toBeLessThanOrEqual(PROD.questions);
        expect(report?.calls).toBeLessThanOrEqual(4 * PROD.questions);
        expect(report?.tokens).toBeLessThanOrEqual(PROD.budget.tokens);
        expect(report?.ms).toBeLessThanOrEqual(PROD.lengthMs + 2000);
      }
    }),
    { numRuns: 2 },
  );
});

const WORDS =
  `garden river window copper violin planet harvest bridge winter candle engine forest mirror pepper saddle thunder
  umbrella village whistle yellow anchor basket camera dragon eagle feather guitar hammer island jacket kettle ladder
  magnet needle orange pencil quarry rabbit silver tunnel urgent velvet walnut zebra almond butter cherry desert empire
  fabric glacier helmet insect jungle kitchen lantern marble napkin oyster pillow`.split(/\s+/);

test("killed at any place, a burst is reported once, and what it kept is kept once", async () => {
  let killAt = 0;
  let behaviours: Behaviour[] = [];
  const behaves = (): Behaviour => behaviours.shift() ?? { done: true };
  await using home = await BurstHome.open({ settings: PROD, behaves });
  for (;;) {
    const [one, two] = [WORDS[killAt], WORDS[(killAt * 7 + 1) % WORDS.length]];
    const text = `Deploy the shop on Fridays with the ${one} and the ${two}.`;
    behaviours = [
      { args: JSON.stringify({ query: `deploy the shop ${one} ${two}` }) },
      reflect(text),
      { action: "test_tool", args: '{"tool":"median"}' },
    ];
    killAt += 1;
    home.kill(killAt);
    await home.says();
    await home.passes(25 * HOUR);
    const [row] = home.store.newest(1);
    const kept = home.memory.list("human", ["active", "staged"]);
    expect(kept.filter((note) => note.text === text).length).toBeLessThanOrEqual(1);
    if (home.moments < killAt) {
      expect(row).toMatchObject({ end: "cycles", isPerfectTest: true });
      expect(kept.some((note) => note.text === text)).toBeTrue();
      break;
    }
    expect(row?.end).toBe("killed");
    home.revive();
    await home.passes(1000);
    expect(home.store.newest(1)).toEqual(row === undefined ? [] : [row]);
    expect(home.store.newest(1000)).toHaveLength(killAt);
  }
  expect(home.failures).toEqual([]);
  expect(killAt).toBeGreaterThan(50);
});

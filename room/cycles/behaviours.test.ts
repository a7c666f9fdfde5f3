/** The real controller against named and random behaviours: no limit is exceeded, by whatever they do. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { z } from "zod";
import type { LimitOverrides, Limits } from "#core/cycles/limits.ts";
import { OrgError } from "#core/errors.ts";
import type { GoalEnd } from "#core/goal-step.ts";
import type { Behaviour } from "#test/cycles/behaviour.ts";
import { ScriptedRun, SOME_LIMITS } from "#test/cycles/scripted-run.ts";
import { CycleState } from "./cycle-state.ts";

const FILE = join(import.meta.dir, "../../test/fixtures/cycles/behaviours.jsonl");
/** These take processor time, which a busy machine has little of. */
const LONG_MS = 900_000;
/** What the limits allow for what does not end when it is told to. */
const GRACE_MS = 2000;

const namedSchema: z.ZodType<{
  readonly name: string;
  readonly cycles: readonly Behaviour[];
  readonly limits?: LimitOverrides | undefined;
  readonly end: string;
}> = z.object({
  ...{ name: z.string(), cycles: z.array(z.custom<Behaviour>()), end: z.string() },
  limits: z.custom<LimitOverrides>().optional(),
});
const NAMED = readFileSync(FILE, "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => namedSchema.parse(JSON.parse(line)));

class Stop extends Error {
  readonly end: GoalEnd | undefined;
  constructor(end: GoalEnd | undefined) {
    super("stop");
    this.end = end;
  }
}

/** As seen from outside, and as the run itself says. */
function requireWithin(run: ScriptedRun, limits: Limits, startedMs: number): void {
  const { spent } = run.steps.at(-1) ?? { spent: undefined };
  const within = {
    cycles: run.cycles <= limits.cycles && (spent?.cycles ?? 0) <= limits.cycles,
    calls: run.requests.length <= limits.calls,
    actions: run.calls.length <= limits.actions,
    tokens: run.tokens <= limits.tokens + 1e-6 && (spent?.tokens ?? 0) <= limits.tokens,
    money: run.micros <= limits.money * 1e6 + 1e-6 && (spent?.micros ?? 0) <= limits.money * 1e6,
    time: run.clock.nowMs() - startedMs <= limits.seconds * 1000 + GRACE_MS,
  };
  expect(within).toEqual({
    ...{ cycles: true, calls: true, actions: true, tokens: true, money: true, time: true },
  });
}

test.each(NAMED.map((one) => [one.name, one] as const))(
  "a model that %s meets its end",
  async (_, { cycles, end, limits: given }) => {
    const limits: Limits = { ...SOME_LIMITS, ...Object(given) };
    const run = new ScriptedRun({ limits, behaviours: cycles });
    const startedMs = run.clock.nowMs();
    const report = await run.play();
    expect(report).toMatchObject({ end });
    requireWithin(run, limits, startedMs);
  },
);

const ms = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 90_000 }), fc.constant(null));
const rarely = (often: number) => fc.nat(often).map((number) => number === 0);
const behaviour: fc.Arbitrary<Behaviour> = fc.record(
  {
    action: fc.constantFrom("write", "look", "nothing"),
    args: fc.constantFrom('{"n":"a"}', '{"n":" A"}', '{"n":"b"}'),
    reply: fc.oneof(
      fc.string(),
      fc.constantFrom("", "{", '{"action":"done"', "[]", '{"action":7}'),
    ),
    done: rarely(8),
    ...{ ms, deaf: fc.boolean(), cut: rarely(4) },
    flood: fc.record({ pieces: fc.nat(40), size: fc.nat(3000), ms: fc.nat(20_000) }),
    usage: fc.record({
      prompt: fc.constantFrom(0, 1, 500, 1e9, -7, Number.NaN),
      completion: fc.constantFrom(0, 1, 500, 1e9, -7, Number.NaN),
    }),
    fails: fc.constantFrom(
      "PROVIDER_UNREACHABLE",
      "PROVIDER_BUSY",
      "MODEL_MISSING",
      "BUDGET_SPENT",
    ),
    tool: fc.record(
      {
        ...{ ms, deaf: fc.boolean(), size: fc.constantFrom(10, 700, 20_000) },
        outcome: fc.constantFrom("done", "failed", "refused"),
        output: fc.constantFrom("same", "other"),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);
const AGAIN: Behaviour = { args: '{"n":"a"}' };
const someLimits: fc.Arbitrary<Limits> = fc.record({
  cycles: fc.integer({ min: 1, max: 9 }),
  seconds: fc.integer({ min: 1, max: 400 }),
  tokens: fc.integer({ min: 1, max: 20_000 }),
  money: fc.oneof(
    fc.constant(Number.POSITIVE_INFINITY),
    fc.integer({ min: 0, max: 200_000 }).map((micros) => micros / 1e6),
  ),
  calls: fc.integer({ min: 1, max: 20 }),
  actions: fc.integer({ min: 1, max: 9 }),
});

/** A run to its end, or to where it leaves it to another process. */
async function play(run: ScriptedRun): Promise<"killed" | "left" | GoalEnd> {
  try {
    const report = await run.play();
    return report === "killed" ? report : report.end;
  } catch (error) {
    if (error instanceof OrgError || error instanceof Stop) return "left";
    throw error;
  }
}

test(
  "5,000 random behaviours exceed no limit by one token, call, cycle or coin, and the time by 2 s at most",
  async () => {
    const behaviours = fc.array(
      fc.oneof(
        { weight: 1, arbitrary: fc.constantFrom<Behaviour>({}, AGAIN, { done: true }) },
        { weight: 3, arbitrary: behaviour },
      ),
      {
        minLength: 1,
        maxLength: 6,
      },
    );
    const ends = new Set<string>();
    await fc.assert(
      fc.asyncProperty(behaviours, someLimits, async (all, limits) => {
        const run = new ScriptedRun({ limits, behaviours: all });
        const startedMs = run.clock.nowMs();
        ends.add(await play(run));
        requireWithin(run, limits, startedMs);
      }),
      { numRuns: 5000 },
    );
    for (const end of ["done", "cycles", "time", "tokens", "money", "calls", "actions", "loop"]) {
      expect(ends).toContain(end);
    }
    expect(ends).toContain("left");
  },
  LONG_MS,
);

test(
  "a stop ends a run within 2 s wherever it comes, and so does a process that leaves",
  async () => {
    const moment = fc.integer({ min: 0, max: 300_000 });
    const end = fc.constantFrom<GoalEnd | undefined>("human", "stopped", undefined);
    const behaviours = fc.array(behaviour, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(behaviours, moment, end, async (all, at, wanted) => {
        const endOf = (reason: unknown) => (reason instanceof Stop ? reason.end : undefined);
        const run = new ScriptedRun({ limits: SOME_LIMITS, behaviours: all, endOf });
        const stopMs = run.clock.nowMs() + at;
        run.clock.after(at, () => run.stop.abort(new Stop(wanted)));
        const came = await play(run);
        if (run.clock.nowMs() < stopMs) return;
        expect(run.clock.nowMs() - stopMs).toBeLessThanOrEqual(GRACE_MS);
        if (came === wanted) expect(run.steps.at(-1)).toMatchObject({ phase: "goal", end: wanted });
      }),
      { numRuns: 500 },
    );
  },
  LONG_MS,
);

/** Two cycles with everything in them: a summary by the model, a tool that only reads, one with effects. */
const WHOLE: readonly Behaviour[] = [
  { ms: 3000, tool: { ms: 2000, size: 3000 } },
  { action: "look", tool: { ms: 1000 } },
  { tool: { outcome: "failed" } },
  { done: true },
];

test(
  "killed at every place, a run goes on there, repeats no effect, and reports once",
  async () => {
    const whole = new ScriptedRun({ limits: SOME_LIMITS, behaviours: WHOLE });
    await whole.play();
    const places = whole.moments;
    expect(places).toBeGreaterThanOrEqual(50);
    const outcomes = new Set<string>();
    for (let place = 1; place <= places; place += 1) {
      const run = new ScriptedRun({ limits: SOME_LIMITS, behaviours: WHOLE });
      run.killAt = place;
      const startedMs = run.clock.nowMs();
      expect(await play(run)).toBe("killed");
      const report = await run.play();
      expect(report).toMatchObject({ end: "done", text: "All is tidy." });
      // The report is the same however often it is asked for, and stands there once.
      expect(await run.play()).toEqual(report);
      const ends = run.steps.filter(({ phase, state }) => phase === "goal" && state === "done");
      expect(ends).toHaveLength(1);
      const effects = run.effects;
      expect(new Set(effects).size).toBe(effects.length);
      requireWithin(run, SOME_LIMITS, startedMs);
      for (const step of run.steps) outcomes.add(step.outcome ?? "");
    }
    expect([...outcomes].toSorted()).toEqual(["", "done", "failed", "interrupted"]);
  },
  LONG_MS,
);

test(
  "killed again and again at random places, a run stays within its limits",
  async () => {
    const kills = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
    const behaviours = fc.array(behaviour, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(behaviours, someLimits, kills, async (all, limits, places) => {
        const run = new ScriptedRun({ limits, behaviours: all });
        const startedMs = run.clock.nowMs();
        for (const place of places) {
          run.killAt = run.moments + place;
          if ((await play(run)) !== "killed") break;
        }
        run.killAt = Number.POSITIVE_INFINITY;
        await play(run);
        requireWithin(run, limits, startedMs);
        expect(new Set(run.effects).size).toBe(run.effects.length);
      }),
      { numRuns: 500 },
    );
  },
  LONG_MS,
);

test("a phase that was broken off counts with all that was reserved, and its time, on another boot as well", async () => {
  for (const [nowMs, counted] of [
    [0, 300_000],
    [1_005_000, 5000],
  ] as const) {
    const run = new ScriptedRun({ limits: SOME_LIMITS, behaviours: [{ ms: 60_000 }] });
    run.killAt = 5;
    await play(run);
    const { mono, spent } = run.steps.at(-1) ?? { mono: 0, spent: undefined };
    expect(mono).toBe(1_000_000);
    run.clock.set(nowMs);
    run.stop.abort(new Stop(undefined));
    expect(await play(run)).toBe("left");
    const state = new CycleState();
    for (const step of run.steps) state.apply(step);
    expect(state.spentBy(nowMs)).toEqual({ ...Object(spent), ms: counted });
  }
});

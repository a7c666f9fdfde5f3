/** Which ends of a process count as slow; `backtracking.test.ts` has real tools in the real sandbox. */
import { expect, test } from "bun:test";
import type { KillReason } from "#platform/sandbox/result.ts";
import type { ManyAnswers, ManyInputs } from "./ask-many.ts";
import { triesOf } from "./try-patterns.ts";

/** What ends a process at an input: a limit, a crash, or nothing. */
type End = KillReason | "crash" | "slow" | "fine";

/** A tool that ends at each input as its name says, and the inputs that it was asked, a process an entry. */
function toolThatEnds(): {
  readonly ask: (inputs: ManyInputs) => Promise<ManyAnswers>;
  readonly asked: readonly unknown[][];
} {
  const asked: unknown[][] = [];
  const ask = async ({ inputs }: ManyInputs): Promise<ManyAnswers> => {
    const ends = inputs as readonly End[];
    asked.push([...inputs]);
    const last = ends.findIndex((end) => end !== "fine");
    const end = ends[last];
    const answers = ends.map((one, index) => {
      if (one === "slow" && index === last) return { slowMs: 900 };
      return last < 0 || index < last ? {} : undefined;
    });
    const killed =
      end === undefined || end === "fine" || end === "slow" || end === "crash" ? null : end;
    // One that takes the time of others is slow beside them alone.
    const cpuMs = killed === "cpu" ? 6000 : 0;
    return { answers, killed, cpuMs, isCutShort: false, patterns: [] };
  };
  return { ask, asked };
}

async function firstSlow(...ends: readonly End[]) {
  const { ask, asked } = toolThatEnds();
  const trials = ends.map((input) => ({ input, mostMs: 500 }));
  return { found: await triesOf(ask).firstSlow(trials), asked };
}

test.each<[what: string, ends: readonly End[], index: number, ms: number | undefined]>([
  ["what takes more than its own time", ["fine", "slow"], 1, 900],
  ["what takes all processor time of its process", ["fine", "cpu", "fine"], 1, undefined],
  ["what comes behind a crash", ["crash", "slow"], 1, 900],
  ["what comes behind an end for want of memory", ["memory", "fine", "cpu"], 2, undefined],
])("%s is slow, and is tried again by itself", async (_what, ends, ...[index, ms]) => {
  const { found, asked } = await firstSlow(...ends);
  expect(found).toEqual({ index, ms });
  expect(asked.at(-1)).toEqual([ends[index]]);
});

test.each<[end: End]>([["memory"], ["wall"], ["output"], ["crash"], ["fine"]])(
  "an end by %p is no matter of processor time",
  async (end) => {
    expect((await firstSlow("fine", end, "fine")).found).toBeUndefined();
  },
);

test("what spends the time of its process and is quick by itself keeps nothing behind it from being tried", async () => {
  const { ask } = toolThatEnds();
  const askBusy = (inputs: ManyInputs) =>
    ask({
      ...inputs,
      inputs: inputs.inputs.length === 1 ? inputs.inputs.map(quickAlone) : inputs.inputs,
    });
  const trials = [...Array.from({ length: 9 }, () => "cpu"), "slow"].map((input) => ({
    input,
    mostMs: 500,
  }));
  expect(await triesOf(askBusy).firstSlow(trials)).toEqual({ index: 9, ms: 900 });
  const many = [...trials, ...trials, ...trials].filter(({ input }) => input === "cpu");
  expect(await triesOf(askBusy).firstSlow(many)).toEqual({ untried: 6, spentMs: 126_000 });
});

test("what has no answer in a process of its own either is slow, however that ended", async () => {
  const { ask } = toolThatEnds();
  const askLate = (inputs: ManyInputs) =>
    ask({ ...inputs, inputs: inputs.inputs.length === 1 ? ["crash"] : inputs.inputs });
  const trials = ["fine", "cpu", "fine"].map((input) => ({ input, mostMs: 500 }));
  expect(await triesOf(askLate).firstSlow(trials)).toEqual({ index: 1, ms: undefined });
});

const quickAlone = (input: unknown) => (input === "cpu" ? "fine" : input);

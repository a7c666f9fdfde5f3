import { expect, test } from "bun:test";
import { randomNumbers } from "#test/gate-simulation.ts";
import { runs, typescriptTool } from "#test/tool-maker.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import { checkBudgets } from "./budgets.ts";
import { type Measure, measureCall, type Usage } from "./usage.ts";

const MIB = 1024 * 1024;
const CASES = JSON.stringify({ cases: [1, 2, 3].map((n) => ({ input: { n }, output: n })) });

function tool(source: string): ToolFolder {
  const made = typescriptTool(source);
  return { ...made, files: new Map([...made.files, ["cases.json", CASES]]) };
}
const [before, after] = [tool("old"), tool("new")];

/** A tool's usage by its source; each call of it is a little different, as on a real machine. */
function measured(usages: Readonly<Record<string, Partial<Usage>>>): Measure {
  let calls = 0;
  return (folder) => {
    calls += 1;
    const {
      cpuMs = 100,
      peakBytes = 40 * MIB,
      outputBytes = 10,
    } = usages[folder.files.get("tool.ts") ?? ""] ?? {};
    return Promise.resolve({ cpuMs: cpuMs + (calls % 3), peakBytes, outputBytes });
  };
}

const checkedWith = (usages: Readonly<Record<string, Partial<Usage>>>) =>
  checkBudgets([{ before, after }], {
    signal: new AbortController().signal,
    measure: measured(usages),
  });

test("a tool that takes what main's takes stays within its budget", async () => {
  const found = await checkedWith({});
  expect(found).toMatchObject({ evidence: { probe: { measured: 6, peakBytes: 40 * MIB } } });
});

test("what differs by no more than two calls of one tool do is not a difference", async () => {
  expect(await checkedWith({ old: { cpuMs: 100 }, new: { cpuMs: 120 } })).toMatchObject({
    evidence: { probe: { cpuRatio: 1 } },
  });
});

test("one that needs more processor time is found out after eight pairs", async () => {
  const found = await checkedWith({ old: { cpuMs: 300 }, new: { cpuMs: 345 } });
  expect(found).toMatchObject({ reason: expect.stringContaining("1.15 times the processor time") });
});

/** Of 100 comparisons on a machine where each call is off by about 30 %, those that object. */
async function objectionsAmid(noise: number, times: number): Promise<number> {
  const random = randomNumbers(7);
  const measure: Measure = (folder) => {
    const ms = folder === after ? 100 * times : 100;
    const cpuMs =
      ms *
      Math.exp(noise * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));
    return Promise.resolve({ cpuMs, peakBytes: 40 * MIB, outputBytes: 10 });
  };
  const signal = new AbortController().signal;
  let objections = 0;
  for (let run = 0; run < 100; run += 1) {
    if ("reason" in (await checkBudgets([{ before, after }], { signal, measure }))) objections += 1;
  }
  return objections;
}

test("a doubling is found amid 30 % of noise, and noise alone is none", async () => {
  expect(await objectionsAmid(0.3, 2)).toBeGreaterThanOrEqual(98);
  expect(await objectionsAmid(0.3, 1)).toBeLessThanOrEqual(5);
});

test("one that needs more memory or says more is found out", async () => {
  expect(await checkedWith({ new: { peakBytes: 200 * MIB } })).toMatchObject({
    reason: "probe needs 200 MiB of memory, main's 40 MiB of memory",
  });
  expect(
    await checkedWith({ old: { outputBytes: 5000 }, new: { outputBytes: 6000 } }),
  ).toMatchObject({
    reason: "probe needs 6000 bytes of result, main's 5000 bytes of result",
  });
});

test("a new tool has limits of its own", async () => {
  const alone = (usage: Partial<Usage>) =>
    checkBudgets([{ before: undefined, after }], {
      signal: new AbortController().signal,
      measure: measured({ new: usage }),
    });
  expect(await alone({})).toMatchObject({ evidence: { probe: { measured: 3 } } });
  expect(await alone({ cpuMs: 5000 })).toMatchObject({
    reason: expect.stringContaining("5001 ms"),
  });
  expect(await alone({ peakBytes: 300 * MIB })).toMatchObject({
    reason: expect.stringContaining("300 MiB"),
  });
  expect(await alone({ outputBytes: 70_000 })).toMatchObject({
    reason: expect.stringContaining("70000 bytes"),
  });
});

test("a call in the sandbox is measured", async () => {
  // Work for many looks of the watchdog: the kernel counts in steps of 10 ms, and one look may lie before the first.
  const work = "let n = 0; for (let i = 0; i < 300_000_000; i += 1) n += i % 7;";
  const real = typescriptTool(runs(`${work} return n < 0 ? "" : args.text.toUpperCase();`));
  const { signal } = new AbortController();
  const used = await measureCall(real, { text: "a" }, signal);
  expect(used.cpuMs).toBeGreaterThan(0);
  expect(used.outputBytes).toBe('"A"'.length);
});

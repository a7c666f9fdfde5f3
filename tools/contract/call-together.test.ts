import { expect, test } from "bun:test";
import { POLICIES } from "#platform/sandbox/policy.ts";
import { pythonTool, runs, typescriptTool } from "#test/tool-maker.ts";
import { callTool } from "./call.ts";
import { callTogether, type TogetherCall } from "./call-together.ts";
import type { CallOutcome } from "./outcome.ts";
import type { ToolFolder } from "./tool-folder.ts";

const { signal } = new AbortController();

function callsOf(args: readonly unknown[]): readonly TogetherCall[] {
  return args.map((one) => ({ args: one, seed: "1", nowMs: 0 }));
}

function resultOf(value: unknown): CallOutcome {
  return { kind: "result", value };
}

async function outcomes(
  tool: ToolFolder,
  args: readonly unknown[] = [{ n: 1 }, { n: 2 }, { n: 3 }],
): Promise<readonly (CallOutcome | undefined)[]> {
  return await callTogether(tool, callsOf(args), { signal });
}

test("several calls are answered as each is by itself", async () => {
  const body = `if (args.n === 2) throw new Error("EMPTY: two"); return [args.n, ctx.random(), Date.now()]`;
  const tool = typescriptTool(runs(body), {
    capabilities: ["random"],
    failures: [{ code: "EMPTY", when: "it is two" }],
    input: { type: "object", properties: { n: { type: "integer" } }, required: ["n"] },
  });
  const calls = [
    { args: { n: 1 }, seed: "1", nowMs: 0 },
    { args: { n: 2 }, seed: "1", nowMs: 0 },
    { args: { n: "three" }, seed: "1", nowMs: 0 },
    { args: { n: 1 }, seed: "2", nowMs: 0 },
  ];
  const alone = await Promise.all(
    calls.map(({ args, ...rest }) => callTool(tool, args, { ...rest, signal })),
  );
  expect(await callTogether(tool, calls, { signal })).toEqual(alone);
  expect(alone.map(({ kind }) => kind)).toEqual(["result", "failure", "failure", "result"]);
  expect(alone[0]).not.toEqual(alone[3]);
});

test("no call sees what another one left", async () => {
  const first = resultOf(1);
  const counts = typescriptTool(runs(`count += 1; return count`, `let count = 0;`));
  expect(await outcomes(counts)).toEqual([first, first, first]);
  const body = `
    const kept = z.string().constructor;
    const isLeft = "left" in kept;
    kept.left = true;
    return isLeft ? 2 : 1`;
  expect(await outcomes(typescriptTool(runs(body)))).toEqual([first, first, first]);
});

test.each([
  ["changes the language", `Array.prototype.map = 1; return 1`],
  ["uses what it does not name", `ctx.fetch("https://page.example/").catch(() => {}); return 1`],
  ["answers what does not fit", `return 1n`],
])("a call that %s has to be made by itself", async (_what, wrong) => {
  const tool = typescriptTool(runs(`if (args.n === 2) { ${wrong} } return args.n`));
  expect(await outcomes(tool)).toEqual([resultOf(1), undefined, resultOf(3)]);
});

test("a process that is ended is believed nothing", async () => {
  const tool = typescriptTool(runs(`if (args.n === 2) for (;;) {} return args.n`));
  const policy = { ...POLICIES.generatedTool, cpuMs: 300 };
  const calls = callsOf([{ n: 1 }, { n: 2 }, { n: 3 }]);
  const nothing = [undefined, undefined, undefined];
  expect(await callTogether(tool, calls, { signal, policy })).toEqual(nothing);
});

test("what a call leaves running answers for no other", async () => {
  const body = `
    if (args.n === 1) {
      const again = () => Promise.resolve().then(() => setTimeout(again, 1));
      again();
      setTimeout(() => { throw new Error("late") }, 0);
      Promise.reject(new Error("later"));
    }
    await new Promise((done) => setTimeout(done, 20));
    return args.n`;
  const [, second, third] = await outcomes(typescriptTool(runs(body)));
  // An error that comes late may take an answer away, and gives none.
  expect(second ?? resultOf(2)).toEqual(resultOf(2));
  expect(third ?? resultOf(3)).toEqual(resultOf(3));
});

test("tools that ask the host, and those in Python, are called one by one", async () => {
  const nothing = [undefined, undefined, undefined];
  const asks = typescriptTool(runs(`return 1`), { capabilities: ["memory"] });
  expect(await outcomes(asks)).toEqual(nothing);
  expect(await outcomes(pythonTool(`def run(args, ctx): return 1`))).toEqual(nothing);
  expect(await outcomes({ name: "probe", files: new Map() })).toEqual(nothing);
});

test("one process makes all calls", async () => {
  const tool = typescriptTool(runs(`return args.n`));
  const calls = callsOf([{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }, { n: 5 }, { n: 6 }]);
  const costs: number[] = [];
  const onCost = ({ cpuMs }: { readonly cpuMs: number }) => void costs.push(cpuMs);
  await callTogether(tool, calls, { signal, onCost });
  expect(costs).toHaveLength(1);
});

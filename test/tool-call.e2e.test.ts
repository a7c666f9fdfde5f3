/** TypeScript tools in the real sandbox: honest ones, wrong ones, and those that want to look right. */
import { describe, expect, test } from "bun:test";
import { POLICIES, type SandboxPolicy } from "#platform/sandbox/policy.ts";
import type { BreakdownCause } from "#tools/contract/outcome.ts";
import { outcomeOf, runs, typescriptTool } from "./tool-maker.ts";

const ANSWER = {
  output: { type: "object", required: ["n"], properties: { n: { type: "integer" } } },
};

describe("an honest tool", () => {
  test("gets its arguments as its schema reads them, and its result comes back", async () => {
    const tool = typescriptTool(`import { z } from "zod";
      export const input = z.object({ text: z.string(), times: z.number().int().default(2) });
      export async function run({ text, times }: z.infer<typeof input>): Promise<{ text: string }> {
        return { text: text.repeat(times) };
      }`);
    const outcome = await outcomeOf(tool, { args: { text: "äb" } });
    expect(outcome).toEqual({ kind: "result", value: { text: "äbäb" } });
  });

  test.each([
    ["a code as a property", `throw Object.assign(new Error("no"), { code: "EMPTY" })`, true],
    [
      "an error class with a code",
      `throw new (class extends Error { code = "EMPTY" })("no")`,
      true,
    ],
    ["a message that begins with the code", `throw new Error("EMPTY: no")`, true],
    [
      "a rejected promise",
      `await Promise.reject(Object.assign(new Error("no"), { code: "EMPTY" }))`,
      true,
    ],
    [
      "a code that its contract does not name",
      `throw Object.assign(new Error("no"), { code: "OTHER" })`,
      false,
    ],
    ["an error without a code", `return args.missing.length`, false],
    ["something that is not an error", `throw "EMPTY"`, false],
    ["null", `throw null`, false],
  ])("fails with %s", async (_name, body, declared) => {
    const outcome = await outcomeOf(typescriptTool(runs(body)));
    expect(outcome).toMatchObject({ kind: "failure", declared });
  });

  test("names the code that it failed with", async () => {
    const body = `throw Object.assign(new Error("nothing\\n  to count"), { code: "EMPTY" })`;
    const outcome = await outcomeOf(typescriptTool(runs(body)));
    const message = "nothing to count";
    expect(outcome).toEqual({ kind: "failure", code: "EMPTY", message, declared: true });
  });

  test("refuses arguments by its contract, and by what its own schema adds", async () => {
    const source = `import { z } from "zod";
      export const input = z.object({ n: z.number().max(5) });
      export const run = ({ n }) => n;`;
    const tool = typescriptTool(source, {
      input: { type: "object", properties: { n: { type: "number" } } },
    });
    const refused = { kind: "failure", code: "INVALID_INPUT", declared: true };
    expect(await outcomeOf(tool, { args: { n: "5" } })).toMatchObject(refused);
    expect(await outcomeOf(tool, { args: { n: 6 } })).toMatchObject(refused);
    expect(await outcomeOf(tool, { args: { n: 5 } })).toEqual({ kind: "result", value: 5 });
  });

  test("may log and leave timers behind", async () => {
    let log = "";
    const body = `setTimeout(() => {}, 60_000); console.log("seen", { a: 1 }); ctx.log("too"); return 1;`;
    const outcome = await outcomeOf(typescriptTool(runs(body)), {
      onLog: (text) => {
        log = text;
      },
    });
    expect(outcome).toEqual({ kind: "result", value: 1 });
    expect(log).toBe('seen {"a":1}\ntoo\n');
  });

  test("may answer by something that only looks like a promise; its first word counts", async () => {
    const body = `return { then(resolve) { resolve({ n: 1 }); resolve({ n: 2 }); } }`;
    const outcome = await outcomeOf(typescriptTool(runs(body)));
    expect(outcome).toEqual({ kind: "result", value: { n: 1 } });
  });

  test("finds the usual things of the web, each of its own realm", async () => {
    const body = `
      const url = new URL("../b?x=1#h", "https://host.example/a/c");
      url.searchParams.append("y", "2 3");
      const bytes = new TextEncoder().encode("h€😀");
      const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
      const ticks = [];
      queueMicrotask(() => ticks.push("micro"));
      await new Promise((resolve) => setTimeout(resolve, 1));
      return {
        href: url.href, pairs: [...url.searchParams], valid: [URL.canParse("::"), URL.canParse("a:b")],
        text: new TextDecoder().decode(bytes), base64: [btoa("abcd"), atob("YWJjZA==")],
        hash: hash.length, own: bytes instanceof Uint8Array && hash instanceof Uint8Array, ticks,
        clone: structuredClone({ when: new Date(0), list: [new Map([["a", 1]])] }).list[0].get("a"),
      };`;
    expect(await outcomeOf(typescriptTool(runs(body)))).toEqual({
      kind: "result",
      value: {
        href: "https://host.example/b?x=1&y=2+3#h",
        pairs: [
          ["x", "1"],
          ["y", "2 3"],
        ],
        valid: [false, true],
        text: "h€😀",
        base64: ["YWJjZA==", "abcd"],
        hash: 32,
        own: true,
        ticks: ["micro"],
        clone: 1,
      },
    });
  });
});

describe("a result that is none", () => {
  test.each([
    ["undefined", `return undefined`],
    ["NaN", `return { n: NaN }`],
    ["infinite", `return [1, -Infinity]`],
    ["a BigInt", `return { n: 1n }`],
    ["a function", `return { n: () => 1 }`],
    ["a hole in a list", `return [, 1]`],
    ["a circle", `const a = {}; a.a = a; return a`],
    ["a date", `return new Date(0)`],
    ["a map", `return new Map()`],
    [
      "an object that says how it is written",
      `return new (class { toJSON() { return { n: 1 } } })()`,
    ],
    ["huge", `return "x".repeat(1e6)`],
    ["another type than the contract says", `return { n: "1" }`],
    ["less than the contract says", `return {}`],
  ])("%s", async (_name, body) => {
    const outcome = await outcomeOf(typescriptTool(runs(body), ANSWER));
    expect(outcome).toMatchObject({ kind: "breakdown", why: "schema" });
  });

  test("says where it cannot be told", async () => {
    const outcome = await outcomeOf(typescriptTool(runs(`return { list: [{ n: NaN }] }`)));
    const detail = "the result.list[0].n is NaN, which JSON cannot say";
    expect(outcome).toEqual({ kind: "breakdown", why: "schema", detail });
  });
});

const small = { ...POLICIES.generatedTool, cpuMs: 400 };
const short = { ...POLICIES.generatedTool, wallMs: 700 };

describe("a call without an answer", () => {
  test.each<[string, BreakdownCause, string]>([
    [
      "that waits for ever with nothing to wait for",
      "no-answer",
      runs(`await new Promise(() => {})`),
    ],
    [
      "that fails in a timer",
      "no-answer",
      runs(
        `setTimeout(() => { throw new Error("late") }); await new Promise((done) => setTimeout(done, 500)); return 1`,
      ),
    ],
    [
      "that forgets a promise which fails",
      "no-answer",
      runs(
        `Promise.reject(new Error("lost")); await new Promise((done) => setTimeout(done, 500)); return 1`,
      ),
    ],
    ["of a module that is not TypeScript", "load", "export const input = {{"],
    ["of a module that fails", "load", `throw new Error("at once")`],
    ["of a module without input", "load", "export const run = () => 1"],
    [
      "of a module whose input is not a schema",
      "load",
      "export const input = {}; export const run = () => 1",
    ],
    [
      "of a module without run",
      "load",
      `import { z } from "zod"; export const input = z.object({})`,
    ],
    ["of a module that is empty", "load", ""],
  ])("%s", async (_name, why, source) => {
    expect(await outcomeOf(typescriptTool(source))).toMatchObject({ kind: "breakdown", why });
  });

  test.each<[string, BreakdownCause, [string, SandboxPolicy]]>([
    ["an endless loop", "cpu", [runs(`for (;;);`), small]],
    ["an endless loop at the top", "cpu", [runs(`return 1`, `for (;;);`), small]],
    [
      "an endless wait",
      "wall",
      [runs(`for (;;) await new Promise((done) => setTimeout(done, 50))`), short],
    ],
    [
      "endless memory",
      "memory",
      [
        runs(`const all = []; for (;;) all.push(new Uint8Array(1e7).fill(1))`),
        POLICIES.generatedTool,
      ],
    ],
  ])("%s is ended by the limit that it meets", async (_name, why, [source, policy]) => {
    expect(await outcomeOf(typescriptTool(source), { policy })).toMatchObject({ why });
  });

  test("an endless log is cut, and is not a failure", async () => {
    let log = "";
    const body = `for (let i = 0; i < 1e4; i += 1) console.log("x".repeat(100)); return 1`;
    const outcome = await outcomeOf(typescriptTool(runs(body)), {
      onLog: (text) => {
        log = text;
      },
    });
    expect(outcome).toEqual({ kind: "result", value: 1 });
    expect(log).toHaveLength(60_000);
  });

  test("that is not wanted any more", async () => {
    const signal = AbortSignal.abort();
    const outcome = await outcomeOf(typescriptTool(runs(`return 1`)), { signal });
    expect(outcome).toMatchObject({ kind: "breakdown", why: "aborted" });
  });
});

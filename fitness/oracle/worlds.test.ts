import { expect, test } from "bun:test";
import { type Recipe, toolOf } from "#test/tools/recipe.ts";
import type { Grants } from "#tools/contract/call-options.ts";
import type { Circumstances } from "./ask.ts";
import { type JudgedTool, openTool } from "./judged-tool.ts";
import { worldFinding } from "./worlds.ts";

type Run = (input: { title: string }, world: Grants, circumstances: Circumstances) => unknown;

function judged(capabilities: readonly string[]): JudgedTool {
  const recipe: Recipe = { spec: { capabilities, deterministic: false } };
  const tool = openTool(toolOf(recipe));
  if (!("contract" in tool)) throw new Error(tool.join("; "));
  return tool;
}

/** Calls a function of ours in place of a tool. */
async function found(capabilities: readonly string[], run: Run): Promise<string> {
  const finding = await worldFinding(judged(capabilities), {
    askerIn: (world) => async (input, circumstances) => {
      try {
        await run(input as { title: string }, world, circumstances);
        return { kind: "result", value: { slug: "a", words: 1 } };
      } catch (error) {
        const code = String(error instanceof Error ? error.message : error);
        return { kind: "failure", code, message: "", declared: code === "EMPTY" };
      }
    },
  });
  return finding?.details.join("\n") ?? "";
}

const fail = (code: string): never => {
  throw new Error(code);
};

test("a tool that sees nothing of the world is asked nothing more", async () => {
  expect(await found([], () => fail("never called"))).toBe("");
});

test("a tool that breaks in the years to come is found, with the moment", async () => {
  const late: Run = (_input, _world, { nowMs }) =>
    nowMs >= Date.UTC(2028, 0, 1) && fail("RangeError");
  expect(await found(["clock"], late)).toContain("2028-02-29");
});

test("a tool that has results only at the moment of the gate is found", async () => {
  const only: Run = (_input, _world, { seed }) => seed !== "1" && fail("EMPTY");
  expect(await found(["random"], only)).toContain("everywhere else it fails");
  const once: Run = (_input, _world, { nowMs }) => nowMs > Date.UTC(2030, 0, 1) && fail("EMPTY");
  expect(await found(["clock"], once)).toBe("");
});

test("a tool that breaks at the second call in one world is found", async () => {
  const second: Run = async ({ title }, { memory }) => {
    if ((await memory?.get(title)) === 1) fail("TypeError");
    await memory?.set(title, 1);
  };
  expect(await found(["memory"], second)).toContain("call 2 in one world");
});

test("a tool that changes files which no argument names is found; its own files are its own", async () => {
  const wipe: Run = async (_input, { files }) => {
    for (const name of (await files?.list("")) ?? []) await files?.write(name, "");
  };
  expect(await found(["files:read", "files:write"], wipe)).toContain("notes.txt");
  const own: Run = async ({ title }, { files }) => files?.write(`${title}.txt`, "x");
  expect(await found(["files:write"], own)).toBe("");
});

import { expect, test } from "bun:test";
import type { ToolAnswer } from "#tools/workflow/tool-port.ts";
import { goalRunner } from "./goal-runner.ts";
import type { HomeTools } from "./home-tools.ts";

const { signal } = new AbortController();

const LIST = { type: "array", items: { type: "string" } };

function runnerOf(answer: ToolAnswer): ReturnType<typeof goalRunner> {
  const input = {
    type: "object",
    properties: { cmd: { type: "string" }, list: LIST },
    required: ["cmd"],
  };
  const tools: HomeTools = {
    names: ["sh"],
    schemaOf: (name) => (name === "sh" ? input : undefined),
    isRepeatable: (name) => Promise.resolve(name === "look"),
    offered: () => Promise.resolve([]),
    call: () => Promise.resolve(answer),
  };
  return goalRunner(tools);
}

const act = (answer: ToolAnswer, name: string, args: object) =>
  runnerOf(answer).run({ name, args: { ...args }, why: "" }, signal);

test("an action is a call of its tool, and what that gives is text", async () => {
  const cmd = { cmd: "ls" };
  expect(await act({ kind: "done", value: "a" }, "sh", cmd)).toEqual({
    outcome: "done",
    text: "a",
  });
  expect(await act({ kind: "done", value: { a: [1] } }, "sh", cmd)).toEqual({
    ...{ outcome: "done", text: '{"a":[1]}' },
  });
  const no = { kind: "refused", message: "not allowed" } as const;
  expect(await act(no, "sh", cmd)).toEqual({ outcome: "refused", text: "not allowed" });
  const long = await act({ kind: "done", value: "x".repeat(50_000) }, "sh", cmd);
  expect(long.text.length).toBeLessThan(17_000);
  expect(long.text).toContain("33616 characters are left out");
  const most = "x".repeat(16_384);
  expect(await act({ kind: "done", value: most }, "sh", cmd)).toMatchObject({ text: most });
});

test("arguments that do not fit, and a tool that is gone, are failures that the model reads", async () => {
  const never = { kind: "failed", message: "it was called" } as const;
  expect(await act(never, "sh", { cmd: 7 })).toMatchObject({
    ...{
      outcome: "failed",
      text: expect.stringContaining("sh does not take these arguments: cmd"),
    },
  });
  expect((await act(never, "sh", { cmd: "ls", list: [7] })).text).toStartWith(
    "sh does not take these arguments: list.0: ",
  );
  expect(await act(never, "gone", {})).toEqual({
    ...{ outcome: "failed", text: 'There is no tool "gone" now.' },
  });
  const { isRepeatable } = runnerOf(never);
  expect(await isRepeatable({ name: "look", args: {}, why: "" })).toBe(true);
  expect(await isRepeatable({ name: "sh", args: {}, why: "" })).toBe(false);
});

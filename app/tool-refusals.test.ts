/** What a caller without a room is told of a call that is not made, or does not end well: in full. */
import { expect, test } from "bun:test";
import type { JobRun, WorkOf } from "#server/jobs/job-handlers.ts";
import type { JobData } from "#server/jobs/job-service.ts";
import type { ToolAnswer } from "#tools/workflow/tool-port.ts";
import { badArguments, toolJob, unknownTool } from "./tool-job.ts";

const NOTHING_CALLED = { unchanged: "Nothing was called." };
const DONE: ToolAnswer = { kind: "done", value: 1 };

interface Given {
  readonly tool?: string;
  readonly args?: WorkOf<"tool">["args"];
  readonly earlier?: readonly JobData[];
  readonly isRepeatable?: boolean;
  readonly signal?: AbortSignal;
}

/** What a job of a tool leaves: its calls, its notes and its end. */
async function jobOf(answer: ToolAnswer, given: Given = {}) {
  const { tool = "count", args = {}, earlier = [], isRepeatable = false } = given;
  const { signal = new AbortController().signal } = given;
  const left: unknown[] = [];
  const tools = {
    names: ["count", "sort"],
    schemaOf: (name: string) =>
      name === "count" ? { type: "object", properties: { most: { type: "integer" } } } : undefined,
    isRepeatable: async () => isRepeatable,
    call: async (...called: unknown[]) => {
      left.push(called);
      return answer;
    },
  };
  const run: JobRun<WorkOf<"tool">> = {
    ...{ id: "j1", work: { kind: "tool", tool, args }, attempt: 1, createdAt: 0, signal },
    alive: () => undefined,
    note: async (data) => void left.push(data),
    closing: (data) => void left.push(data),
    earlier: async () => earlier,
  };
  const end = await toolJob(tools, run).catch((error: unknown) => error);
  return { left, end, signal };
}

test("a tool that is not there is named with its neighbours, or with all that there are", () => {
  const told = { code: "TOOL_UNKNOWN", remedies: ["org tools list"], ...NOTHING_CALLED };
  expect(unknownTool("cuont", ["count", "sort"])).toMatchObject({
    ...{ message: 'There is no tool "cuont"', why: "there is count", ...told },
  });
  expect(unknownTool("x", ["count", "sort"])).toMatchObject({
    ...{ message: 'There is no tool "x"', why: "there are count, sort", ...told },
  });
});

test("arguments that do not fit are refused with the place, before anything is noted", async () => {
  const told = {
    ...{ message: 'The tool "count" does not take these arguments', code: "INPUT_INVALID" },
    ...{ remedies: ["org tools show count"], ...NOTHING_CALLED },
  };
  expect(badArguments("count", "because")).toMatchObject({ ...told, why: "because" });
  const { end, left } = await jobOf(DONE, { args: { most: "many" } });
  expect(end).toMatchObject({ ...told, why: expect.stringMatching(/^most: .*expected/) });
  expect(left).toEqual([]);
  expect((await jobOf(DONE, { tool: "sorted" })).end).toMatchObject({ code: "TOOL_UNKNOWN" });
});

test("a call is noted before it is made, and its end with that of the job", async () => {
  const { end, left, signal } = await jobOf(DONE, { args: { most: 2 } });
  expect(end).toBe(1);
  expect(left).toEqual([
    { type: "tool-call", tool: "count", args: { most: 2 } },
    ["count", { most: 2 }, signal],
    { type: "tool-result", tool: "count", kind: "done" },
  ]);
});

test("a refused call says what to look at, and one that failed what it said", async () => {
  const refused = await jobOf({ kind: "refused", message: "the policy forbids it" });
  expect(refused.end).toMatchObject({
    ...{ message: 'The tool "count" may not be called with these arguments' },
    ...{ code: "APPROVAL_NEEDED", why: "the policy forbids it", ...NOTHING_CALLED },
    remedies: ["org config show   # your policy"],
  });
  expect(refused.left.at(-1)).toEqual({ type: "tool-result", tool: "count", kind: "refused" });
  const failed = await jobOf({ kind: "failed", message: "division by zero" });
  expect(failed.end).toMatchObject({
    ...{ message: 'The tool "count" failed', code: "PROCESS_FAILED", why: "division by zero" },
    remedies: ["look at what it printed"],
  });
});

const CALL = { type: "tool-call", tool: "count", args: {} };
const ended = (kind: string) => ({ type: "tool-result", tool: "count", kind });

test.each([
  ["nothing was noted", { earlier: [] }],
  ["others were noted", { earlier: ["text", null, [1], { type: "other" }] }],
  ["a call was refused", { earlier: [CALL, ended("refused")] }],
  ["a call that can be repeated was broken off", { earlier: [CALL], isRepeatable: true }],
] as const)("a tool is called where %s", async (_what, given) => {
  expect((await jobOf(DONE, given)).end).toBe(1);
});

const INTERRUPTED = 'A call of "count" was interrupted, and its effect is not known';
const LOST = 'A call of "count" ended, and its result is lost';

test.each([
  [INTERRUPTED, { earlier: [CALL] }],
  [INTERRUPTED, { earlier: [CALL, ended("failed"), CALL] }],
  [LOST, { earlier: [CALL, ended("done")], isRepeatable: true }],
] as const)("a tool is not called again: %s", async (message, given) => {
  const { end, left } = await jobOf(DONE, given);
  expect(end).toMatchObject({ message, code: "TOOL_INTERRUPTED", isFinal: true });
  expect(left).toEqual([]);
});

test("a job that is told to leave keeps an answer that was complete, and no other", async () => {
  const signal = AbortSignal.abort(new Error("leaving"));
  expect((await jobOf(DONE, { signal })).end).toBe(1);
  const { end, left } = await jobOf({ kind: "failed", message: "ended" }, { signal });
  expect(end).toMatchObject({ message: "leaving" });
  expect(left).not.toContainEqual(ended("failed"));
});

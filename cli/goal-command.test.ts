import { afterEach, beforeEach, expect, test } from "bun:test";
import { OrgError } from "#core/errors.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import type { JobData } from "#server/jobs/job-service.ts";
import { capturedOutput } from "#test/captured-output.ts";
import { JobsBench } from "#test/local-jobs.ts";
import { parseCommandLine } from "./command-line.ts";
import { runGoalCommand } from "./goal-command.ts";

const SPENT = { cycles: 2, calls: 3, tokens: 400, ms: 1234, micros: 0, actions: 1 };

let bench: JobsBench;
let end = "done";
beforeEach(async () => {
  end = "done";
  bench = await JobsBench.with(async ({ work, note }): Promise<JobData> => {
    if (work.kind === "goal" && work.text === "fail") {
      throw new OrgError("No model", { code: "MODEL_MISSING", remedies: [] });
    }
    await note({ phase: "intent", cycle: 1, action: { name: "sh", args: {}, why: "to look" } });
    await note({ phase: "execution", cycle: 1, outcome: "refused", text: "it needs an approval" });
    await note({ phase: "intent", cycle: 2, text: "The reply was not an action" });
    const refused = ["sh: it needs an approval"];
    const steps = [{ outcome: "refused" }, { outcome: "done" }];
    return { end, text: "All is well.", refused, spent: SPENT, room: "r1", steps };
  });
});
afterEach(async () => await bench[Symbol.asyncDispose]());

async function run(...words: string[]): Promise<{ out: string; said: string; exit: number }> {
  const output = capturedOutput();
  const { signal } = new AbortController();
  const deps = { jobs: bench.jobs, output, cleaner: new TextCleaner(), signal };
  const exit = await runGoalCommand(parseCommandLine(["goal", ...words]), deps);
  const plain = (text: string) => text.replaceAll(/job_\w+/g, "ID");
  return { out: plain(output.stdout), said: plain(output.stderr), exit };
}

test("follows a goal and prints its report; what was refused stands beside it", async () => {
  expect(await run("Look.")).toEqual({
    out: "All is well.\n",
    said: `ID   # org goal stop ID ends it
1. sh: to look
   refused: it needs an approval
2. The reply was not an action
refused: sh: it needs an approval
ended: done; 2 cycles (1 successful), 3 calls, 400 tokens, 1.2 s; room r1
`,
    exit: 0,
  });
  const { jobs } = await bench.jobs.list();
  expect(jobs[0]).toMatchObject({
    work: { kind: "goal", text: "Look.", limits: {} },
    priority: 50,
  });
});

test("hands limits and tools on, and exits with 1 where the goal was not reached", async () => {
  end = "cycles";
  const words = ["--cycles", "3", "--money", "0", "--tools", "sh, web_fetch", "--json"];
  words.push("--seconds", "1", "--tokens", "2", "--calls", "4", "--actions", "5");
  const limits = { cycles: 3, money: 0, seconds: 1, tokens: 2, calls: 4, actions: 5 };
  const { out, exit } = await run("Look.", ...words);
  expect(exit).toBe(1);
  const lines = out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.at(-1)).toMatchObject({
    work: { limits, tools: ["sh", "web_fetch"] },
    result: { end: "cycles" },
  });
  expect(lines[2]).toMatchObject({ type: "note", data: { phase: "intent" } });
});

test("a goal whose attempts are over says why", async () => {
  expect(await run("fail")).toMatchObject({
    ...{ out: expect.stringContaining("dead (No model [MODEL_MISSING]): fail"), exit: 1 },
  });
});

test("lists goals alone, shows one with its steps, and stops none that has ended", async () => {
  expect(await run("list")).toEqual({ out: "", said: "There are no goals.\n", exit: 0 });
  await bench.jobs.submit({ work: { kind: "tool", tool: "sh", args: {} }, requestId: "t" });
  await bench.put("Look.");
  await bench.trace("Look.");
  expect(await run()).toEqual({ out: "Look. done (done): Look.\n", said: "", exit: 0 });
  const shown = await run("show", "Look.");
  expect(shown.said).toStartWith("1. sh: to look\n");
  expect(shown).toMatchObject({ out: "All is well.\n", exit: 0 });
  expect(JSON.parse((await run("show", "Look.", "--json")).out)).toMatchObject({ id: "Look." });
  await expect(run("stop", "Look.")).rejects.toMatchObject({ code: "JOB_CONFLICT" });
  await expect(run("show", "t")).rejects.toMatchObject({
    ...{ code: "USAGE", message: "t is a job of another kind: tool" },
    remedies: ["org jobs show t"],
  });
});

test("does not wait with --detach, and stop ends what runs", async () => {
  const held = Promise.withResolvers<JobData>();
  bench.handle = () => held.promise;
  const { out, exit } = await run("Wait.", "--detach");
  expect(exit).toBe(0);
  expect(out).toMatch(/^ID (queued|running): Wait\.\n$/);
  const [job] = (await bench.jobs.list()).jobs;
  const stopped = await run("stop", job?.id ?? "");
  expect(stopped).toMatchObject({ out: "ID cancelled: Wait.\n", exit: 0 });
  held.resolve(null);
});

test.each([
  [["a", "b"], 'Unexpected argument "b"'],
  [["show"], "Which goal?"],
  [[" "], "The goal is empty"],
  [["stop"], "Which goal? org goal stop ID"],
  [["x", "--money", "Infinity"], 'invalid value for --money: "Infinity"'],
  [["x", "--calls", " "], 'invalid value for --calls: " "'],
  [["x", "--cycles", "0"], 'invalid value for --cycles: "0"'],
  [["x", "--money", "-1"], 'invalid value for --money: "-1"'],
  [["x", "--tokens", "1.5"], 'invalid value for --tokens: "1.5"'],
])("%p is refused with what is wrong", async (words, message) => {
  await expect(run(...words)).rejects.toMatchObject({
    code: "USAGE",
    message: expect.stringContaining(message),
    remedies: [
      message.startsWith("Unexpected")
        ? 'org goal "one text"'
        : message.startsWith("Which")
          ? "org goal list"
          : message.startsWith("The goal")
            ? 'org goal "What is in this folder?"'
            : "org help goal",
    ],
    unchanged: "Nothing was done.",
  });
});

test("lists the fifty newest goals", async () => {
  const held = Promise.withResolvers<null>();
  bench.handle = () => held.promise;
  for (let count = 0; count < 51; count += 1) await bench.put(`goal-${count}`);
  expect((await run("list")).out.trimEnd().split("\n")).toHaveLength(50);
  // The end of the queue waits seven seconds for work that goes on.
  held.resolve(null);
});

test.each([
  [100, "x".repeat(100)],
  [101, `${"x".repeat(99)}…`],
])("a goal of %d characters is listed in at most 100", async (length, shown) => {
  await bench.put("x".repeat(length));
  await bench.trace("x".repeat(length));
  expect((await run()).out).toEndWith(`: ${shown}\n`);
});

test("a report that does not say what it took is counted as nothing", async () => {
  bench.handle = async () => ({ end: "done", text: "Well.", room: "r1" });
  expect((await run("Look.")).said).toContain(
    "ended: done; 0 cycles (0 successful), 0 calls, 0 tokens, 0.0 s; room r1\n",
  );
});

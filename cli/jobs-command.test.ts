import { expect, test } from "bun:test";
import { OrgError } from "#core/errors.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { capturedOutput } from "#test/captured-output.ts";
import { JobsBench } from "#test/local-jobs.ts";
import { parseCommandLine } from "./command-line.ts";
import { runJobsCommand } from "./jobs-command.ts";

const missing = new OrgError("There is no tool", { code: "TOOL_UNKNOWN", remedies: [] });

/** A done job, a dead one, and what the command prints of them. */
async function withJobs(
  check: (run: (...words: string[]) => Promise<{ out: string; said: string }>) => Promise<void>,
): Promise<void> {
  await using bench = await JobsBench.with(async ({ id, note }) => {
    if (id === "bad") throw missing;
    await note({ step: 1 });
    return { sum: 3 };
  });
  const args = { values: [1, 2] };
  await bench.jobs.submit({ work: { kind: "tool", tool: "sum", args }, requestId: "good" });
  await bench.trace("good");
  await bench.put("bad");
  await bench.trace("bad");
  await check(async (...words) => {
    const output = capturedOutput();
    const { signal } = new AbortController();
    const line = parseCommandLine(["jobs", ...words]);
    const exit = await runJobsCommand(line, {
      ...{ jobs: bench.jobs, output, cleaner: new TextCleaner(), signal },
      resume: async (kind) => kind === "tool",
    });
    expect(exit).toBe(0);
    return { out: output.stdout, said: output.stderr };
  });
}

const plain = (text: string): string => text.replaceAll(/\d{4}-[\d:.T-]+Z/g, "TIME");

test("lists jobs, the newest first, or those of one state", async () => {
  await withJobs(async (run) => {
    expect(plain((await run()).out)).toBe(
      `bad dead since TIME, attempt 1 of 5, goal: bad: There is no tool [TOOL_UNKNOWN]
good done since TIME, tool sum {"values":[1,2]}
`,
    );
    expect((await run("list", "--state", "done")).out).toStartWith("good done");
    expect(await run("list", "--state", "running")).toEqual({
      ...{ out: "", said: "There are no jobs in this state.\n" },
    });
    expect(await run("list", "--state", "running", "--json")).toEqual({ out: "", said: "" });
    const [first] = (await run("list", "--json")).out.split("\n");
    expect(JSON.parse(first ?? "")).toMatchObject({ id: "bad", state: "dead" });
  });
});

test("shows a job with its trace and what it gave", async () => {
  await withJobs(async (run) => {
    expect(plain((await run("show", "good")).out)).toBe(
      `good done since TIME, tool sum {"values":[1,2]}
  1 TIME queued, attempt 0
  2 TIME started, attempt 1
  3 TIME note, attempt 1 {"step":1}
  4 TIME done, attempt 1
{
  "sum": 3
}
`,
    );
    expect((await run("show", "bad")).said).toBe("→ org jobs requeue bad\n");
    const shown = JSON.parse((await run("show", "good", "--json")).out);
    expect(shown).toMatchObject({ id: "good", result: { sum: 3 }, trace: { length: 4 } });
  });
});

test("requeues what is dead, and cancels what has not ended", async () => {
  await withJobs(async (run) => {
    expect((await run("show", "bad", "--json")).said).toBe("");
    expect((await run("requeue", "bad")).out).toMatch(/^bad (queued|running)/);
    await expect(run("cancel", "good")).rejects.toMatchObject({ code: "JOB_CONFLICT" });
    await expect(run("show", "stranger")).rejects.toMatchObject({ code: "JOB_UNKNOWN" });
  });
});

test("lets workers take a kind again that was paused, and no other", async () => {
  await withJobs(async (run) => {
    expect((await run("resume", "tool")).out).toBe("Workers take jobs of the kind tool again.\n");
    expect(JSON.parse((await run("resume", "tool", "--json")).out)).toEqual({ resumed: "tool" });
  });
});

test.each([
  [["resume", "goal"], 'Jobs of the kind "goal" are not paused'],
  [["resume"], 'Jobs of the kind "" are not paused'],
  [["lsit"], 'org jobs: unknown action "lsit"'],
  [["show"], "Which job?"],
  [["list", "x"], 'Unexpected argument "x"'],
  [["cancel", "a", "b"], 'Unexpected argument "b"'],
])("%p is refused", async (words, message) => {
  await withJobs(async (run) => {
    const near: Readonly<Record<string, string>> = { resume: "org fixes", show: "org jobs list" };
    const remedy = words.length > 2 ? undefined : near[words[0] ?? ""];
    await expect(run(...words)).rejects.toMatchObject({
      ...{ code: "USAGE", message },
      remedies: [
        ...(words[0] === "lsit" ? ["org jobs list"] : []),
        ...(remedy === undefined ? [] : [remedy]),
        "org help jobs",
      ],
      unchanged: words[0] === "lsit" ? "Nothing was changed." : "Nothing was done.",
    });
  });
});

test("lists fifty, and says that there are more", async () => {
  const held = Promise.withResolvers<null>();
  await using bench = await JobsBench.with(() => held.promise);
  for (let count = 0; count < 51; count += 1) await bench.put(`goal-${count}`);
  const output = capturedOutput();
  const deps = { jobs: bench.jobs, output, cleaner: new TextCleaner(), resume: async () => false };
  await runJobsCommand(parseCommandLine(["jobs"]), { ...deps, signal: AbortSignal.any([]) });
  expect(output.stdout.trimEnd().split("\n")).toHaveLength(50);
  expect(output.stderr).toBe("There are more than 50.\n");
  // The end of the queue waits seven seconds for work that goes on.
  held.resolve(null);
});

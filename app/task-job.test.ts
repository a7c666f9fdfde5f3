import { expect, test } from "bun:test";
import { join } from "node:path";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import type { JobRun, WorkOf } from "#server/jobs/job-handlers.ts";
import { taskJob } from "./task-job.ts";

const NO_FLAGS: ReadonlyMap<string, string> = new Map();
const MAIN = join(import.meta.dir, "..", "main.ts");

function runOf(task: WorkOf<"task">["task"]): JobRun<WorkOf<"task">> {
  return {
    ...{ id: `task:${task}:1`, work: { kind: "task", task }, attempt: 1, createdAt: 0 },
    ...{ signal: new AbortController().signal, note: async () => undefined },
    ...{ alive: () => undefined, closing: () => undefined, earlier: async () => [] },
  };
}

test("a home without a promoted tool skips the drill", async () => {
  await using home = await temporaryFolder("task-job");
  const git = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", "-C", home.path];
  Bun.spawnSync([...git, "init", "-q", "-b", "main"]);
  Bun.spawnSync([...git, "commit", "-q", "--allow-empty", "-m", "init"]);
  expect(
    await taskJob({ home: home.path, program: MAIN, flags: NO_FLAGS }, runOf("drill")),
  ).toEqual({
    skipped: "no promoted tool to test the gate with",
  });
});

test("a backup, a digest and proposals are commands of their own, asked of the model of the process", async () => {
  await using home = await temporaryFolder("task-job");
  const flags = new Map([["base", "http://127.0.0.1:9"]]);
  const place = { home: home.path, program: MAIN, flags };
  expect(await taskJob(place, runOf("backup"))).toMatchObject({ state: "verified" });
  expect(await taskJob(place, runOf("digest"))).toMatchObject({
    ...{ lines: 0, backups: { made: 1 }, withoutMerges: "there are fewer than two notes" },
    proposals: { make: 0, retire: 0 },
  });
  expect(await taskJob(place, runOf("proposals"))).toEqual({ make: [], retire: [] });
});

test("each task is a command of the home, in full, and what is asked of a model names the model", async () => {
  await using home = await temporaryFolder("task-job");
  const program = join(home.path, "said.ts");
  await Bun.write(
    program,
    "console.log(JSON.stringify({ ok: true, said: process.argv.slice(2) }))",
  );
  const flags = new Map([
    ...[
      ["model", "m"],
      ["cassette", "tape"],
      ["wire", "openai"],
    ],
    ...[
      ["base", "http://127.0.0.1:9"],
      ["home", "/elsewhere"],
    ],
  ] as [string, string][]);
  const said = async (task: Parameters<typeof runOf>[0]) =>
    (await taskJob({ home: home.path, program, flags }, runOf(task))) as { said: string[] };
  const model = ["--base", "http://127.0.0.1:9", "--wire", "openai", "--model", "m"];
  expect((await said("backup")).said).toEqual(["backup", "now", "--json"]);
  expect((await said("digest")).said).toEqual([
    ...["digest", "now", ...model, "--cassette", "tape", "--json"],
  ]);
  expect((await said("drill")).said).toEqual(["fitness", "drill", "--json"]);
  expect((await said("proposals")).said).toEqual(["tools", "proposals", "--tell", "--json"]);
});

test("a task that says nothing for long shows that it goes on", async () => {
  await using home = await temporaryFolder("task-job");
  const program = join(home.path, "slow.ts");
  const gone = join(home.path, "may-end");
  await Bun.write(
    program,
    `while (!(await Bun.file(${JSON.stringify(gone)}).exists())) await Bun.sleep(5);`,
  );
  let signs = 0;
  const alive = (): void => {
    signs += 1;
    if (signs === 3) void Bun.write(gone, "");
  };
  const place = { home: home.path, program, flags: NO_FLAGS, aliveMs: 1 };
  await taskJob(place, { ...runOf("backup"), alive });
  expect(signs).toBeGreaterThanOrEqual(3);
});

test("a command that cannot be run fails the job with what it said", async () => {
  await using home = await temporaryFolder("task-job");
  const place = { home: home.path, program: join(home.path, "none.ts"), flags: NO_FLAGS };
  await expect(taskJob(place, runOf("drill"))).rejects.toMatchObject({
    ...{ code: "PROCESS_FAILED", message: '"org fitness drill" failed' },
  });
});

test("a gate that judged wrongly is an answer of the drill, and silence a failure", async () => {
  await using home = await temporaryFolder("task-job");
  const program = join(home.path, "drill.ts");
  const drill = async (code: string) => {
    await Bun.write(program, code);
    return await taskJob({ home: home.path, program, flags: NO_FLAGS }, runOf("drill"));
  };
  expect(await drill("console.log(JSON.stringify({ ok: true }))")).toEqual({ ok: true });
  await expect(
    drill("console.log(JSON.stringify({ ok: false })); process.exitCode = 1;"),
  ).rejects.toMatchObject({
    ...{ message: "The gate judged known faults wrongly", code: "CANDIDATE_REFUSED" },
    why: "at least one verdict of `org fitness drill` is wrong",
    remedies: ["org fitness drill   # which ones"],
  });
  await expect(drill("process.exitCode = 1;")).rejects.toMatchObject({
    ...{ message: '"org fitness drill" failed', code: "PROCESS_FAILED" },
    ...{ why: "it ended without an answer", remedies: ["org fitness drill   # says why"] },
  });
});

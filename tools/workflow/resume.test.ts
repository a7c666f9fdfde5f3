import { Database } from "bun:sqlite";
import { afterAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { OrgError } from "#core/errors.ts";
import { filesOf, type ModelWorkflow, outcomeOf, workflows, workOf } from "#test/workflow-model.ts";
import { type Call, echo, failureOf, TestRuns } from "#test/workflow-runs.ts";
import { RunStore } from "./run-store.ts";

const runs = new TestRuns();
afterAll(() => runs[Symbol.dispose]());

describe("resuming", () => {
  const main = `steps: [{id: a, tool: work}, {id: b, foreach: [1, 2, 3], parallel: 1, tool: work, args: {i: '\${item}'}}]`;

  test("an aborted tool has not failed: the run goes on with it", async () => {
    const context = runs.world(({ i }, signal) => {
      if (i !== 2) return { kind: "done", value: i ?? null };
      context.stop.abort(new Error("SIGINT"));
      return { kind: "failed", message: String(signal.reason) };
    });
    expect(await context.start({ main }).catch(String)).toBe("Error: SIGINT");
    expect(context.events.at(-1)).toMatchObject({ type: "run-end", state: "stopped" });
    const next = runs.world(echo);
    expect(await next.resume(context.id)).toEqual([1, { i: 2 }, { i: 3 }]);
    // What is recorded within a loop is not told again, for there may be a thousand.
    expect(next.paths).toEqual(["a", "b[1]", "b[2]", "b"]);
    expect(runs.store.list().find(({ id }) => id === context.id)).toMatchObject({
      state: "done",
      steps: 5,
    });
  });

  test("a step that may fail has not failed when it was stopped", async () => {
    const context = runs.world(() => {
      context.stop.abort(new Error("SIGINT"));
      return { kind: "failed", message: "aborted" };
    });
    const one = "steps: [{id: a, tool: work, allow_failure: true, retry: {attempts: 3}}]";
    expect(await context.start({ main: one }).catch(String)).toBe("Error: SIGINT");
    expect(runs.store.stepsOf(context.id).size).toBe(0);
    expect(runs.store.list().find(({ id }) => id === context.id)?.state).toBe("stopped");
  });

  test("a run that is done gives its output again and does nothing", async () => {
    const context = runs.world(echo);
    const output = await context.start({ main });
    const again = runs.world(() => {
      throw new Error("nothing is left to do");
    });
    expect(await again.resume(context.id)).toEqual(output);
  });

  test("the files as they were count, not as they are", async () => {
    let wellAfter = 1;
    const call: Call = (args) => {
      wellAfter -= 1;
      return wellAfter < 0 ? { kind: "done", value: args } : { kind: "failed", message: "ill" };
    };
    const context = runs.world(call);
    const files = {
      main: "steps: [{id: a, workflow: part}]",
      part: "steps: [{id: b, tool: work, args: {old: true}}]",
    };
    expect(await failureOf(context.start(files))).toMatchObject({
      why: "ill",
      code: "WORKFLOW_FAILED",
    });
    files.part = "steps: [{id: b, tool: work, args: {new: true}}]";
    expect(await runs.world(call).resume(context.id)).toEqual({ old: true });
  });

  test("who holds the lock keeps everybody else out", async () => {
    const entered = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const context = runs.world(async (args) => {
      entered.resolve();
      await goOn.promise;
      return { kind: "done", value: args };
    });
    const first = context.start({ main });
    await entered.promise;
    expect(await failureOf(runs.world(echo).resume(context.id))).toMatchObject({
      code: "LOCK_HELD",
    });
    goOn.resolve();
    await first;
  });

  test("a run that does not exist is named", async () => {
    expect(await failureOf(runs.world(echo).resume("run_nope"))).toMatchObject({
      code: "WORKFLOW_UNKNOWN",
    });
  });
});

/** Dies as a program does: without a chance to write anything. */
class Crash extends Error {}

async function playWithCrashes(workflow: ModelWorkflow, crashes: readonly number[]) {
  const failed = new Map<string, number>();
  let finished: ReadonlySet<string> = new Set();
  const crashAt = [...crashes];
  let calls = 0;
  const call: Call = ({ path, failures }) => {
    const key = String(path);
    // Before the tool has run, or behind it: both times no caller hears of it.
    if (crashAt[0] !== undefined && calls >= crashAt[0]) {
      crashAt.shift();
      calls = 0;
      throw new Crash();
    }
    calls += 1;
    expect([...finished]).not.toContain(key);
    const before = failed.get(key) ?? 0;
    if (failures !== "always" && before >= Number(failures))
      return { kind: "done", value: workOf(key) };
    failed.set(key, before + 1);
    return { kind: "failed", message: key };
  };
  let id = "";
  for (;;) {
    const context = runs.world(call);
    try {
      const files = filesOf(workflow);
      const output =
        id === "" ? await context.start(files, { prefix: "" }) : await context.resume(id);
      return { output };
    } catch (error) {
      if (error instanceof OrgError)
        return { failedAt: /step (\S+)$/.exec(error.message)?.[1] ?? "" };
      if (!(error instanceof Crash)) throw error;
      id = context.id;
      finished = new Set(runs.store.stepsOf(id).keys());
    }
  }
}

test("random workflows give what the model gives, however often they crash and are resumed", () =>
  fc.assert(
    fc.asyncProperty(
      workflows(2),
      fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 4 }),
      async (workflow, crashes) => {
        const done: unknown = await playWithCrashes(workflow, crashes);
        expect(done).toEqual(outcomeOf(workflow));
      },
    ),
  ));

test("rows of a run can be added and never changed", () => {
  const [run] = runs.store.list();
  if (run === undefined) throw new Error("There are runs");
  expect(() => runs.store.create({ ...run, texts: new Map(), inputs: {} })).toThrow();
  const records = runs.store.recordsOf(run.id);
  const record = { state: "done", output: 1, ms: 0, attempts: 1 } as const;
  records.save("once", record);
  expect(() => runs.store.recordsOf(run.id).save("once", record)).toThrow();
  using database = new Database(join(runs.folder, "runs.sqlite"));
  for (const sql of [
    "update run set inputs = ''",
    "update entry set body = ''",
    "delete from entry",
  ]) {
    expect(() => database.run(sql)).toThrow("append only");
  }
});

test("a damaged store is said to be one", () => {
  const path = join(runs.folder, "damaged.sqlite");
  writeFileSync(path, "no database".repeat(100));
  expect(() => new RunStore(path)).toThrow("damaged.sqlite");
});

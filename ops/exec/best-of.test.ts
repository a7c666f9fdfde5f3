import { afterAll, describe, expect, test } from "bun:test";
import { OrgError } from "#core/errors.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { answer, fileAnswer, RENAMED, TASK, TaskRepository } from "#test/exec-repository.ts";
import { Script } from "#test/task-script.ts";
import { type AttemptRun, bestOf } from "./best-of.ts";
import type { Mind } from "./run-task.ts";
import { readTask } from "./task-file.ts";

const repository = new TaskRepository();
afterAll(() => repository[Symbol.dispose]());

const task = readTask({ name: "task.md", text: TASK }, { NAME: "sum" });
const LONGER = fileAnswer("src/cart.ts", "export const sum = 1;\nexport const more = 1;\n");
const DOWN = new OrgError("No server answers", {
  code: "PROVIDER_UNREACHABLE",
  why: "it is down",
  remedies: [],
});
const down: Mind = { ...new Script(), ask: () => Promise.reject(DOWN) };

function runOf(mind: Mind, signal = new AbortController().signal): AttemptRun {
  return {
    mind,
    signal,
    repoRoot: repository.checkout,
    cleaner: new TextCleaner(),
    note: () => undefined,
    model: () => "m",
    cost: () => ({ ms: 5, promptTokens: 10, completionTokens: 2 }),
  };
}

const all = (...minds: readonly Mind[]) =>
  bestOf(
    task,
    minds.map((mind) => runOf(mind)),
  );

describe("several attempts at a task", () => {
  test("are ranked by what the judge says, then by how little they change; the first is printed", async () => {
    const bad = answer(RENAMED.replaceAll("src/cart.ts", "other.ts"));
    const minds = [new Script(bad, bad), new Script(LONGER), down, new Script(answer(RENAMED))];
    const { attempts, best } = await all(...minds);
    expect(attempts.map(({ number, result }) => [number, result?.outcome])).toEqual([
      [4, "passes"],
      [2, "passes"],
      [1, "refused"],
      [3, "failed"],
    ]);
    expect(attempts[0]).toMatchObject({
      persona: "exec",
      model: "m",
      result: { files: 1, added: 1, removed: 1, ms: 5, promptTokens: 10, completionTokens: 2 },
    });
    expect(attempts[2]?.result?.why).toContain("other.ts");
    expect(attempts[3]?.result?.why).toBe("No server answers: it is down");
    expect("printed" in best && best.printed).toContain(
      "+export const sum = 1;\n export const empty",
    );
  });

  test("of which none can be used end with the failure of the best of them", async () => {
    const { attempts, best } = await all(down, new Script("nothing", "nothing"));
    expect(attempts.map(({ number }) => number)).toEqual([2, 1]);
    expect("failure" in best && best.failure.code).toBe("ANSWER_UNUSABLE");
    const { best: none } = await all(down, down);
    expect(none).toEqual({ failure: DOWN });
  });

  test("end with their signal", async () => {
    const stop = new AbortController();
    const asked = Promise.withResolvers<void>();
    const hang: Mind = {
      ...new Script(),
      ask: (_messages, signal) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason));
          asked.resolve();
        }),
    };
    const running = bestOf(task, [runOf(hang, stop.signal)]);
    await asked.promise;
    stop.abort(new Error("stopped"));
    expect(running).rejects.toThrow("stopped");
    await running.catch(() => undefined);
  });

  test("count lines of a patch that look like headers of one", async () => {
    const odd = fileAnswer("src/cart.ts", "++ b/x\n-- a/x\n@@ -1 +1 @@\ndiff --git a b\n");
    const { attempts } = await all(new Script(odd), down);
    expect(attempts[0]?.result).toMatchObject({ files: 1, added: 4, removed: 2 });
  });
});

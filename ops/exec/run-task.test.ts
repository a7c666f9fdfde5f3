import { afterAll, describe, expect, test } from "bun:test";
import { answer, RENAMED, TaskRepository } from "#test/exec-repository.ts";
import { runScripted, Script, type TaskRan } from "#test/task-script.ts";
import { SYSTEM_PROMPT } from "./prompt.ts";
import type { Mind, Reply, TaskRun } from "./run-task.ts";
import type { Task } from "./task-file.ts";

const repository = new TaskRepository();
afterAll(() => repository[Symbol.dispose]());

const { checkout: repoRoot } = repository;

async function run(task: Partial<Task>, mind: Mind, more: Partial<TaskRun> = {}): Promise<TaskRan> {
  return await runScripted(task, mind, { repoRoot, ...more });
}

/** A window with so much room for what follows the system prompt, in characters. */
const windowFor = (characters: number): number =>
  Math.ceil((SYSTEM_PROMPT.length + characters) / 0.7);

describe("a task", () => {
  test("ends with what the model answers, as our own patch", async () => {
    const { printed } = await run({}, new Script(answer(RENAMED)), { breadcrumb: "J-1" });
    expect(printed).toStartWith(
      "---COMMIT_MSG---\nrefactor(cart): rename the total\n\nTracking-Breadcrumb: J-1\n---PATCH---\ndiff --git a/src/cart.ts",
    );
    expect(printed).toEndWith(
      "-export const total = 1;\n+export const sum = 1;\n export const empty = true;\n",
    );
  });

  test("in a window that is too small, files are cut, and everybody hears it", async () => {
    const mind = new Script(answer(RENAMED));
    mind.windowTokens = windowFor(276);
    const { notes } = await run({ context: ["src/cart.ts", "README.md"] }, mind);
    expect(notes).toContainEqual(expect.stringMatching(/^README\.md is cut: 0 of its 1 lines/));
    expect(mind.prompt()).toContain("README.md is cut: 0 of its 1 lines");
  });

  test("a guarantee is told, and its check runs on the changed tree", async () => {
    const guarantees = [
      { text: "It stays short." },
      { text: "It is sum.", check: "grep -q sum src/cart.ts" },
    ];
    const wrong = answer(RENAMED.replace("const sum", "const other"));
    const mind = new Script(wrong, answer(RENAMED));
    const { notes } = await run({ guarantees }, mind);
    expect(mind.prompt()).toContain(
      "- It stays short.\n- It is sum. (checked by running: grep -q sum",
    );
    expect(notes.join()).toContain(
      'it breaks a guarantee, "It is sum.": "grep -q sum src/cart.ts" ended with 1',
    );
    expect(mind.asked.length).toBe(2);
  });

  test.each<[string, Reply, string]>([
    ["empty", { text: " \n", end: "stop" }, "the answer is empty"],
    ["too long", { text: "x", end: "overlong" }, "the answer is longer than 1 MiB"],
    ["cut by the server", { text: "x", end: "length" }, "the answer ends at the server's limit"],
    [
      "without a message of its own",
      {
        text: answer(RENAMED).replace("refactor(cart): rename the total", "Tracking-Breadcrumb: x"),
        end: "stop",
      },
      "its commit message is empty",
    ],
    [
      "a file that is not there",
      { text: "---COMMIT_MSG---\nx\n---DELETE: src/gone---", end: "stop" },
      'there is no "src/gone" to delete',
    ],
  ])("an answer that is %s is heard of, and a second one counts", async (_name, said, why) => {
    const mind = new Script(said, answer(RENAMED));
    const { notes } = await run({}, mind);
    expect(notes.join("\n")).toContain(why);
    expect(mind.asked[1]?.at(-1)?.content).toContain(`Your answer was refused: ${why}`);
  });
});

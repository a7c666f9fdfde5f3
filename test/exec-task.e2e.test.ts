/** Tasks on repositories of every kind, and texts of every kind. */
import { afterAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { SYSTEM_PROMPT } from "#ops/exec/prompt.ts";
import type { Mind, TaskRun } from "#ops/exec/run-task.ts";
import type { Task } from "#ops/exec/task-file.ts";
import { answer, fileAnswer as file, RENAMED, TaskRepository } from "./exec-repository.ts";
import { runScripted, Script, type TaskRan } from "./task-script.ts";

const repository = new TaskRepository();
repository.commit("more", { "src/secret.ts": "const key = 'value-of-the-environment';\nlet a;\n" });
afterAll(() => repository[Symbol.dispose]());

const { checkout: repoRoot } = repository;

async function run(task: Partial<Task>, mind: Mind, more: Partial<TaskRun> = {}): Promise<TaskRan> {
  return await runScripted(task, mind, { repoRoot, ...more });
}

async function failure(
  task: Partial<Task>,
  mind: Mind,
  more: Partial<TaskRun> = {},
): Promise<unknown> {
  return await run(task, mind, more).catch((error: unknown) => error);
}

/** A window with so much room for what follows the system prompt, in characters. */
const windowFor = (characters: number): number =>
  Math.ceil((SYSTEM_PROMPT.length + characters) / 0.7);

describe("a task", () => {
  test("equal inputs give equal questions", async () => {
    const [one, two] = [new Script("", answer(RENAMED)), new Script("", answer(RENAMED))];
    const [first, second] = [await run({}, one), await run({}, two)];
    expect([two.asked, second]).toEqual([one.asked, first]);
  });

  test("works on a repository without a commit", async () => {
    const empty = new TaskRepository();
    try {
      empty.git("checkout", "--quiet", "--orphan", "other");
      const more = { repoRoot: empty.checkout };
      const { printed } = await run({ context: [] }, new Script(file("src/a.ts", "x\n")), more);
      expect(printed).toContain("new file mode 100644");
    } finally {
      empty[Symbol.dispose]();
    }
  });

  test("a submodule may not be changed, and no obstacle", async () => {
    const other = new TaskRepository();
    try {
      const id = other.id("HEAD");
      other.git("update-index", "--add", "--cacheinfo", `160000,${id},src/module`);
      other.git("commit", "--quiet", "-m", "module");
      const more = { repoRoot: other.checkout };
      expect((await run({}, new Script(answer(RENAMED)), more)).printed).toContain("src/cart.ts");
      const inside = file("src/module/x", "x\n");
      expect(await failure({}, new Script(inside, inside), more)).toMatchObject({
        code: "PATH_REFUSED",
      });
      expect(await failure({ context: ["src/module"] }, new Script(), more)).toMatchObject({
        code: "PATH_REFUSED",
      });
    } finally {
      other[Symbol.dispose]();
    }
  });

  test("a file that is too large is left out, and not replaced", async () => {
    using large = new TaskRepository();
    large.commit("large", { "src/large.txt": "x\n".repeat(5_000_000) });
    const more = { repoRoot: large.checkout };
    const mind = new Script(file("src/large.txt", "x\n"), file("src/large.txt", "x\n"));
    expect(await failure({ context: ["src/large.txt"] }, mind, more)).toMatchObject({
      why: expect.stringContaining('"src/large.txt" was not shown as a whole'),
    });
    expect(mind.prompt()).toContain("src/large.txt was left out: it is not text, or too large.");
  });

  test("a file that was not shown as a whole is not replaced as a whole", async () => {
    const whole = file("src/cart.ts", "export const sum = 1;\n");
    const refused = {
      code: "ANSWER_UNUSABLE",
      why: expect.stringContaining('"src/cart.ts" was not shown as a whole'),
    };
    expect(await failure({ context: [] }, new Script(whole, whole))).toMatchObject(refused);
    const narrow = new Script(whole, whole);
    narrow.windowTokens = windowFor(190);
    expect(await failure({}, narrow)).toMatchObject(refused);
    const secret = file("src/secret.ts", "const key = '[redacted]';\nlet b;\n");
    expect(await failure({ context: ["src/secret.ts"] }, new Script(secret, secret))).toMatchObject(
      {
        why: expect.stringContaining('"src/secret.ts" was not shown as a whole'),
      },
    );
  });

  test("the patch leads from the one text to the other, whatever they are", async () => {
    const line = fc.constantFrom(
      ...["a", "b", "", " ", "-- x", "++ y", "@@ -1 +1 @@", "diff --git a/x b/x", "\\ No newline"],
    );
    const lines = fc.array(line, { maxLength: 12 });
    const style = fc.record({ end: fc.constantFrom("\n", "\r\n"), isOpen: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(lines, lines, style, async (...[old, now, { end, isOpen }]) => {
        const before = old.join(end) + (isOpen || old.length === 0 ? "" : end);
        const kept = before.includes("\r\n") ? "\r\n" : "\n";
        const hasNoEnd = before !== "" && !before.endsWith("\n");
        const after = now.join(kept) + (hasNoEnd || now.join(kept) === "" ? "" : kept);
        using home = new TaskRepository();
        home.commit("text", { "src/text.txt": before });
        const mind = new Script(file("src/text.txt", now.map((one) => `${one}\n`).join("")));
        const task = { context: ["src/text.txt"] };
        const asked = runScripted(task, mind, { repoRoot: home.checkout });
        const printed = await asked.then(
          (ran) => ran.printed,
          () => `after ${mind.asked.length} tries`,
        );
        if (before === after) return expect(printed).toBe("after 2 tries");
        const [, patch = ""] = printed.split("---PATCH---\n");
        home.gitWith(patch, "apply", "--cached", "--whitespace=nowarn", "-");
        expect(home.git("show", ":src/text.txt")).toBe(after);
      }),
      { numRuns: 4, interruptAfterTimeLimit: 30_000 },
    );
  });
});

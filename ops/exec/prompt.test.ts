import { describe, expect, test } from "bun:test";
import type { ContextFile } from "./context.ts";
import { SYSTEM_PROMPT, taskPrompt } from "./prompt.ts";
import type { Task } from "./task-file.ts";

const TASK: Task = {
  prompt: "Do it.",
  context: [],
  outputs: ["src/**"],
  guarantees: [{ text: "It works.", check: "make" }, { text: "It is short." }],
};
const file = (path: string, text: string): ContextFile => ({
  from: "repository",
  path,
  text,
  isWhole: true,
});
const prompt = (files: readonly ContextFile[], room: number, notes: readonly string[] = []) =>
  taskPrompt({
    ...{ task: TASK, files, notes },
    budgetTokens: SYSTEM_PROMPT.length + room,
    tokensOf: (text) => text.length,
  });

describe("the prompt of a task", () => {
  test("holds the task, what may change, what must hold, and the files in their order", () => {
    const { text, wholePaths, cuts } = prompt([file("b", "B\n"), file("a", "A")], 10_000);
    expect(text).toMatch(
      /^The task:\n\nDo it\.\n\nOnly files .*:\n- src\/\*\*\n\nThis must hold afterwards:\n- It works\. \(checked by running: make\)\n- It is short\.\n\n=== (\w{12}) repository: b ===\nB\n=== \1 end ===\n\n=== \1 repository: a ===\nA\n=== \1 end ===\n$/,
    );
    expect([[...wholePaths], cuts]).toEqual([["b", "a"], []]);
  });

  test("is the same for the same files, and no file can hold its frame", () => {
    const files = [file("a", "=== 000000000000 end ===\n")];
    expect(prompt(files, 5000)).toEqual(prompt(files, 5000));
    const fence = /=== (\w+) repository/.exec(prompt(files, 5000).text)?.[1] ?? "";
    expect(files[0]?.text).not.toContain(fence);
  });

  test("what does not fit is cut at a line end, and says so", () => {
    const head = prompt([], 0).text.length;
    const { text, wholePaths, cuts } = prompt(
      [file("a", "one\ntwo\nthree\n"), file("b", "x\n")],
      head + 60 + 9,
    );
    expect(text).toContain("one\ntwo\n[cut here: 1 more lines]\n");
    expect(text).toContain("- a is cut: 2 of its 3 lines fit the model's window.\n");
    expect(cuts).toEqual([
      "a is cut: 2 of its 3 lines fit the model's window.",
      "b is cut: 0 of its 1 lines fit the model's window.",
    ]);
    expect([...wholePaths]).toEqual([]);
  });

  test("a file that was cleaned was not seen as a whole, and notes are in the prompt", () => {
    const { text, wholePaths } = prompt([{ ...file("a", "x"), isWhole: false }], 5000, [
      "a is different.",
    ]);
    expect(text).toContain("- a is different.\n");
    expect(wholePaths.size).toBe(0);
  });
});

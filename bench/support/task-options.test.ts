import { expect, test } from "bun:test";
import type { Task } from "./task.ts";
import { chosen, readOptions } from "./task-options.ts";

test("the options have values where they are not given", () => {
  expect(readOptions(["--base", "http://127.0.0.1:8099/v1/", "--model", "m"])).toEqual({
    ...{ base: "http://127.0.0.1:8099", model: "m", contestants: ["org", "loop"], half: "tune" },
    ...{ runs: 1, seconds: 240, temperature: 0.2, wire: "openai" },
  });
});

test("lists and numbers are read", () => {
  const args = ["--contestants", "pi,opencode", "--task", "a, b", "--runs", "3", "--floor", "4"];
  expect(readOptions(args)).toMatchObject({
    ...{ contestants: ["pi", "opencode"], task: ["a", "b"], runs: 3, floor: 4 },
  });
});

test.each([
  [["--runs", "0"], "runs"],
  [["--contestants", "aider"], "contestants"],
  [["--base", "here"], "base"],
  [["--half", "both"], "half"],
  [["--fast"], "--fast"],
  [["multiply"], "multiply"],
])("the options %j are refused, and the help names the reason", (args, why) => {
  const { help } = { help: "", ...readOptions(args) };
  expect(help).toContain(why);
  expect(help).toContain("--contestants A,B");
});

function task(name: string, kind: Task["kind"], heldout: boolean): Task {
  return { name, kind, heldout, question: "?", answer: { number: 1 }, right: [], wrong: [] };
}

const TASKS = [task("a", "plain", false), task("b", "plain", true), task("c", "folder", false)];

test("the tasks of a half and a kind are chosen", () => {
  const names = (options: Parameters<typeof chosen>[1]): string[] =>
    chosen(TASKS, options).map(({ name }) => name);
  expect(names({ half: "tune" })).toEqual(["a", "c"]);
  expect(names({ half: "heldout" })).toEqual(["b"]);
  expect(names({ half: "all", kind: "plain" })).toEqual(["a", "b"]);
  expect(names({ half: "tune", task: ["b"] })).toEqual(["b"]);
  expect(() => names({ half: "all", task: ["d"] })).toThrow('no task "d"');
});

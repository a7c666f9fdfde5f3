import { expect, test } from "bun:test";
import { chosen, readOptions, type TaskSet } from "./task-options.ts";
import { questionTrial, type Trial } from "./trial.ts";

const SET: TaskSet = {
  ...{ name: "tasks", success: "right", half: "tune" },
  kinds: { plain: "plain", folder: "about a folder" },
};

test("the options have values where they are not given", () => {
  expect(readOptions(["--base", "http://127.0.0.1:8099/v1/", "--model", "m"], SET)).toEqual({
    ...{ base: "http://127.0.0.1:8099", model: "m", contestants: ["org", "loop"], half: "tune" },
    ...{ runs: 1, seconds: 240, temperature: 0.2, wire: "openai" },
  });
});

test("a set of tasks says which of them are meant without --half, and what its kinds are", () => {
  const set: TaskSet = { ...SET, name: "project-tasks", half: "all", kinds: { fix: "fix a bug" } };
  expect(readOptions(["--kind", "fix"], set)).toMatchObject({ half: "all", kind: "fix" });
  expect(readOptions(["--fast"], set)).toMatchObject({
    help: expect.stringContaining("bun run bench project-tasks --base URL"),
  });
});

test("lists and numbers are read", () => {
  const args = ["--contestants", "pi,opencode", "--task", "a, b", "--runs", "3", "--floor", "4"];
  expect(readOptions(args, SET)).toMatchObject({
    ...{ contestants: ["pi", "opencode"], task: ["a", "b"], runs: 3, floor: 4 },
  });
});

test.each([
  [["--runs", "0"], "runs"],
  [["--contestants", "aider"], "contestants"],
  [["--base", "here"], "base"],
  [["--half", "both"], "half"],
  [["--kind", "fix"], 'invalid value for --kind: "fix"'],
  [["--fast"], "--fast"],
  [["multiply"], "multiply"],
])("the options %j are refused, and the help names the reason", (args, why) => {
  const { help } = { help: "", ...readOptions(args, SET) };
  expect(help).toContain(why);
  expect(help).toContain("--contestants A,B");
});

function task(name: string, kind: "plain" | "folder", heldout: boolean): Trial {
  const answer = { number: 1 };
  return questionTrial({ name, kind, heldout, question: "?", answer, right: [], wrong: [] });
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

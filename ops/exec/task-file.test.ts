import { describe, expect, test } from "bun:test";
import { readTask } from "./task-file.ts";
import { type Variables, withOverrides } from "./variables.ts";

const read = (text: string, variables: Variables = {}) =>
  readTask({ name: "t.md", text }, variables);
const why = (text: string, variables: Variables = {}): unknown => {
  try {
    return read(text, variables);
  } catch (error) {
    return error;
  }
};

describe("the file of a task", () => {
  test("has its block at the top, or in a fence; without a prompt, the text beside it is one", () => {
    const whole = { prompt: "Do it.", context: [], outputs: ["a/**"], guarantees: [] };
    expect(read("---\noutputs: [a/**]\n---\nDo it.\n")).toEqual(whole);
    expect(read("\ufeffDo it.\r\n```yml\r\noutputs: [a/**]\r\n```\r\n")).toEqual(whole);
    expect(read("# For people\n```yaml\nprompt: Do it.\noutputs: [a/**]\n```\nMore.")).toEqual(
      whole,
    );
  });

  test("a guarantee is a sentence, or one with a check", () => {
    const text =
      "---\nprompt: x\noutputs: [a]\nguarantees:\n  - A.\n  - text: B.\n    check: test -e {A}\n---\n";
    expect(read(text, { A: "b" }).guarantees).toEqual([
      { text: "A." },
      { text: "B.", check: "test -e b" },
    ]);
  });

  test("variables are put in everywhere, once; braces of another kind stay", () => {
    const text =
      '---\nprompt: "{A} {b} {{A}} {a,B}"\ncontext: ["{A}/x"]\noutputs: ["{A}/*.{ts,md}"]\n---\n';
    expect(read(text, { A: "{B}", B: "no" })).toMatchObject({
      prompt: "{B} {b} {A} {a,B}",
      context: ["{B}/x"],
      outputs: ["{B}/*.{ts,md}"],
    });
  });

  test("a variable without a value is told with its line and the nearest name", () => {
    expect(why("---\noutputs: [a]\n---\nDo\n{MODUL}.\n", { MODULE: "x" })).toMatchObject({
      code: "TASK_INVALID",
      message: "The variable {MODUL} of the task has no value",
      why: 'it stands in line 5 of "t.md"; did you mean {MODULE}?',
    });
    expect(why("---\noutputs: [a]\n---\n{toString} {CONSTRUCTOR}", {})).toMatchObject({
      code: "TASK_INVALID",
    });
  });

  test.each([
    ["no block", "Do it.", "it has no block of YAML"],
    [
      "two blocks",
      "```yaml\na: 1\n```\n```yaml\nb: 1\n```\n",
      "it has a second block of YAML in line 4",
    ],
    ["no YAML", "# x\n```yaml\nprompt: x\noutputs: [a\n```\n", "it is not YAML"],
    [
      "an unknown key",
      "---\n\nprompts: x\noutputs: [a]\n---\n",
      'unknown key "prompts" in line 3; did you mean prompt?',
    ],
    [
      "an unknown key of a guarantee",
      "---\noutputs: [a]\nguarantees: [{text: a, chck: b}]\n---\nx",
      'unknown key "chck" in line 3; did you mean check?',
    ],
    ["no outputs", "---\nprompt: x\n---\n", "outputs: "],
    ["a list for a text", "---\nprompt: [x]\noutputs: [a]\n---\n", "prompt in line 2: "],
    ["no keys", "---\n- x\n---\n", "the block holds no keys"],
    ["no prompt", "---\noutputs: [a]\n---\n", "there is no prompt"],
    [
      "a variable without quotes",
      "---\nprompt: x\noutputs:\n  - {DIR}/**\n---\n",
      "it is not YAML",
    ],
    ["too much", `---\noutputs: [a]\n---\n${"x".repeat(262_144)}`, "it has 262"],
  ])("is refused with %s", (_name, text, reason) => {
    expect(why(text)).toMatchObject({ code: "TASK_INVALID", why: expect.stringContaining(reason) });
  });

  test("says where quotes are missing", () => {
    const text = "---\nprompt: x\noutputs:\n  - {DIR}/**\n---\n";
    expect(why(text)).toMatchObject({ why: expect.stringContaining('stands in quotes: "{NAME}"') });
  });
});

describe("variables that are given", () => {
  test("win over the environment", () => {
    expect(withOverrides({ A: "1", B: "2" }, ["A=3=4", "C="])).toEqual({ A: "3=4", B: "2", C: "" });
  });

  test("are pairs", () => {
    for (const pair of ["A", "a=1", "=1", "A B=1"]) {
      expect(() => withOverrides({}, [pair])).toThrow("is not a variable");
    }
  });
});

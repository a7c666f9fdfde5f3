import { expect, test } from "bun:test";
import { parseCommandLine } from "./command-line.ts";
import { withCountOption } from "./try-operands.ts";

const read = (...args: readonly string[]) => {
  const { operands, options } = withCountOption(parseCommandLine(["project", ...args]));
  return { operands, count: options.get("count") };
};

test("a number before the task is how many attempts are made", () => {
  const tried = { operands: ["try", "Mend it."], count: "2" };
  expect(read("try", "2", "Mend it.")).toEqual(tried);
  expect(read("try", "--count", "2", "Mend it.")).toEqual(tried);
  expect(read("try", "2 files are wrong")).toEqual({
    operands: ["try", "2 files are wrong"],
    count: undefined,
  });
});

test("other options stay beside the number", () => {
  const line = parseCommandLine(["project", "try", "2", "Mend it.", "--json"]);
  expect([...withCountOption(line).options.keys()].sort()).toEqual(["count", "json"]);
  expect(withCountOption(line).command).toBe(line.command);
});

test("a candidate is shown with one of its files", () => {
  expect(read("cand", "show", "a.ts").operands).toEqual(["cand", "show", "a.ts"]);
});

test.each([
  [["try", "Mend", "it."], 'Unexpected argument "it."'],
  [["try", "2", "--count", "3", "Mend it."], 'Unexpected argument "Mend it."'],
  [["diff", "a.ts", "b.ts"], 'Unexpected argument "b.ts"'],
  [["diff", "2", "b.ts"], 'Unexpected argument "b.ts"'],
  [["diff", "show", "b.ts"], 'Unexpected argument "b.ts"'],
  [["cand", "list", "b.ts"], 'Unexpected argument "b.ts"'],
])("an argument that has no meaning is refused: %j", (args, said) => {
  const takes = args[0] === "try" ? "a number and a task" : "one";
  expect(() => read(...args)).toThrow(
    expect.objectContaining({
      ...{ code: "USAGE", message: said, unchanged: "Nothing was done." },
      why: `${args[0]} takes at most ${takes}; a text with spaces needs quotes`,
      remedies: ['org project try 3 "TASK"', "org help project"],
    }),
  );
});

import { expect, test } from "bun:test";
import { actionNamed } from "./action.ts";

test("a word that names an action is that action", () => {
  expect(actionNamed("jobs", ["list", "show"], "show")).toBe("show");
});

test("a word that names none is refused with those that there are, the nearest first", () => {
  expect(() => actionNamed("jobs", ["list", "show"], "shwo")).toThrow(
    expect.objectContaining({
      ...{ code: "USAGE", message: 'org jobs: unknown action "shwo"' },
      why: "the actions are list, show",
      remedies: ["org jobs show", "org help jobs"],
      unchanged: "Nothing was changed.",
    }),
  );
  expect(() => actionNamed("sandbox", ["run"], "zzzzzz")).toThrow(
    expect.objectContaining({ why: "the only action is run", remedies: ["org help sandbox"] }),
  );
});

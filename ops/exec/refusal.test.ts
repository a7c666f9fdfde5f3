import { expect, test } from "bun:test";
import { exitCodeOf, explain } from "#core/errors.ts";
import { offLimits, refusalError, unusable } from "./refusal.ts";

test("what a person reads of a refused answer says why, how often, and what was left", () => {
  const path = refusalError(offLimits("../x", "it leads out").refused, 2);
  expect(explain(path)).toBe(
    [
      "The answer of the model changes what it may not change [PATH_REFUSED]",
      '"../x": it leads out (after 2 tries)',
      "→ name the path under outputs, if the task is to change it",
      "→ docs/exec.md says what is refused",
      "Nothing was printed and nothing was changed.",
    ].join("\n"),
  );
  expect(exitCodeOf(path)).toBe(77);
  const answer = refusalError(unusable("it changes nothing").refused, 2);
  expect(explain(answer)).toStartWith("The answer of the model cannot be used [ANSWER_UNUSABLE]");
  expect(exitCodeOf(answer)).toBe(65);
});

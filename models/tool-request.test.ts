import { expect, test } from "bun:test";
import { asksForTool, withWish } from "./tool-request.ts";

test.each([
  ["@@toolsmith a tool that says whether a text is a palindrome", true],
  ["@@toolsmith Please build a tool to turn miles into kilometres.", true],
  ["Can you make a tool for slugs?", true],
  ["Ein Werkzeug, das Wörter zählt", true],
  ["@@toolsmith which tools that you made take a text?", false],
  ["What does the tool that you made do?", false],
  ["Is there a tool for slugs?", false],
  ["Use the tool that counts words on this text: a b c", false],
  ["@@toolsmith please run the tool for slugs on Old Town", false],
  ["@@toolsmith Use the tool forge with the goal: say whether a text is a palindrome", true],
  ["Bitte nutze forge: zählt die Vokale eines Textes", true],
  ["@@toolsmith use forge", false],
  ["@@toolsmith run the tool forged_slug on Old Town", false],
  ["Danke für das Werkzeug, das Wörter zählt", false],
  ["Thanks, that is all.", false],
  ["Could you call the tool that greets?", false],
  ["Let's use the tool for dates.", false],
  ["Did the tool with the two inputs work?", false],
  ["Rename the tool for slugs to slugify.", false],
  ["Could you make a tool that greets?", true],
  ["Let's make a tool for dates.", true],
])("a tool is asked for, %s: %p", (line, isSo) => {
  expect(asksForTool(line)).toBe(isSo);
});

const WISH = "a tool that says how often each letter of a text is used";
const LONG =
  "Says how often each letter of a text is used: a text goes in, the counts by letter come out.";

// A model of 1.5B parameters wrote `palindrome-checker` in place of what the user wished.
test.each([
  [`@@toolsmith ${WISH}`, "letter-counter", WISH],
  [`@@toolsmith please build ${WISH}`, "count_letters", `please build ${WISH}`],
  ["Ein Werkzeug, das die Vokale zählt", "Vokale", "Ein Werkzeug, das die Vokale zählt"],
  ['Use the tool forge with the goal: "turn miles into km"', "miles-to-km", "turn miles into km"],
  [
    "A tool that turns miles into km",
    "miles-to-kilometres-converter",
    "A tool that turns miles into km",
  ],
  ["@@toolsmith call forge to turn miles into km", "miles", "turn miles into km"],
  // It says more than the user did.
  [`@@toolsmith ${WISH}`, LONG, LONG],
  ["Build a tool that counts words.", "Counts the words of a text.", "Counts the words of a text."],
  // The wish stands in a line before.
  ["@@toolsmith yes, do that", "count the words of a text", "count the words of a text"],
])("the goal of a tool, %s: %s", (line, goal, expected) => {
  const call = { id: "1", name: "forge", arguments: { goal, lang: "python" } };
  expect(withWish(call, line).arguments).toEqual({ goal: expected, lang: "python" });
  const other = { ...call, name: "sh" };
  expect(withWish(other, line)).toBe(other);
});

test("a call without a goal gets the wish", () => {
  const call = { id: "1", name: "forge", arguments: null };
  expect(withWish(call, WISH).arguments).toEqual({ goal: WISH });
});

test.each(["use forge ", "tool that ", "@@a ", '"'])(
  "a line that repeats %p comes to an end",
  (piece) => {
    const line = `${piece.repeat(400 / piece.length)}\n`;
    expect(typeof asksForTool(line)).toBe("boolean");
  },
);

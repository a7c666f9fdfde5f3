import { expect, test } from "bun:test";
import { reportText } from "./report-text.ts";

const MOVES = [
  { tag: "promotion/1", tools: ["median"] },
  { tag: "rollback/2", tools: [] },
];

test("says what ran, what became of main, and that nothing is left", () => {
  const ran = ["sh", "median", "sh"];
  expect(reportText({ ran, moves: MOVES, home: "/h", isKept: false })).toBe(
    [
      "",
      "✔ ran in the sandbox: sh, median",
      "✔ promotion/1: signed, verified by git; main has median",
      "✔ rollback/2: signed, verified by git; main has no tool",
      "✔ the demo's home is removed; your own was not touched",
      "",
    ].join("\n"),
  );
});

test("a home that is kept is named, with what to do there", () => {
  const text = reportText({ ran: [], moves: [], home: "/h", isKept: true });
  expect(text).toEndWith("→ /h is left: ORG_HOME=/h org scoreboard\n");
});

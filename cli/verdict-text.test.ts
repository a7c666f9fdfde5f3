import { expect, test } from "bun:test";
import { stageLine, verdictText } from "./verdict-text.ts";

test("a stage that passed is a line, one that failed says why and what exactly", () => {
  expect(stageLine({ id: "S0", result: "pass", ms: 12, details: [] })).toBe(
    "✔ S0  where it comes from        12 ms\n",
  );
  const details = ["it is wrong", ...Array.from({ length: 25 }, (_, index) => `line ${index}`)];
  const text = stageLine({ id: "S4", result: "fail", ms: 1, reason: "it is wrong", details });
  expect(text.split("\n").slice(0, 3)).toEqual([
    "✘ S4  what it answers            1 ms",
    "    it is wrong",
    "      line 0",
  ]);
  expect(text).toEndWith("      line 19\n      and 5 more\n");
  const held = { id: "S4", result: "hold", ms: 1, details: details.slice(1, 21) } as const;
  const lines = stageLine(held).split("\n");
  expect(lines.slice(0, 2)).toEqual(["◦ S4  what it answers            1 ms", "    "]);
  expect(lines.slice(-2)).toEqual(["      line 19", ""]);
});

test("a verdict names the stage that decided, and the figures of the tools", () => {
  const candidate = "abcdef0123456789";
  const tools = { shout: { tests: { coverage: 0.951, mutationScore: 0.8 } }, odd: {} };
  const verdict = {
    verdict: "reject",
    stage: "S6",
    reason: "a case is lost",
    candidate,
    tools,
  } as const;
  const about = { reason: "well", candidate, tools: {} };
  expect(verdictText({ ...about, verdict: "hold" })).toBe("HOLD abcdef012345: well\n");
  expect(verdictText({ ...about, verdict: "promote" })).toBe("PROMOTE abcdef012345: well\n");
  expect(verdictText(verdict)).toBe(
    "REJECT abcdef012345 at S6: a case is lost\n  shout: coverage 95 %, mutants noticed 80 %\n",
  );
});

import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ANSI, PLAIN } from "#room/style.ts";
import { graphemes } from "../graphemes.ts";
import type { TurnActivity } from "./activity.ts";
import { type LiveState, layout } from "./layout.ts";

const IDLE: LiveState = {
  nowMs: 10_000,
  style: PLAIN,
  pending: { text: "", code: false },
  turns: [],
  foreground: undefined,
  questions: [],
  hint: "",
  status: {
    mode: "group",
    context: { model: "m", usedTokens: undefined, windowTokens: 8192 },
    budget: undefined,
  },
  input: { prompt: "> ", text: "", cursor: 0 },
};

function turnOf(persona: string, about: Partial<TurnActivity> = {}): TurnActivity {
  return {
    persona,
    phase: "generating",
    phaseSinceMs: 7000,
    tokens: 0,
    firstTokenMs: 8000,
    textTail: "",
    calls: new Map(),
    context: IDLE.status.context,
    ...about,
  };
}

function linesOf(state: Partial<LiveState>, columns = 80, rows = 24): readonly string[] {
  return layout({ ...IDLE, ...state }, { columns, rows }).lines;
}

describe("what is shown", () => {
  test("an idle room: one status, one input line, and nothing that moves", () => {
    expect(layout(IDLE, { columns: 80, rows: 24 })).toEqual({
      lines: ["group · m · window 8.2k", "> "],
      cursor: { row: 1, column: 2 },
      animated: false,
    });
  });

  test("a room on a repository: its name before the mode, in one line whatever is in it", () => {
    const status = { ...IDLE.status, project: "shop" };
    expect(linesOf({ status })[0]).toBe("shop · group · m · window 8.2k");
    const waiting = { ...status, candidate: "cand/20261123T083000Z" };
    expect(linesOf({ status: waiting })[0]).toBe(
      "shop · cand/20261123T083000Z · group · m · window 8.2k",
    );
    const long = { ...status, project: `a\n\u001b[2J${"x".repeat(50)}` };
    expect(linesOf({ status: long })[0]).toBe(`a ⏎ ${"x".repeat(25)}… · group · m · window 8.2k`);
  });

  test("the growing block of which persona is in the foreground, a live line for everybody else", () => {
    const lines = linesOf({
      pending: { text: "Half an **an", code: false },
      turns: [
        turnOf("agent", { tokens: 41, textTail: "Half an **an" }),
        turnOf("python", { tokens: 230, textTail: "I would rather use a list here" }),
        turnOf("toolsmith", { phase: "queued behind agent", phaseSinceMs: 4000 }),
      ],
      foreground: "agent",
    });
    expect(lines).toEqual([
      "Half an **an",
      'python ⠋ 230 tok · "I would rather use a list here…"',
      "toolsmith ⠋ queued behind agent 6 s",
      "⠋ agent generating 3 s · 20 tok/s · group · m · window 8.2k",
      "> ",
    ]);
  });

  test("a running tool with its seconds, and what waits for an approval above the input", () => {
    const call = { label: "sh ls -l", sinceMs: 6000 };
    const lines = linesOf({
      turns: [turnOf("agent", { phase: "running", calls: new Map([["call_1", call]]) })],
      foreground: "agent",
      questions: ["? agent wants to run sh · /approve A1 or /deny A1"],
      input: { prompt: "> ", text: "/app", cursor: 4 },
    });
    expect(lines).toEqual([
      "⠋ 4 s agent · sh ls -l",
      "? agent wants to run sh · /approve A1 or /deny A1",
      "⠋ agent running 3 s · group · m · window 8.2k",
      "> /app",
    ]);
  });

  test("how full the window is that was really allocated", () => {
    const context = { model: "m", usedTokens: 2048, windowTokens: 8192 };
    const status = { mode: "direct:python", context, budget: "budget of this day 42 %" };
    expect(linesOf({ status })[0]).toBe(
      "direct:python · m · 2.0k of 8.2k (25 %) · budget of this day 42 %",
    );
  });

  test("how much of the prompt was in the server's cache, where it tells", () => {
    const context = { model: "m", usedTokens: 2048, windowTokens: 8192, cachedTokens: 1900 };
    const status = { ...IDLE.status, context };
    expect(linesOf({ status })[0]).toBe("group · m · 2.0k of 8.2k (25 %) · 1.9k reused");
  });

  test("the end of long code, with no row lost to the window's height", () => {
    const text = Array.from({ length: 50 }, (_, index) => `line ${index}`).join("\n");
    const lines = linesOf({ pending: { text, code: true } });
    expect(lines.slice(0, 6)).toEqual([44, 45, 46, 47, 48, 49].map((index) => `line ${index}`));
  });
});

describe("the input", () => {
  test("stands in several rows, and the cursor where the next character will be", () => {
    const text = "first\n안녕 second";
    const input = { prompt: "> ", text, cursor: "first\n안녕".length };
    const { lines, cursor } = layout({ ...IDLE, input }, { columns: 40, rows: 24 });
    expect(lines.slice(1)).toEqual(["> first", "  안녕 second"]);
    expect(cursor).toEqual({ row: 2, column: 6 });
  });

  test("a long prompt makes room for the text in a narrow window", () => {
    const input = { prompt: "[group → agent, python] > ", text: "hi", cursor: 2 };
    expect(linesOf({ input }, 20, 6).at(-1)).toBe("> hi");
  });

  test("a text that is larger than the window is shown around the cursor", () => {
    const text = Array.from({ length: 30 }, (_, index) => `row ${index}`).join("\n");
    const input = { prompt: "> ", text, cursor: text.indexOf("row 15") };
    const { lines, cursor } = layout({ ...IDLE, input }, { columns: 20, rows: 6 });
    expect(lines[cursor.row]).toBe("  row 15");
    expect(cursor.column).toBe(2);
  });

  test("a paste of a mebibyte costs no more than one that fills the screen", () => {
    const text = "안".repeat(500_000);
    const input = { prompt: "> ", text, cursor: text.length };
    const { lines, cursor } = layout({ ...IDLE, input }, { columns: 21, rows: 6 });
    expect(lines[cursor.row]?.endsWith("안") || cursor.column === 2).toBe(true);
  });
});

const words = fc.string({
  unit: fc.constantFrom("a", " ", "\n", "안", "👩‍👩‍👧", "*", "`", "|", "\t", "#"),
});
const turns = fc.array(
  fc.record({
    persona: fc.constantFrom("agent", "python", "toolsmith"),
    phase: words,
    phaseSinceMs: fc.nat(10_000),
    tokens: fc.nat(5000),
    firstTokenMs: fc.nat(10_000),
    textTail: words,
    calls: fc
      .array(fc.record({ label: words, sinceMs: fc.nat(10_000) }))
      .map((calls) => new Map(calls.map((call, index) => [`call_${index}`, call]))),
    context: fc.record({
      model: words,
      usedTokens: fc.option(fc.nat(10_000), { nil: undefined }),
      windowTokens: fc.integer({ min: 1, max: 10_000 }),
    }),
  }),
);
const states = fc
  .record({ text: words, pending: words, code: fc.boolean(), hint: words, cursor: fc.nat(), turns })
  .map(({ text, pending, code, hint, cursor, turns: speaking }): LiveState => {
    const ends = graphemes(text).map((_, index, all) => all.slice(0, index + 1).join("").length);
    return {
      ...IDLE,
      style: ANSI,
      pending: { text: pending, code },
      turns: speaking,
      foreground: "agent",
      questions: [hint, hint].map((line) => line.replaceAll(/[\n\t]/g, " ")),
      hint: hint.replaceAll(/[\n\t]/g, " "),
      input: { prompt: "[group] > ", text, cursor: [0, ...ends][cursor % (ends.length + 1)] ?? 0 },
    };
  });
const sizes = fc.record({
  columns: fc.integer({ min: 8, max: 120 }),
  rows: fc.integer({ min: 2, max: 50 }),
});

describe("whatever is going on", () => {
  test("there are never more rows than the window has but one, and none is as wide as it", () => {
    fc.assert(
      fc.property(states, fc.oneof(sizes, fc.constant({ columns: 20, rows: 6 })), (state, size) => {
        const { lines, cursor } = layout(state, size);
        expect(lines.length).toBeLessThan(Math.max(2, size.rows));
        for (const line of lines) {
          expect(line).not.toMatch(/[\n\t]/);
          expect(Bun.stringWidth(line)).toBeLessThan(size.columns);
        }
        expect(cursor.row).toBeLessThan(lines.length);
        expect(cursor.column).toBeLessThan(size.columns);
      }),
    );
  });

  test("the input line is always there, and the status where three rows fit", () => {
    fc.assert(
      fc.property(states, (state) => {
        const { lines, cursor } = layout(state, { columns: 20, rows: 6 });
        expect(lines[cursor.row]).toMatch(/^(?:> | {2}|…|\[group] > )/);
        expect(lines.length).toBeGreaterThanOrEqual(2);
      }),
    );
  });
});

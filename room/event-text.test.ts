import { describe, expect, test } from "bun:test";
import {
  headerText,
  lineText,
  noticeText,
  phaseText,
  toolFinishedText,
  toolStartedText,
  turnEndText,
} from "./event-text.ts";
import { ANSI, PLAIN } from "./style.ts";

const who = { turn: "t", persona: "agent" } as const;

function started(args: unknown, name = "sh"): string {
  const call = { id: "c", name, arguments: args };
  return toolStartedText({ type: "tool-call", ...who, call, origin: "declared" }, PLAIN);
}

describe("a tool", () => {
  test("starts with what says it all", () => {
    expect(started({ cmd: "ls -l", timeout_s: 5 })).toBe("⚙ sh ls -l");
    expect(started({ code: "a = 1\n\nprint(a)\n" }, "python_run")).toBe(
      "⚙ python_run a = 1 ⏎ print(a)",
    );
    expect(started({ index: 3, text: "x" })).toBe('⚙ sh {"index":3,"text":"x"}');
    expect(started({})).toBe("⚙ sh");
    expect(started(undefined)).toBe("⚙ sh");
    expect(started([1, 2])).toBe("⚙ sh [1,2]");
  });

  test("shows no more of its arguments than fits", () => {
    const line = started({ cmd: "안녕 ".repeat(100_000) });
    expect(Bun.stringWidth(line)).toBeLessThanOrEqual("⚙ sh ".length + 100);
    expect(line).toEndWith("…");
  });

  test("cannot fool the terminal with its name or its arguments", () => {
    const line = started({ cmd: "a\u001b[2Jb\rc\u202ed" }, "sh\n\u001b]0;x\u0007● user");
    expect(line).toBe("⚙ sh ⏎ ● user abc⟨U+202E⟩d");
  });

  test("ends with its time, its exit code, its size and where to read it", () => {
    const ended = { type: "tool-result", ...who, id: "c", name: "sh" } as const;
    const good = { ...ended, ok: true, ms: 207, exit: 0, size: 1234 };
    expect(toolFinishedText(good, 3, PLAIN)).toBe(
      "✔ sh 0.2 s · exit 0 · 1,234 characters · /raw 3",
    );
    const bad = { ...ended, ok: false, ms: 65_100, size: 1 };
    expect(toolFinishedText(bad, 4, PLAIN)).toBe("✘ sh 1 min 5 s · 1 character · /raw 4");
  });
});

describe("the end of a turn", () => {
  const ended = (reason: Parameters<typeof turnEndText>[0]["reason"], why?: string) =>
    turnEndText({ type: "turn-end", ...who, reason, why }, PLAIN);

  test("is not worth a word when it is as it should be", () => {
    expect([ended("complete"), ended("passed")]).toEqual(["", ""]);
  });

  test("says its reason in words", () => {
    const why = "because";
    expect(
      [
        ended("length", why),
        ended("cut", why),
        ended("aborted"),
        ended("looped", why),
        ended("limit", why),
        ended("error", "No answer [PROVIDER_UNREACHABLE]\nconnection refused\n→ ollama serve"),
      ].join("\n"),
    ).toMatchInlineSnapshot(`
      "— agent stopped: answer length limit reached: because
      — agent was cut: because
      — agent was stopped
      — agent was ended, for it repeats itself: because
      — agent was ended at a limit: because
      — agent failed: No answer [PROVIDER_UNREACHABLE]
        connection refused
        → ollama serve"
    `);
  });
});

test("what else happens is one line each", () => {
  expect(
    [
      headerText("agent", "· llama3.2", PLAIN),
      lineText({ type: "mode", mode: "direct:python", by: "agent" }, PLAIN),
      lineText({ type: "mode", mode: "group", by: "user" }, PLAIN),
      lineText({ type: "file", path: "notes/plan.md", bytes: 1234, by: "python" }, PLAIN),
      noticeText({ type: "notice", level: "info", text: "Retrying in 5 s" }, PLAIN),
      noticeText({ type: "notice", level: "warning", text: "no tools", persona: "agent" }, PLAIN),
      noticeText({ type: "notice", level: "error", text: "refused\n→ other path" }, PLAIN),
      lineText({ type: "settled", why: "agent repeats itself" }, PLAIN),
      phaseText("agent", "queued", "behind python"),
    ].join("\n"),
  ).toMatchInlineSnapshot(`
    "● agent · llama3.2
    — agent switched the mode to direct:python
    — the mode is group
    — python wrote notes/plan.md, 1,234 bytes
    — Retrying in 5 s
    ! agent: no tools
    ! refused
      → other path
    — the room settled: agent repeats itself
    agent is queued behind python"
  `);
});

test("every event of one line has it, also the phases of a goal", () => {
  const spent = { cycles: 1, ms: 1, tokens: 1, micros: 0, calls: 1, actions: 1 };
  const about = { type: "goal", goal: "g", attempt: 1, spent, mono: 1 } as const;
  const action = { name: "sh", args: {}, why: "to see" };
  const counts = { exchanges: 12, tokensBefore: 3400, tokensAfter: 210 };
  expect(
    [
      lineText({ type: "attached", message: "m", path: "a.csv", bytes: 1 }, PLAIN),
      lineText({ type: "summary", persona: "agent", text: "", through: "t", ...counts }, PLAIN),
      lineText({ type: "recall", turn: "t", persona: "agent", ids: [7, 2] }, PLAIN),
      lineText({ ...about, cycle: 0, phase: "goal", state: "begun", text: "Tidy up." }, PLAIN),
      lineText({ ...about, cycle: 1, phase: "intent", state: "begun" }, PLAIN),
      lineText({ ...about, cycle: 1, phase: "intent", state: "done", action }, PLAIN),
      lineText(
        { ...about, cycle: 1, phase: "execution", state: "done", outcome: "done", text: "abc" },
        PLAIN,
      ),
      lineText({ ...about, cycle: 1, phase: "summary", state: "done", text: "Seen." }, PLAIN),
      lineText(
        { ...about, cycle: 0, phase: "goal", state: "done", end: "done", text: "Ok." },
        PLAIN,
      ),
    ].join("\n"),
  ).toMatchInlineSnapshot(`
    "— attached a.csv, 1 byte
    — agent goes on with a summary of 12 exchanges: 3,400 tokens became 210
    ⟲ 2 notes · m7, m2
    — goal: Tidy up.

    — 1. sh: to see
    — 1. done, 3 characters
    — 1. Seen.
    — the goal ended (done): Ok."
  `);
});

test("colours are closed on every line, and the words are the same without them", () => {
  const event = { type: "turn-end", ...who, reason: "error", why: "one\ntwo" } as const;
  const dressed = turnEndText(event, ANSI);
  for (const line of dressed.split("\n")) expect(line).toEndWith("\u001b[39m");
  expect(Bun.stripANSI(dressed)).toBe(turnEndText(event, PLAIN));
});

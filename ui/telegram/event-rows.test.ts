import { describe, expect, test } from "bun:test";
import type { JournaledEvent, Notice } from "#core/events.ts";
import type { ReportLevel } from "#core/telegram-settings.ts";
import { rowsOf } from "./event-rows.ts";

const contextOf = (level: ReportLevel) => ({
  ...{ room: "telegram-7", level, namesSpeakers: false, ownLines: "tg-1-" },
  buttonOf: () => undefined,
});

/** What is sent at once, and what is reported, as one list of texts. */
function textsOf(event: JournaledEvent, level: ReportLevel = "all"): readonly string[] {
  const { rows = [], reports = [] } = rowsOf(event, contextOf(level));
  return [
    ...rows.map((row) => ("plain" in row ? `now: ${row.plain}` : `now: (${row.kind})`)),
    ...reports.map(({ category, text }) => `${category}: ${text}`),
  ];
}

const turn = { turn: "t1", persona: "agent" };
const notice = (level: Notice["level"]): Notice => ({ type: "notice", level, text: "look" });
const finished = { type: "tool-result", ...turn, id: "c1", name: "sh", ok: true, ms: 1, size: 2 };

const REPORTED: readonly (readonly [event: JournaledEvent, all: string, milestone: boolean])[] = [
  [{ type: "mode", mode: "group", by: "user" }, "mode: — the mode is group", false],
  [
    { type: "file", path: "a.md", bytes: 3, by: "agent" },
    "file: — agent wrote a.md, 3 bytes\n  /file a.md",
    true,
  ],
  [
    { type: "attached", message: "m", path: "b", bytes: 1 },
    "attached: — attached b, 1 byte",
    false,
  ],
  [{ type: "recall", ...turn, ids: [1, 2] }, "recall: ⟲ 2 notes · m1, m2", false],
  [{ type: "settled", why: "enough" }, "settled: — the room settled: enough", true],
  [notice("info"), "news: — look", false],
  [notice("warning"), "warnings: ! look", true],
  [
    {
      ...({ type: "summary", persona: "agent", text: "x", through: "m", exchanges: 2 } as const),
      ...{ tokensBefore: 100, tokensAfter: 10 },
    },
    "summary: — agent goes on with a summary of 2 exchanges: 100 tokens became 10",
    false,
  ],
  [{ ...finished, type: "tool-result" }, "tools: ✔ sh 0.0 s · 2 characters", false],
];

describe("by the level of reports", () => {
  test.each(REPORTED)("%j", (event, all, isMilestone) => {
    expect(textsOf(event, "all")).toEqual([all]);
    expect(textsOf(event, "milestones")).toEqual(isMilestone ? [all] : []);
    expect(textsOf(event, "off")).toEqual([]);
  });
});

describe("at any level", () => {
  test.each<[JournaledEvent, readonly string[]]>([
    [notice("error"), ["now: ! look"]],
    [{ type: "turn-end", ...turn, reason: "complete" }, ["now: (ended)"]],
    [
      { type: "turn-end", ...turn, reason: "aborted" },
      ["now: (ended)", "now: — agent was stopped"],
    ],
    [{ type: "message", id: "tg-1-5", from: "user", text: "x", to: [], mode: "group" }, []],
    [
      {
        type: "message",
        id: "msg-1",
        from: "user",
        text: "from the terminal",
        to: [],
        mode: "group",
      },
      ["now: › from the terminal"],
    ],
    [{ type: "answer", ...turn, hop: 0, text: " ", calls: [] }, ["now: (take-away)"]],
    [{ type: "turn-start", ...turn, message: "m", model: "m", window: 1 }, []],
    [{ type: "approval", state: "answered", id: "A1", ...turn, outcome: "denied", by: "user" }, []],
  ])("%j", (event, texts) => {
    expect(textsOf(event, "off")).toEqual(texts);
  });
});

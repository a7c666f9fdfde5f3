import { expect, test } from "bun:test";
import { scoreboardText, tagCheck } from "./scoreboard-text.ts";

test("the figures of the gate, and where main comes from", () => {
  const at = "2026-11-21T08:30:00.000Z";
  const board = {
    ...{ verdicts: 3, promotions: 1, rollbacks: 1, standing: 0, medianMs: 4210 },
    stoppedAt: { S1: 1, S4: 2 },
    alarms: [
      { at, why: "slug breaks down", reverts: "promotion/b", isReverted: false },
      { at, why: "shout breaks down", reverts: "promotion/a", isReverted: true },
      { at, why: "tools do worse than before", reverts: null, isReverted: false },
    ],
    lineage: [
      { tag: "rollback/b", to: "b".repeat(40), undoes: "promotion/a", at },
      { tag: "promotion/a", to: "a".repeat(40), undoes: null, at },
    ],
  };
  expect(scoreboardText(board)).toBe(
    [
      "verdicts     3, median 4.2 s",
      "promotions   1, of which 0 stand",
      "rollbacks    1",
      "stopped at   S1 1, S4 2",
      "alarms       3",
      `  ${at}  slug breaks down; promotion/b is to be reverted`,
      `  ${at}  shout breaks down; promotion/a was reverted`,
      `  ${at}  tools do worse than before`,
      `  ${at}  bbbbbbbbbbbb  rollback/b reverts promotion/a`,
      `  ${at}  aaaaaaaaaaaa  promotion/a`,
      "",
    ].join("\n"),
  );
  expect(tagCheck(board, { home: "/a $(b)", signers: "/signers" })).toBe(
    "→ git -C '/a $(b)' -c gpg.ssh.allowedSignersFile=/signers verify-tag rollback/b\n",
  );
});

const NONE = { verdicts: 0, promotions: 0, rollbacks: 0, standing: 0, stoppedAt: {} };

test("the newest 20 alarms stand in the text, and how many there are", () => {
  const alarms = Array.from({ length: 23 }, (_, index) => {
    return { at: `${index}`, why: "slug", reverts: null, isReverted: false };
  });
  const lines = scoreboardText({ ...NONE, medianMs: null, alarms, lineage: [] }).split("\n");
  expect(lines.filter((line) => line.endsWith("  slug"))).toHaveLength(20);
  expect(lines).toContain("  19  slug");
  expect(lines).toContain("alarms       23");
  expect(lines).toContain("  and 3 older: org scoreboard --json");
});

test("a gate that has judged nothing has nothing to show", () => {
  const board = { ...NONE, medianMs: null, alarms: [], lineage: [] };
  const text = scoreboardText(board);
  expect(text).toContain("median –");
  expect(text).toContain("nothing so far");
  expect(tagCheck(board, { home: "/h", signers: "/s" })).toBe("");
});

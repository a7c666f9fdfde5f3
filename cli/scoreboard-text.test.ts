import { expect, test } from "bun:test";
import { scoreboardText } from "./scoreboard-text.ts";

test("the figures of the gate, and where main comes from", () => {
  const at = "2026-11-21T08:30:00.000Z";
  const board = {
    ...{ verdicts: 3, promotions: 1, rollbacks: 1, standing: 0, medianMs: 4210 },
    stoppedAt: { S1: 1, S4: 2 },
    alarms: [{ at, why: "shout breaks down", reverts: "promotion/a" }],
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
      "alarms       1",
      `  ${at}  shout breaks down; promotion/a was reverted`,
      `  ${at}  bbbbbbbbbbbb  rollback/b reverts promotion/a`,
      `  ${at}  aaaaaaaaaaaa  promotion/a`,
      "→ git -c gpg.ssh.allowedSignersFile=.org/gate/allowed_signers verify-tag rollback/b",
      "",
    ].join("\n"),
  );
});

test("a gate that has judged nothing has nothing to show", () => {
  const none = { verdicts: 0, promotions: 0, rollbacks: 0, standing: 0, stoppedAt: {} };
  const text = scoreboardText({ ...none, medianMs: null, alarms: [], lineage: [] });
  expect(text).toContain("median –");
  expect(text).toContain("nothing so far");
});

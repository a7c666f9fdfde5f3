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
    evidence: [
      {
        ...{ at, branch: "cand/a", verdict: "promote", pairs: 34 },
        ...{ notWorse: 21.456, worse: 0.5, needed: 20 },
      },
      {
        ...{ at, branch: "cand/b", verdict: "reject", pairs: 9 },
        ...{ notWorse: 1, worse: 1e9, needed: 133.3 },
      },
    ],
    survival: { days: 7, of: 3, survived: 2, younger: 1 },
    lineage: [
      { tag: "rollback/b", to: "b".repeat(40), undoes: "promotion/a", at },
      { tag: "promotion/a", to: "a".repeat(40), undoes: null, at },
    ],
  };
  expect(scoreboardText(board)).toBe(
    [
      "verdicts     3, median 4.2 s",
      "promotions   1, of which 0 are not reverted",
      "survival     2 of 3 stood after 7 days (67 %); 1 younger",
      "rollbacks    1",
      "stopped at   S1 1, S4 2",
      "alarms       3",
      `  ${at}  slug breaks down; promotion/b is to be reverted`,
      `  ${at}  shout breaks down; promotion/a was reverted`,
      `  ${at}  tools do worse than before`,
      "evidence     e-values: not worse than main / worse, of what is needed",
      `  ${at}  21.46 / 0.5 of 20 in 34 pairs: promote  cand/a`,
      `  ${at}  1 / 1000000+ of 133 in 9 pairs: reject  cand/b`,
      `  ${at}  bbbbbbbbbbbb  rollback/b reverts promotion/a`,
      `  ${at}  aaaaaaaaaaaa  promotion/a`,
      "",
    ].join("\n"),
  );
  expect(tagCheck(board, { home: "/a $(b)", signers: "/signers" })).toBe(
    "→ git -C '/a $(b)' -c gpg.ssh.allowedSignersFile=/signers verify-tag rollback/b\n",
  );
});

const NONE = {
  ...{ verdicts: 0, promotions: 0, rollbacks: 0, standing: 0, stoppedAt: {}, evidence: [] },
  survival: { days: 7, of: 0, survived: 0, younger: 0 },
};

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

test("the newest 20 comparisons stand in the text", () => {
  const evidence = Array.from({ length: 22 }, (_, at) => ({
    ...{ at: `${at}`, branch: `cand/${at}`, verdict: "hold", pairs: 450 },
    ...{ notWorse: 3, worse: 1, needed: 20 },
  }));
  const board = { ...NONE, medianMs: null, alarms: [], lineage: [], evidence };
  const lines = scoreboardText(board).split("\n");
  expect(lines.filter((line) => line.includes("  cand/"))).toHaveLength(20);
  expect(lines).toContain("  21  3 / 1 of 20 in 450 pairs: hold  cand/21");
  expect(lines).toContain("  2 earlier: org scoreboard --json");
});

test("a gate that has judged nothing has nothing to show", () => {
  const board = { ...NONE, medianMs: null, alarms: [], lineage: [] };
  const text = scoreboardText(board);
  expect(text).toBe(
    [
      "verdicts     0, median –",
      "promotions   0, of which 0 are not reverted",
      "survival     no promotion is 7 days old",
      "rollbacks    0",
      "stopped at   nothing so far",
      "alarms       0",
      "evidence     no candidate was compared with main so far",
      "",
    ].join("\n"),
  );
  const young = { ...board, survival: { ...board.survival, younger: 2 } };
  expect(scoreboardText(young)).toContain("no promotion is 7 days old; 2 younger\n");
  expect(tagCheck(board, { home: "/h", signers: "/s" })).toBe("");
});

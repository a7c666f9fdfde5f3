import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ReplayLedger } from "./replay-ledger.ts";

test("the best generation is the anchor, and runs of one generation add up", () => {
  const folder = mkdtempSync(join(tmpdir(), "org-replays-"));
  try {
    using ledger = new ReplayLedger(join(folder, "replays.sqlite"));
    expect(ledger.history()).toEqual({ same: { pairs: 0, differing: 0 }, anchor: new Map() });
    ledger.addSameRuns({ pairs: 5, differing: 1 }, 0);
    ledger.addSameRuns({ pairs: 5, differing: 0 }, 1);
    const scores = (one: number, two: number) =>
      new Map([
        ["a", one],
        ["b", two],
      ]);
    ledger.addScores({ generation: "old", scores: scores(1, 0.5), at: 0 });
    ledger.addScores({ generation: "best", scores: scores(0.5, 1), at: 1 });
    ledger.addScores({ generation: "best", scores: scores(1, 1), at: 2 });
    ledger.addScores({ generation: "new", scores: scores(0.5, 0.5), at: 3 });
    const { same, anchor } = ledger.history();
    expect(same).toEqual({ pairs: 10, differing: 1 });
    expect(anchor).toEqual(scores(1, 1));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomNumbers } from "#test/gate-simulation.ts";
import { ReplayLedger } from "./replay-ledger.ts";

test("the best generation is the anchor, and runs of one generation add up", () => {
  const folder = mkdtempSync(join(tmpdir(), "org-replays-"));
  try {
    using ledger = new ReplayLedger(join(folder, "replays.sqlite"));
    expect(ledger.history()).toEqual({ same: { pairs: 0, differing: 0 }, anchor: new Map() });
    ledger.addSameRuns({ pairs: 5, differing: 0 }, 0);
    const scores = (one: number, two: number) =>
      new Map([
        ["a", { pairs: 10, mean: one }],
        ["b", { pairs: 10, mean: two }],
      ]);
    ledger.addScores({ generation: "old", scores: scores(1, 0.5), at: 0 });
    ledger.addScores({ generation: "best", scores: scores(0.8, 1), at: 1 });
    ledger.addScores({ generation: "best", scores: scores(1, 1), at: 2 });
    ledger.addScores({ generation: "new", scores: scores(0.5, 0.5), at: 3 });
    const { same, anchor } = ledger.history();
    expect(same).toEqual({ pairs: 5, differing: 0 });
    expect(anchor.get("a")).toBeCloseTo(0.9);
    expect(anchor.get("b")).toBe(1);
    ledger.addSameRuns({ pairs: 5, differing: 1 }, 1);
    const drawn = ledger.history();
    expect(drawn.same).toEqual({ pairs: 10, differing: 1 });
    expect(drawn.anchor.get("a")).toBeLessThan(0.9);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("the best of sixty generations that are all as good is not an anchor above what they are", () => {
  const folder = mkdtempSync(join(tmpdir(), "org-replays-"));
  try {
    using ledger = new ReplayLedger(join(folder, "replays.sqlite"));
    ledger.addSameRuns({ pairs: 100, differing: 20 }, 0);
    const random = randomNumbers(5);
    const pairs = 20;
    const mean = (): number =>
      Array.from({ length: pairs }, random).filter((one) => one < 0.8).length / pairs;
    for (let at = 0; at < 60; at += 1) {
      const scores = new Map(["a", "b", "c"].map((name) => [name, { pairs, mean: mean() }]));
      ledger.addScores({ generation: String(at), scores, at });
    }
    const anchor = [...ledger.history().anchor.values()];
    const height = anchor.reduce((sum, one) => sum + one, 0) / anchor.length;
    // The best mean itself is above 0.9.
    expect(height).toBeLessThan(0.86);
    expect(height).toBeGreaterThan(0.78);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

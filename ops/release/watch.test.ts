import { afterEach, beforeEach, expect, test } from "bun:test";
import { promotionPaths } from "#fitness/gate/paths.ts";
import { CandidateRepository } from "#test/candidate-repository.ts";
import { ChangeLedger } from "./ledger.ts";
import { openWatch, type TimedUse } from "./watch.ts";

let home: CandidateRepository;
beforeEach(() => {
  home = new CandidateRepository();
});
afterEach(() => home[Symbol.dispose]());

/** A promotion of `shout` in the ledger, and if asked for its rollback. */
function promoted(at: number, revertedAt?: number): void {
  const from = home.id("main");
  const to = home.commit("x", { "tools/generated/shout/tool.ts": `export const at = ${at};\n` });
  using ledger = new ChangeLedger(promotionPaths(home.checkout).ledger);
  const about = { from, to, tagId: to, candidate: null, undoes: null } as const;
  ledger.close(ledger.open({ ...about, kind: "promotion", tag: `promotion/${at}`, at }).id, "done");
  if (revertedAt === undefined) return;
  const back = { ...about, kind: "rollback", tag: `rollback/${at}`, at: revertedAt } as const;
  ledger.close(ledger.open(back).id, "done");
}

const uses = (count: number, ok: boolean, from: number): readonly TimedUse[] =>
  Array.from({ length: count }, (_, index) => ({
    tool: "shout",
    ok,
    brokeDown: !ok,
    at: from + index,
  }));

test("a stream of failures after a promotion names it, once", async () => {
  promoted(1000);
  const watch = await openWatch(home.checkout, uses(20, true, 0));
  expect(watch.pending).toBeUndefined();
  const alarms = uses(20, false, 2000).map((use) => watch.push(use)?.rollBack);
  expect(alarms.filter((tag) => tag !== undefined)).toEqual(["promotion/1000"]);
});

test("a promotion that is under way is known already: it is what starts the watch", async () => {
  const from = home.id("main");
  const to = home.commit("x", { "tools/generated/shout/tool.ts": "export {};\n" });
  using ledger = new ChangeLedger(promotionPaths(home.checkout).ledger);
  const about = { from, to, tagId: to, candidate: null, undoes: null, at: 1000 } as const;
  ledger.open({ ...about, kind: "promotion", tag: "promotion/1000" });
  const watch = await openWatch(home.checkout, []);
  const alarms = uses(5, false, 2000).map((use) => watch.push(use)?.rollBack);
  expect(alarms).toContain("promotion/1000");
});

test("what failed before the promotion is not held against it", async () => {
  promoted(1000);
  const watch = await openWatch(home.checkout, uses(20, false, 0));
  expect(watch.pending).toBeUndefined();
});

test("an alarm on which no process has acted is found again, and one that was acted on is not", async () => {
  promoted(1000);
  expect((await openWatch(home.checkout, uses(20, false, 2000))).pending).toMatchObject({
    rollBack: "promotion/1000",
  });
  promoted(3000, 5000);
  expect((await openWatch(home.checkout, uses(20, false, 4000))).pending).toBeUndefined();
});

test("a home without promotions blames none", async () => {
  const watch = await openWatch(home.checkout, []);
  expect(
    uses(100, false, 0)
      .map((use) => watch.push(use))
      .filter((one) => one !== undefined),
  ).toEqual([]);
});

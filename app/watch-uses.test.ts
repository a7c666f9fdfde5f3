import { expect, test } from "bun:test";
import type { JournaledEvent } from "#core/events.ts";
import { promotionPaths } from "#fitness/gate/paths.ts";
import { ChangeLedger } from "#ops/release/ledger.ts";
import { LocalHome } from "#server/socket/local-home.ts";
import { CandidateRepository } from "#test/candidate-repository.ts";
import { testJournal } from "#test/room-fixture.ts";
import { UseObserver } from "./watch-uses.ts";

/** A call of a promoted tool whose program gave nothing that could be believed. */
const BREAKDOWN: JournaledEvent = {
  ...{ type: "tool-result", turn: "t", persona: "agent", id: "1", size: 1 },
  ...{
    name: "shout",
    ok: false,
    ms: 20,
    output: '"shout" broke down and gave no result (exit code 1)',
  },
};

test("a promoted tool that breaks down again and again is an alarm, and its promotion is reverted once", async () => {
  using repository = new CandidateRepository();
  await using disk = await testJournal();
  await using service = new LocalHome({
    journal: disk.journal,
    openRoom: () => Promise.reject(new Error("no room is asked for")),
  });
  const from = repository.id("main");
  const to = repository.commit("x", { "tools/generated/shout/tool.ts": "export {};\n" });
  {
    using ledger = new ChangeLedger(promotionPaths(repository.checkout).ledger);
    const about = { from, to, tagId: to, candidate: null, undoes: null, at: 1 } as const;
    ledger.close(ledger.open({ ...about, kind: "promotion", tag: "promotion/1" }).id, "done");
  }
  const [alarms, reverted]: [string[], string[]] = [[], []];
  const uses = new UseObserver();
  await uses.watch({
    ...{ home: repository.checkout, service, builtIn: new Set(["sh"]) },
    onAlarm: (_alarm, text) => void alarms.push(text),
    revert: (tag) => void reverted.push(tag),
    signal: new AbortController().signal,
  });
  for (let count = 0; count < 50; count += 1) uses.see({ ...BREAKDOWN, name: "sh" });
  expect(alarms).toEqual([]);
  for (let count = 0; count < 50; count += 1) uses.see(BREAKDOWN);
  expect(alarms).toEqual([
    "alarm: shout breaks down in more than 3 % of its calls; promotion/1 is reverted",
  ]);
  expect(reverted).toEqual(["promotion/1"]);
});

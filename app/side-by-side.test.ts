/** A comparison needs a suite of main; what one shows is in `test/side-by-side.e2e.test.ts`. */
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { readSettings } from "#home/settings/settings.ts";
import { CandidateRepository } from "#test/candidate-repository.ts";
import { App } from "./app.ts";
import { type ComparisonContext, sideBySideIn } from "./side-by-side.ts";

// Ten rooms are played, and a machine may be busy.
test("a main without a suite is compared with nothing, and no room is opened", async () => {
  using home = new CandidateRepository();
  const settings = readSettings({ flags: new Map(), env: {}, defaultHome: home.checkout });
  const { signal } = new AbortController();
  const open: ComparisonContext["open"] = () => {
    throw new Error("A room was opened");
  };
  const context = { settings, cleaner: new TextCleaner(), signal, open };
  const places = { checkout: home.checkout, ledger: join(home.folder, "replays.db") };
  expect(await sideBySideIn(context, places)).toBeUndefined();
});

test("both sides play the words of the suite in homes of their own, which are gone afterwards", async () => {
  using home = new CandidateRepository();
  const talk = { name: "talk", say: "@@agent hi", model: [{ text: "Hello." }] };
  const suite = { scenarios: [{ ...talk, expect: { answer: "Hello." } }] };
  home.commit("suite", { "fitness/suites/one.json": JSON.stringify(suite) });
  const settings = readSettings({ flags: new Map(), env: {}, defaultHome: home.checkout });
  const { signal } = new AbortController();
  const stages: string[] = [];
  const open: ComparisonContext["open"] = (side) => {
    stages.push(side.settings.home);
    return new App(side);
  };
  const context = { settings, cleaner: new TextCleaner(), signal, open };
  const places = { checkout: home.checkout, ledger: join(home.folder, "replays.db") };
  const compare = await sideBySideIn(context, places);
  const files = new Map([["spec.json", "{}"]]);
  const tools = new Map([["none", { name: "none", files }]]);
  const found = await compare?.({ main: home.id("main"), attempt: 1 })({
    before: new Map(),
    after: tools,
  });
  expect(found).not.toHaveProperty("reason");
  expect(found?.evidence).toMatchObject({ scores: { talk: { current: 1, candidate: 1 } } });
  expect(new Set(stages).size).toBe(stages.length);
  expect(stages.length).toBeGreaterThan(1);
  expect(stages).not.toContain(home.checkout);
  expect(stages.filter((path) => existsSync(path))).toEqual([]);
});

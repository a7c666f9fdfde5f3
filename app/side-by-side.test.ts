/** A comparison needs a suite of main; what one shows is in `test/side-by-side.e2e.test.ts`. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { readSettings } from "#home/settings/settings.ts";
import { CandidateRepository } from "#test/candidate-repository.ts";
import { type ComparisonContext, sideBySideIn } from "./side-by-side.ts";

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

import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import type { RuleKey } from "#core/rules/rule.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { createHome, homePaths } from "#home/home-paths.ts";
import { openRules } from "#home/rules/open-rules.ts";
import { readSettings } from "#home/settings/settings.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { ownHome } from "#server/socket/open-home.ts";
import { homeRules } from "#test/rules/rules-home.ts";
import { copyHomeData } from "./copy-memory.ts";
import { HomeRules } from "./rules.ts";

const LESSON: RuleKey = {
  ...{ persona: "agent", place: "workspace" },
  pattern: { head: "jobs", slot: undefined },
  template: { tool: "jobs", fixed: "{}", argument: undefined },
};
const OBSERVED = { outcomes: [], lesson: LESSON, tools: "t" };

test("a home in which nothing was learnt has no file of rules", async () => {
  await using own = homeRules();
  expect(await own.held.openIfExists()).toBeUndefined();
  expect(existsSync(own.path)).toBe(false);
  await (await own.held.open()).observe(OBSERVED);
  await own.held.close();
  expect((await own.held.openIfExists())?.list()).toHaveLength(1);
});

test("rules that could not be opened are opened once the reason is gone", async () => {
  await using own = homeRules();
  await own.held.open();
  const other = new HomeRules({
    ...{ paths: homePaths(own.path.split("/.org")[0] ?? ""), mode: "live", candidate: "" },
  });
  await expect(other.open()).rejects.toMatchObject({ code: "HOME_BUSY" });
  await own.held.close();
  expect((await other.open()).list()).toBeEmpty();
  await other.close();
});

test("a candidate begins with a copy, and nothing of it comes back", async () => {
  await using folder = await temporaryFolder("rules");
  const [paths, candidate] = [homePaths(folder.path), homePaths(folder.path, "candidate")];
  await createHome(paths);
  const said: string[] = [];
  const context = {
    settings: readSettings({ flags: new Map(), env: {}, defaultHome: folder.path }),
    ...{ cleaner: new TextCleaner(), signal: new AbortController().signal },
    output: { say: (text: string) => void said.push(text) },
  };
  await copyHomeData(context, candidate);
  expect(existsSync(candidate.rules)).toBe(false);
  const rules = new HomeRules({ paths, mode: "live", candidate: candidate.rules });
  {
    // While a process owns the home, and after it has left.
    await using _owner = await ownHome({
      ...{ paths, command: "org serve", rules, signal: context.signal },
      openRoom: () => Promise.reject(new Error("No room is opened here")),
    });
    await (await rules.open()).observe(OBSERVED);
    await copyHomeData(context, candidate);
  }
  for (let n = 0; n < 2; n += 1) {
    await using copy = await openRules(candidate.rules);
    expect(copy.list()).toMatchObject([{ id: 1, confirmed: 1 }]);
    await copy.observe(OBSERVED);
    await copy[Symbol.asyncDispose]();
    await copyHomeData(context, candidate);
  }
  await using current = await openRules(paths.rules);
  expect(current.list()).toMatchObject([{ confirmed: 1 }]);
  expect(said).toEqual([]);
});

test("what is frozen for a backup says so until it is closed", async () => {
  await using own = homeRules();
  expect(await own.held.freeze()).toEqual([]);
  await (await own.held.open()).observe(OBSERVED);
  const [frozen] = await own.held.freeze();
  expect([frozen?.path, frozen?.isWhole()]).toEqual([own.path, true]);
  await own.held.close();
  expect(frozen?.isWhole()).toBe(false);
  frozen?.[Symbol.dispose]();
});

/** The tools of a home for the dashboard. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { createHome } from "#home/home-paths.ts";
import { readSettings } from "#home/settings/settings.ts";
import { Talk } from "#test/memory/talk.ts";
import { testHome } from "#test/org-process.ts";
import { registerTool } from "#test/registered-tool.ts";
import { App } from "./app.ts";
import { toolsSource } from "./tools-source.ts";

test("a case of a tool shows what it gives, or the error that it ends with", async () => {
  await using home = await testHome();
  await createHome(home.paths);
  const root = join(home.path, "made");
  const cases = [
    { input: { n: 1 }, output: [1] },
    { input: {}, error: "n is missing" },
  ];
  await registerTool(root, { name: "pair", cases });
  const settings = readSettings({ flags: new Map(), env: {}, defaultHome: home.path });
  await using app = new App({ settings, toolsLocation: { root, isVerified: true } });
  const source = toolsSource({
    ...{ context: { cleaner: new TextCleaner() }, paths: home.paths },
    registry: () => app.registry(),
    rooms: { rooms: () => Promise.resolve([]), entries: () => new Talk().journal.read("", 1) },
  });
  const { cases: shown } = await source.details("pair", new AbortController().signal);
  expect(shown).toEqual([
    { input: '{"n":1}', gives: "[1]", isFailure: false },
    { input: "{}", gives: "n is missing", isFailure: true },
  ]);
});

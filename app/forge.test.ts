/** The forge of the command line, with a model that writes no tool. */
import { expect, test } from "bun:test";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { dayOf } from "#core/day-of.ts";
import { createHome } from "#home/home-paths.ts";
import { readSettings } from "#home/settings/settings.ts";
import { openSpendStore } from "#home/spend-store.ts";
import { type TestHome, testHome } from "#test/org-process.ts";
import { say } from "#test/scripted-answers.ts";
import { scriptedServer } from "#test/scripted-server.ts";
import { App } from "./app.ts";
import { judgeTool, openForge } from "./forge.ts";

const { signal } = new AbortController();

async function forged(home: TestHome, config: string, named: string | undefined) {
  await createHome(home.paths);
  await Bun.write(join(home.path, "org.config"), config);
  await using server = scriptedServer(() => say("I do not know."));
  const env = { ORG_HOME: home.path, OLLAMA_BASE: server.url, OLLAMA_MODEL: "m" };
  const settings = readSettings({ flags: new Map(), env, defaultHome: home.path });
  await using app = new App({ settings });
  const { build, logs } = openForge(app, named);
  const result = await build({ goal: "the median of numbers" }, { signal });
  return { result, logs, bodies: server.requests.map(({ body }) => body) };
}

test("the forge asks the model that was named, else the one of its persona, with little chance", async () => {
  await using home = await testHome();
  const own = '[personas.toolsmith]\nmodel = "own"\n';
  for (const [config, named, model] of [
    [own, "named", "named"],
    [own, undefined, "own"],
    ["", undefined, "m"],
  ] as const) {
    const { result, bodies } = await forged(home, config, named);
    expect(result).toMatchObject({ outcome: "refused", requests: bodies.length });
    expect(new Set(bodies.map((body) => body.model))).toEqual(new Set([model]));
    expect(bodies[0]?.["temperature"]).toBe(0.2);
    expect(bodies[0]?.["max_tokens"]).toBeGreaterThan(0);
  }
});

test("a run of the forge has a log, and is paid for by its persona", async () => {
  await using home = await testHome();
  const { logs } = await forged(home, "", undefined);
  expect(logs).toBe(home.paths.forgeLogs);
  expect(readdirSync(logs)).toEqual([expect.stringMatching(/^forge_[0-9a-f]+\.jsonl$/)]);
  using store = openSpendStore(home.paths.spending);
  const day = dayOf(Date.now());
  const { session } = await store.totals({ day, session: "forge", persona: "toolsmith" });
  const { persona } = await store.totals({ day, session: "", persona: "toolsmith" });
  expect(session.tokens).toBeGreaterThan(0);
  expect(persona).toEqual(session);
});

test("a folder that a person wrote is judged under its name, to the first stage that fails", async () => {
  await using home = await testHome();
  const folder = join(home.path, "empty-tool");
  mkdirSync(folder);
  const { name, ok, stages } = await judgeTool(folder, { signal });
  expect([name, ok]).toEqual(["empty-tool", false]);
  expect(stages.at(-1)).toMatchObject({
    ...{ stage: "static", ok: false, reason: "is missing (spec.json)" },
  });
});

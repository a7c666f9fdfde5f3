/** What a burst can call, with the tools of a home and a model server that the test decides about. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { join } from "node:path";
import { LimitLedger } from "#core/cycles/limit-ledger.ts";
import { burstAccount } from "#home/autonomy/burst-account.ts";
import { createHome } from "#home/home-paths.ts";
import { readSettings } from "#home/settings/settings.ts";
import { openSpendStore } from "#home/spend-store.ts";
import type { BurstService } from "#server/socket/burst-service.ts";
import { SOME_LIMITS } from "#test/cycles/scripted-run.ts";
import { type TestHome, testHome } from "#test/org-process.ts";
import { registerTool } from "#test/registered-tool.ts";
import { say } from "#test/scripted-answers.ts";
import { scriptedServer } from "#test/scripted-server.ts";
import { App } from "../app.ts";
import type { BurstTools } from "./burst.ts";
import { burstTools } from "./burst-tools.ts";

let parts: AsyncDisposableStack;
let home: TestHome;
beforeEach(async () => {
  parts = new AsyncDisposableStack();
  home = parts.use(await testHome());
});
afterEach(async () => await parts[Symbol.asyncDispose]());

const { signal } = new AbortController();
const owner: BurstService = {
  brief: () => Promise.resolve(""),
  isRelevant: () => Promise.resolve(true),
  search: (_burst, query) => Promise.resolve(`found ${query}`),
  keep: () => Promise.resolve({ note: 1 }),
  engine: () => Promise.resolve(undefined),
};

async function tools(config: string, url = "http://127.0.0.1:9"): Promise<BurstTools> {
  await Bun.write(join(home.path, "org.config"), config);
  await createHome(home.paths);
  const root = join(home.path, "made");
  await registerTool(root, { name: "median", description: "Gives the median of numbers." });
  const env = { ORG_HOME: home.path, OLLAMA_BASE: url, OLLAMA_MODEL: "m" };
  const settings = readSettings({ flags: new Map(), env, defaultHome: home.path });
  const app = parts.use(new App({ settings, toolsLocation: { root, isVerified: true } }));
  const account = burstAccount(await app.budget(), "autonomy:b1");
  return await burstTools(app, { id: "b1", owner, account });
}

const action = (name: string, args: Readonly<Record<string, unknown>>) => ({ name, args, why: "" });

test("the tools without effects that a person allows can be called, and find what was made here", async () => {
  const there = await tools("");
  expect(there.schemas.map(({ name }) => name)).toEqual(["memory_search", "tools_search"]);
  expect(there.schemas.map(({ description }) => description)[1]).toBe(
    "Finds tools that were made here by what they do.",
  );
  expect([there.made, there.build]).toEqual([["median"], undefined]);
  const search = action("tools_search", { query: "middle value of numbers" });
  expect(await there.refusalOf(search, signal)).toBeUndefined();
  expect(await there.call(search, signal)).toEqual({
    ...{ outcome: "done", text: "median: Gives the median of numbers." },
  });
  const none = action("tools_search", { query: "zebra" });
  expect((await there.call(none, signal)).text).toBe("No tool matches that.");
  const long = action("tools_search", { query: "m".repeat(300) });
  expect(await there.call(long, signal)).toMatchObject({ outcome: "done" });
  const longer = action("tools_search", { query: "m".repeat(301) });
  expect(await there.call(longer, signal)).toMatchObject({ outcome: "failed" });
  const memory = action("memory_search", { query: "the shop" });
  expect(await there.call(memory, signal)).toEqual({ outcome: "done", text: "found the shop" });
  expect(await there.call(action("memory_search", {}), signal)).toMatchObject({
    outcome: "failed",
  });
});

test("a tool that is not allowed is refused by its name", async () => {
  const there = await tools('[autonomy]\nallow = ["memory_search", "sh"]\n');
  expect(there.schemas.map(({ name }) => name)).toEqual(["memory_search"]);
  for (const name of ["sh", "tools_search"]) {
    expect(await there.refusalOf(action(name, {}), signal)).toBe(
      `"${name}" is not a tool that autonomy may call`,
    );
  }
});

test("an allowed tool that was called too often is refused, with the reason in one row", async () => {
  const there = await tools("[rates]\ntools_search = 1\n");
  const search = action("tools_search", { query: "numbers" });
  expect(await there.refusalOf(search, signal)).toBeUndefined();
  expect(await there.refusalOf(search, signal)).toMatch(
    /^Not run: "tools_search" was called too often\. It may run again in \d+ s\.$/,
  );
});

test("a call that a person would be asked about is refused: a burst has no person who could say yes", async () => {
  const there = await tools('[[permissions.rules]]\ntool = "tools_search"\npermission = "ask"\n');
  const search = action("tools_search", { query: "numbers" });
  expect(await there.refusalOf(search, signal)).toContain("tools_search");
});

test("a tool that there is not cannot be tried", async () => {
  const there = await tools("");
  expect(await there.tryTool("gone", signal)).toEqual({
    ...{ outcome: "failed", text: "gone: there is no such tool" },
  });
});

async function built(calls: number) {
  const server = parts.use(scriptedServer(() => say("I do not know.")));
  const there = await tools("[autonomy]\ncode = true\n", server.url);
  const ledger = new LimitLedger({ limits: { ...SOME_LIMITS, calls }, nowMs: () => 0 });
  const work = there.build?.("the median of numbers", { ledger, signal });
  return { server, ledger, work };
}

test("a tool that a model could not write is not built, and what was asked is paid for by autonomy", async () => {
  const { server, ledger, work } = await built(40);
  const text = expect.stringContaining("The stage spec failed");
  expect(await work).toEqual({ outcome: "failed", text });
  expect(ledger.spent.calls).toBe(server.requests.length);
  using store = openSpendStore(home.paths.spending);
  const day = new Date().toISOString().slice(0, 10);
  const { persona: spent } = await store.totals({ day, session: "", persona: "autonomy" });
  expect(spent.tokens).toBe(ledger.spent.tokens);
});

test("a build asks no more often than the burst may", async () => {
  const { server, work } = await built(2);
  await expect(work).rejects.toMatchObject({ end: "calls" });
  expect(server.requests).toHaveLength(2);
});

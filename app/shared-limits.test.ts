import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { createHome } from "#home/home-paths.ts";
import { PgLeaseStore } from "#home/postgres/pg-lease-store.ts";
import { readSettings } from "#home/settings/settings.ts";
import { type TestHome, testHome } from "#test/org-process.ts";
import { PgCluster } from "#test/postgres-cluster.ts";
import { until } from "#test/until.ts";
import { App } from "./app.ts";

let cluster: PgCluster;
let homes: readonly [TestHome, TestHome];
beforeAll(async () => {
  cluster = await PgCluster.start();
  await using _tables = await cluster.client({ schema: "org" });
  homes = [await testHome(), await testHome()];
});
afterAll(async () => {
  for (const home of homes) await home[Symbol.asyncDispose]();
  await cluster[Symbol.asyncDispose]();
});

async function appIn(home: TestHome, config: string): Promise<App> {
  await Bun.write(`${home.path}/org.config`, config);
  await createHome(home.paths);
  const env = {
    ...{ ORG_HOME: home.path, ORG_DB: cluster.url(), ORG_NODE: "a" },
    // The language model that this machine may have must not be asked.
    ORG_ENGINE_DIR: join(home.path, "engine"),
  };
  return new App({ settings: readSettings({ flags: new Map(), env, defaultHome: home.path }) });
}

test("a lease of one machine is used up by another", async () => {
  await using one = await appIn(homes[0], "");
  await using other = await appIn(homes[1], "");
  const client = await one.database();
  if (client === undefined) throw new Error("ORG_DB names a database");
  await new PgLeaseStore(client).grant([{ kind: "uses", most: 1 }]);
  const call = { tool: "sh", persona: "agent", arguments: {}, effect: "execute" } as const;
  const facts = { ...call, capabilities: ["shell"] } as const;
  const { leases } = other.permissions;
  await until("it is known", async () => leases.mayAllow("sh", "agent"));
  expect(await leases.spend(facts)).toBe("L1");
  expect(await one.permissions.leases.spend(facts)).toBeUndefined();
});

test("two machines use up one rate and one budget together", async () => {
  const config = "[rates]\nsh = 2\n[budget]\nday = { tokens = 100 }\n";
  await using one = await appIn(homes[0], config);
  await using other = await appIn(homes[1], config);
  expect(await one.permissions.rates.take("sh")).toBe(0);
  expect(await other.permissions.rates.take("sh")).toBe(0);
  expect(await one.permissions.rates.take("sh")).toBeGreaterThan(0);
  const usage = { promptTokens: 60, completionTokens: 0 };
  await (await one.budget()).account("r1", "agent").reserve("m", usage);
  const late = (await other.budget()).account("r2", "agent").reserve("m", usage);
  await expect(late).rejects.toMatchObject({
    code: "BUDGET_SPENT",
    why: expect.stringContaining("60 tokens of 100 tokens are spent"),
  });
});

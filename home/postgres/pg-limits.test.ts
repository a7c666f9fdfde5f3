/** What machines count together, on a real PostgreSQL. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { RateLimits } from "#core/policy/rate-limit.ts";
import { testLeaseConformance } from "#test/lease-conformance.ts";
import { OneClient, PgCluster } from "#test/postgres-cluster.ts";
import { testSpendConformance } from "#test/spend-conformance.ts";
import { until } from "#test/until.ts";
import { PgLeaseStore } from "./pg-lease-store.ts";
import { PgRates } from "./pg-rates.ts";
import { PgSpendStore } from "./pg-spend-store.ts";

let cluster: PgCluster;
let clients: OneClient;
beforeAll(async () => {
  cluster = await PgCluster.start();
  clients = new OneClient(cluster);
});
afterAll(async () => {
  await clients[Symbol.asyncDispose]();
  await cluster[Symbol.asyncDispose]();
});

testSpendConformance(async (folder) => new PgSpendStore(await clients.of(folder)));

testLeaseConformance(async (folder, now) => new PgLeaseStore(await clients.of(folder), now));

test("a screen is shown what was read last, and what another machine spent a moment later", async () => {
  await using client = await cluster.client();
  const spender = { day: "2026-11-24", session: "s", persona: "agent" };
  await new PgSpendStore(client).adjust(spender, { tokens: 7, micros: 3 });
  const store = new PgSpendStore(client);
  expect(store.seen(spender).day).toEqual({ tokens: 0, micros: 0 });
  await until("it is read", async () => store.seen(spender).day.tokens === 7);
});

describe("rates", () => {
  test("are those of one process, whatever is called whenever by two", async () => {
    await using client = await cluster.client();
    const step = fc.record({
      tool: fc.constantFrom("web_fetch", "web_request", "sh", "other"),
      passMs: fc.constantFrom(0, 1, 700, 20_000, 90_000),
      node: fc.nat(1),
    });
    const perMinute = { "web_*": 3, web_request: 2, sh: 7 };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        await client.query("delete from rate");
        let now = 1_000_000;
        const model = new RateLimits(perMinute, () => now);
        const nodes = [0, 1].map(() => new PgRates(client, perMinute, () => now));
        for (const { tool, passMs, node } of steps) {
          expect(await nodes[node]?.take(tool)).toBe(await model.take(tool));
          now += passMs;
        }
      }),
      { numRuns: 20 },
    );
  });

  test("let no more through than they hold, however many ask at once", async () => {
    await using client = await cluster.client();
    const nodes = [0, 1].map(() => new PgRates(client, { sh: 5, "s*": 9 }));
    const waits = await Promise.all(
      Array.from({ length: 20 }, async (_, n) => (await nodes[n % 2]?.take("sh")) ?? 0),
    );
    expect(waits.filter((wait) => wait === 0)).toHaveLength(5);
    expect(Math.max(...waits)).toBeLessThanOrEqual(12_000);
  });
});

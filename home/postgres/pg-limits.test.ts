/** What machines count together, on a real PostgreSQL. */
import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { withSharedAccess } from "#app/shared-access.ts";
import { RateLimits } from "#core/policy/rate-limit.ts";
import type { PgClient } from "#platform/postgres/pg-client.ts";
import { fileCluster } from "#test/file-cluster.ts";
import { testLeaseConformance } from "#test/lease-conformance.ts";
import { testSpendConformance } from "#test/spend-conformance.ts";
import { until } from "#test/until.ts";
import { AccessStore } from "../access-store.ts";
import { PgAccess } from "./pg-access.ts";
import { PgLeaseStore } from "./pg-lease-store.ts";
import { PgRates } from "./pg-rates.ts";
import { PgSpendStore } from "./pg-spend-store.ts";

const pg = fileCluster();

testSpendConformance(async (folder) => new PgSpendStore(await pg.clients.of(folder)));

testLeaseConformance(async (folder, now) => new PgLeaseStore(await pg.clients.of(folder), now));

test("a screen is shown what was read last, and what another machine spent a moment later", async () => {
  await using client = await pg.cluster.client();
  const spender = { day: "2026-11-24", session: "s", persona: "agent" };
  await new PgSpendStore(client).adjust(spender, { tokens: 7, micros: 3 });
  const store = new PgSpendStore(client);
  expect(store.lastTotals(spender).day).toEqual({ tokens: 0, micros: 0 });
  await until("it is read", async () => store.lastTotals(spender).day.tokens === 7);
});

describe("rates", () => {
  test("are those of one process, whatever is called whenever by two", async () => {
    await using client = await pg.cluster.client();
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
    await using client = await pg.cluster.client();
    const nodes = [0, 1].map(() => new PgRates(client, { sh: 5, "s*": 9 }));
    const waits = await Promise.all(
      Array.from({ length: 20 }, async (_, n) => (await nodes[n % 2]?.take("sh")) ?? 0),
    );
    expect(waits.filter((wait) => wait === 0)).toHaveLength(5);
    expect(Math.max(...waits)).toBeLessThanOrEqual(12_000);
  });
});

describe("tokens", () => {
  interface Homes extends AsyncDisposable {
    readonly here: AccessStore;
    readonly there: AccessStore;
    readonly client: PgClient;
  }

  /** Two homes that share a database; the second one serves. */
  async function homes(): Promise<Homes> {
    const folder = mkdtempSync(join(tmpdir(), "org-access-"));
    const parts = new AsyncDisposableStack();
    parts.defer(() => rmSync(folder, { recursive: true }));
    const client = parts.use(await pg.cluster.client());
    const homeOf = (name: string) =>
      parts.use(new AccessStore({ access: join(folder, name, "a") }));
    const [here, there] = [homeOf("here"), homeOf("there")];
    parts.use(await new PgAccess(client).copyInto(there, () => undefined));
    return { here, there, client, [Symbol.asyncDispose]: () => parts.disposeAsync() };
  }

  test("that one machine makes let in at another, until any of them revokes it", async () => {
    await using both = await homes();
    const { here, there, client } = both;
    there.createToken("its own", "read");
    const { id } = await withSharedAccess(client, here, () => here.createToken("ci", "run"));
    await until("it is known", async () => there.token(id) !== undefined);
    expect(there.token(id)).toEqual(here.token(id));
    await withSharedAccess(client, there, () => there.revoke(id));
    const other = await withSharedAccess(client, here, () => here.createToken("next", "run"));
    await until("the next one is known", async () => there.token(other.id) !== undefined);
    expect(here.list().map(({ name }) => name)).toEqual(["next"]);
    expect(there.list().map(({ name }) => name)).toEqual(
      expect.arrayContaining(["its own", "next"]),
    );
  });

  test("of a key, its secret travels for this user alone, and goes when it is revoked", async () => {
    await using both = await homes();
    const { here, there, client } = both;
    const { id } = await withSharedAccess(client, here, () => here.createKey("ci", "read"));
    await until("it is known", async () => there.key(id) !== undefined);
    expect(there.key(id)).toEqual(here.key(id));
    await withSharedAccess(client, here, () => here.revoke(id));
    await until("it is gone", async () => there.key(id) === undefined);
    expect(await client.query("select from credential")).toEqual([]);
  });

  test("that cannot be told to the others are not made", async () => {
    await using both = await homes();
    const { here, client } = both;
    await client.query("drop function credential_add");
    const made = withSharedAccess(client, here, () => here.createToken("ci", "run"));
    await expect(made).rejects.toMatchObject({ code: "DATABASE_FAILED" });
    expect(here.list()).toEqual([]);
  });

  test("a nonce counts once, however many machines are asked at the same time", async () => {
    await using both = await homes();
    const access = new PgAccess(both.client);
    const asked = Array.from({ length: 20 }, () => access.useNonce("key", "nonce", 60_000));
    expect((await Promise.all(asked)).filter(Boolean)).toHaveLength(1);
    expect(await access.useNonce("other", "nonce", 60_000)).toBe(true);
  });
});

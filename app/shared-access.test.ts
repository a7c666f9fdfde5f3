import { afterAll, beforeAll, expect, test } from "bun:test";
import type { ApprovalAnswered, ApprovalAsked } from "#core/events.ts";
import { AccessStore } from "#home/access-store.ts";
import { createHome } from "#home/home-paths.ts";
import { takeNodeName } from "#home/postgres/node-name.ts";
import { openApprovals } from "#home/postgres/open-approvals.ts";
import { OwnedRooms } from "#home/postgres/owned-rooms.ts";
import { openPgJournal } from "#home/postgres/pg-journal.ts";
import { readDatabaseUrls } from "#platform/postgres/database-url.ts";
import { PgClient } from "#platform/postgres/pg-client.ts";
import { keyOf } from "#room/entries.ts";
import { type TestHome, testHome } from "#test/org-process.ts";
import { PgCluster } from "#test/postgres-cluster.ts";
import { until } from "#test/until.ts";
import { shareAccess, withSharedAccess } from "./shared-access.ts";

const unexpected = (error: unknown): never => {
  throw error;
};

let cluster: PgCluster;
let home: TestHome;
beforeAll(async () => {
  cluster = await PgCluster.start();
  home = await testHome();
  await createHome(home.paths);
});
afterAll(async () => {
  await home[Symbol.asyncDispose]();
  await cluster[Symbol.asyncDispose]();
});

test("a token made in one home counts in another, its nonces count once, and a revoked one is gone", async () => {
  await using client = await cluster.client();
  await using other = await testHome();
  await createHome(other.paths);
  using store = new AccessStore(home.paths);
  const { id } = await withSharedAccess(client, store, () => store.createToken("ci", "run"));
  await using shared = await shareAccess(client, other.paths, unexpected);
  using copy = new AccessStore(other.paths);
  expect(copy.list().map((one) => one.id)).toEqual([id]);
  expect(await shared.useNonce(id, "n1", 60_000)).toBe("new");
  expect(await shared.useNonce(id, "n1", 60_000)).toBe("used");
  await withSharedAccess(client, copy, () => copy.revoke(id));
  await withSharedAccess(client, store, () => undefined);
  expect([store.list(), copy.list()]).toEqual([[], []]);
});

test("a home is told when its copy of the tokens cannot follow", async () => {
  await using client = await cluster.client();
  await using maker = await PgClient.open({
    ...{ servers: readDatabaseUrls(cluster.url(), "ORG_DB"), schema: client.schema },
  });
  await using other = await testHome();
  await createHome(other.paths);
  const reported: unknown[] = [];
  await using _shared = await shareAccess(client, other.paths, (error) => reported.push(error));
  client.query = () => Promise.reject(new Error("the server is gone"));
  using store = new AccessStore(home.paths);
  const { id } = await withSharedAccess(maker, store, () => store.createToken("late", "run"));
  await until("the failure to be reported", async () => reported.length > 0);
  expect(String(reported[0])).toContain("the server is gone");
  store.revoke(id);
});

test("a token that the database does not take is revoked again", async () => {
  await using client = await cluster.client();
  using store = new AccessStore(home.paths);
  const before = store.list().length;
  const failed = withSharedAccess(client, store, () => {
    const made = store.createToken("lost", "run");
    // Any other failure of the server has the same way.
    client.query = () => Promise.reject(new Error("the server is gone"));
    return made;
  });
  await expect(failed).rejects.toThrow("the server is gone");
  expect(store.list()).toHaveLength(before);
});

test("what the rooms of another node ask is found until it is answered", async () => {
  await using client = await cluster.client();
  await using _name = await takeNodeName({
    ...{ client, node: "office", scope: "rooms", onLost: () => undefined },
  });
  await using rooms = new OwnedRooms({
    ...{ journal: await openPgJournal({ client }), client, node: "office" },
  });
  const about = { type: "approval", id: "A1", turn: "t1", persona: "agent" } as const;
  const asked: ApprovalAsked = {
    ...{ ...about, state: "asked", why: "policy", hash: "0".repeat(64), expiresAt: 1 },
    call: { id: "c1", name: "sh", arguments: { cmd: "date" } },
  };
  await rooms.append("r1", { key: keyOf(asked), event: asked });
  expect(await openApprovals(client, "office")).toEqual([]);
  expect(await openApprovals(client, "cellar")).toEqual([{ room: "r1", asked }]);
  const answered: ApprovalAnswered = {
    ...{ ...about, state: "answered", outcome: "approved", by: "user" },
  };
  await rooms.append("r1", { key: keyOf(answered), event: answered });
  expect(await openApprovals(client, "cellar")).toEqual([]);
});

import { afterAll, beforeAll, setDefaultTimeout } from "bun:test";
import { testConformance } from "#test/journal/conformance.ts";
import { OneClient, PgCluster } from "#test/postgres-cluster.ts";
import { openPgJournal } from "./pg-journal.ts";

// A server is started, and the machine may be busy.
setDefaultTimeout(120_000);

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

testConformance(async (folder, now) => openPgJournal({ client: await clients.of(folder), now }));

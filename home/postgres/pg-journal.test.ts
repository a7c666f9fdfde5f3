import { describe } from "bun:test";
import { fileCluster } from "#test/file-cluster.ts";
import { testConformance } from "#test/journal/conformance.ts";
import { throughPg } from "#test/pg-calls.ts";
import { openPgJournal } from "./pg-journal.ts";

const pg = fileCluster();

testConformance(async (folder, now) => openPgJournal({ client: await pg.clients.of(folder), now }));

describe("through a client that others wrote", () => {
  testConformance(async (folder, now) => {
    const { schema } = await pg.clients.of(folder);
    const client = throughPg(pg.cluster.url(), schema);
    const journal = await openPgJournal({ client, now });
    const dispose = journal[Symbol.asyncDispose].bind(journal);
    return Object.assign(journal, {
      [Symbol.asyncDispose]: async () => {
        await dispose();
        await client[Symbol.asyncDispose]();
      },
    });
  });
});

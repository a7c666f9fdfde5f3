import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { PgCluster } from "#test/postgres-cluster.ts";
import { demandSchema, type Migration, migrate } from "./migrations.ts";

let cluster: PgCluster;

beforeAll(async () => {
  cluster = await PgCluster.start();
});

afterAll(async () => await cluster[Symbol.asyncDispose]());

const FIRST: Migration = {
  name: "first",
  sql: async () => "create table a (n int); insert into a values (1)",
};
const SECOND: Migration = {
  name: "second",
  sql: async () => "alter table a add m text default '$$'",
};

describe("migrations", () => {
  test("are taken in order, and each of them once", async () => {
    await using client = await cluster.client({ migrated: false });
    expect(await migrate(client, [FIRST])).toEqual(["first"]);
    expect(await migrate(client, [FIRST, SECOND])).toEqual(["second"]);
    expect(await migrate(client, [FIRST, SECOND])).toEqual([]);
    expect([...(await client.query("select n, m from a"))]).toEqual([{ n: 1, m: "$$" }]);
    await demandSchema(client, [FIRST, SECOND]);
  });

  test("of two nodes that come at once happen once", async () => {
    await using client = await cluster.client({ migrated: false });
    await Promise.all(Array.from({ length: 5 }, () => migrate(client, [FIRST, SECOND])));
    expect([...(await client.query("select n from a"))]).toEqual([{ n: 1 }]);
  });

  test("leave nothing behind when one fails in its middle", async () => {
    await using client = await cluster.client({ migrated: false });
    const broken: Migration = {
      name: "broken",
      sql: async () => "create table b (n int); selct 1",
    };
    await expect(migrate(client, [FIRST, broken])).rejects.toMatchObject({
      code: "DATABASE_FAILED",
    });
    await expect(client.query("select from b")).rejects.toMatchObject({ code: "DATABASE_FAILED" });
    expect(await migrate(client, [FIRST, SECOND])).toEqual(["second"]);
  });

  test("of a newer version are refused, and nothing is changed", async () => {
    await using client = await cluster.client({ migrated: false });
    await migrate(client, [FIRST, SECOND]);
    const known = [FIRST];
    await expect(migrate(client, known)).rejects.toMatchObject({ code: "DATABASE_NEW" });
    await expect(demandSchema(client, known)).rejects.toMatchObject({
      code: "DATABASE_NEW",
      why: `its schema "${client.schema}" has version 2; this org supports 1`,
    });
  });

  test("that are missing are said, with what takes them", async () => {
    await using client = await cluster.client({ migrated: false });
    const refused = demandSchema(client, [FIRST]);
    await expect(refused).rejects.toMatchObject({
      code: "DATABASE_OLD",
      message: expect.stringContaining("has no tables of org yet"),
      remedies: [expect.stringContaining("org db init")],
    });
    await migrate(client, [FIRST]);
    await expect(demandSchema(client, [FIRST, SECOND])).rejects.toMatchObject({
      code: "DATABASE_OLD",
      message: expect.stringContaining("has tables of an older org"),
    });
  });
});

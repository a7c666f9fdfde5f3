import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Caveat } from "#core/policy/lease.ts";
import type { CallFacts } from "#core/policy/policy.ts";
import { LeaseStore } from "./lease-store.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-leases-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const paths = () => ({ leases: join(folder, "leases.sqlite") });
const call: CallFacts = {
  tool: "sh",
  persona: "agent",
  arguments: { cmd: "ls" },
  effect: "execute",
  capabilities: ["shell"],
};
const sh = { kind: "tool", is: "sh" } as const;

describe("a lease", () => {
  test("is used up, also across processes, and counted on disk", async () => {
    using store = new LeaseStore(paths());
    expect((await store.grant([sh, { kind: "uses", most: 2 }])).id).toBe("L1");
    expect(await store.spend(call)).toBe("L1");
    {
      using other = new LeaseStore(paths());
      expect(await other.spend(call)).toBe("L1");
    }
    expect(await store.spend(call)).toBeUndefined();
    expect(await store.list()).toMatchObject([{ id: "L1", uses: 2, revoked: false }]);
  });

  test("that does not fit is not used; one that does is found among others", async () => {
    using store = new LeaseStore(paths());
    await store.grant([{ kind: "tool", is: "web_fetch" }]);
    await store.grant([sh, { kind: "persona", is: "python" }]);
    expect(await store.spend(call)).toBeUndefined();
    await store.grant([sh]);
    expect(await store.spend(call)).toBe("L3");
  });

  test("ends with its time, or when it is revoked, for everybody at once", async () => {
    let now = 0;
    using store = new LeaseStore(paths(), () => now);
    using other = new LeaseStore(paths(), () => now);
    await store.grant([sh, { kind: "before", at: 10 }]);
    expect(await other.spend(call)).toBe("L1");
    now = 10;
    expect(await store.spend(call)).toBeUndefined();
    await store.grant([sh]);
    await other.revoke("L2");
    expect(await store.spend(call)).toBeUndefined();
    await expect(store.revoke("L9")).rejects.toThrow('There is no lease "L9"');
  });

  test.each([
    ["caveats", '[{"kind":"tool","is":"sh"},{"kind":"uses","most":99}]'],
    ["caveats", "[]"],
    ["caveats", "not JSON"],
    ["signature", "00"],
    ["id", "L7"],
  ])("whose %s was changed to %s allows nothing", async (column, value) => {
    using store = new LeaseStore(paths());
    await store.grant([sh, { kind: "uses", most: 1 }]);
    {
      using database = new Database(paths().leases);
      database.run(`update lease set ${column} = ?`, [value]);
    }
    expect(await store.spend(call)).toBeUndefined();
  });
});

describe("a narrowed lease", () => {
  const most = (uses: number) => ({ kind: "uses", most: uses }) as const;
  const agents = { kind: "persona", is: "agent" } as const;

  test("allows what both allow, and each use counts for all above it", async () => {
    using store = new LeaseStore(paths());
    await store.grant([sh, most(2)]);
    expect(await store.narrow("L1", [agents, most(1)])).toBe("L2");
    expect(await store.narrow("L2", [{ kind: "args", sha256: "0" }])).toBe("L3");
    expect(await store.spend({ ...call, persona: "python" })).toBe("L1");
    expect(await store.spend(call)).toBe("L2");
    expect(await store.spend(call)).toBeUndefined();
    expect((await store.list()).map(({ id, uses, from }) => [id, uses, from])).toEqual([
      ["L3", 0, "L2"],
      ["L2", 1, "L1"],
      ["L1", 2, undefined],
    ]);
  });

  test("is never wider: a caveat that says more changes nothing", async () => {
    using store = new LeaseStore(paths());
    await store.grant([{ kind: "tool", is: "web_fetch" }]);
    await store.narrow("L1", [sh, most(1000)]);
    expect(await store.spend(call)).toBeUndefined();
    expect(await store.spend({ ...call, tool: "web_fetch" })).toBe("L1");
  });

  test("ends with its root, and the root not with it", async () => {
    using store = new LeaseStore(paths());
    await store.grant([sh, most(9)]);
    await store.narrow("L1", [agents]);
    await store.narrow("L2", [most(5)]);
    await store.revoke("L2");
    expect(await store.spend(call)).toBe("L1");
    await store.narrow("L1", [agents]);
    await store.revoke("L1");
    expect(await store.spend(call)).toBeUndefined();
    expect((await store.list()).every(({ revoked }) => revoked)).toBe(true);
    await expect(store.narrow("L4", [agents])).rejects.toThrow('The lease "L4" was revoked');
    await expect(store.narrow("L9", [agents])).rejects.toThrow('There is no lease "L9"');
  });

  test.each([
    ["nothing", null],
    ["another root", "L2"],
    ["one that is gone", "L9"],
    ["itself", "L3"],
  ])("that is made to narrow %s allows nothing", async (_what, parent) => {
    using store = new LeaseStore(paths());
    await store.grant([sh, most(1)]);
    await store.grant([sh]);
    await store.narrow("L1", [agents]);
    expect([await store.spend(call), await store.spend(call)]).toEqual(["L3", "L2"]);
    {
      using database = new Database(paths().leases);
      database.run("update lease set parent = ? where id = 'L3'", [parent]);
    }
    expect(await store.spend(call)).toBe("L2");
  });
});

test("leases of a home from before they could be narrowed still hold", async () => {
  {
    using store = new LeaseStore(paths());
    await store.grant([sh]);
  }
  {
    using database = new Database(paths().leases);
    database.run("alter table lease drop column parent");
  }
  using store = new LeaseStore(paths());
  expect(await store.spend(call)).toBe("L1");
  expect(await store.narrow("L1", [sh])).toBe("L2");
});

test("an unknown caveat allows nothing, narrowed or not", async () => {
  using store = new LeaseStore(paths());
  const moon: object = { kind: "moon", is: "full" };
  // As a later version of the program could have written it.
  await store.grant([sh, moon as Caveat]);
  await store.narrow("L1", [sh]);
  expect(await store.spend(call)).toBeUndefined();
});

test("the files are for this user alone, and a damaged secret is said to be one", () => {
  {
    using _ = new LeaseStore(paths());
  }
  const secret = `${paths().leases}.key`;
  for (const path of [paths().leases, secret]) expect(statSync(path).mode & 0o777).toBe(0o600);
  writeFileSync(secret, "short");
  expect(() => new LeaseStore(paths())).toThrow(expect.objectContaining({ code: "FILE_FAILED" }));
});

import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CallFacts } from "#core/policy/policy.ts";
import { testLeaseConformance } from "#test/lease-conformance.ts";
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

testLeaseConformance(
  async (place, now) => new LeaseStore({ leases: join(place, "leases.sqlite") }, now),
);

describe("a lease", () => {
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

test("the files are for this user alone, and a damaged secret is said to be one", () => {
  {
    using _ = new LeaseStore(paths());
  }
  const secret = `${paths().leases}.key`;
  for (const path of [paths().leases, secret]) expect(statSync(path).mode & 0o777).toBe(0o600);
  writeFileSync(secret, "short");
  expect(() => new LeaseStore(paths())).toThrow(expect.objectContaining({ code: "FILE_FAILED" }));
});

import { expect, test } from "bun:test";
import { parseCommandLine } from "./command-line.ts";
import { type DbDeps, runDbCommand } from "./db-command.ts";

const KEPT = [{ noun: "jobs", count: 4, sha256: "cd" }];
const DIGEST = { rooms: 2, entries: 30, sha256: "ab", kept: KEPT };
const STATE = {
  ...({ server: "h:5432/org", role: "primary", standby: "async" } as const),
  ...{ lagMs: 40, isLossy: true },
};

async function run(words: string, given: Partial<DbDeps> = {}) {
  const [written, said]: [string[], string[]] = [[], []];
  const result = await runDbCommand(parseCommandLine(["db", ...words.split(" ").filter(Boolean)]), {
    init: async () => ["0001-journal"],
    check: async () => ({ ...STATE, ...DIGEST }),
    copyTo: async () => ({ ...DIGEST, entries: 31 }),
    copyFrom: async () => ({ ...DIGEST, entries: 32 }),
    output: { write: (text) => void written.push(text), say: (text) => void said.push(text) },
    ...given,
  }).catch((error: unknown) => error);
  return { result, text: written.join(""), said: said.join("") };
}

test("says which steps were taken, or that none was missing", async () => {
  expect((await run("init")).text).toBe("The tables were created: 0001-journal.\n");
  const none = await run("init", { init: async () => [] });
  expect(none).toEqual({ result: 0, text: "The tables are up to date.\n", said: "" });
  expect(await run("init --json")).toMatchObject({
    ...{ result: 0, text: '{"steps":["0001-journal"]}\n', said: "" },
  });
});

test("says what the database is and holds, and what is risky about it", async () => {
  const { result, text, said } = await run("");
  expect(result).toBe(0);
  expect(text).toBe(
    "h:5432/org: primary, an asynchronous standby: a fail-over can lose the last confirmed writes, 40 ms behind\n" +
      "2 rooms, 30 entries, sha256 ab\n4 jobs, sha256 cd\n",
  );
  expect(said).toBe("synchronous_commit is off: a crash can lose the last messages.\n");
  const json = await run("check --json");
  expect([json.result, JSON.parse(json.text)]).toEqual([0, { ...STATE, ...DIGEST }]);
  expect(json.said).toBe("");
});

test.each([
  ["sync", "a synchronous standby, 40 ms behind"],
  ["none", "no standby"],
  [
    "hidden",
    "a standby of which this user may not see more (GRANT pg_read_all_stats), 40 ms behind",
  ],
] as const)("a database with the standby %s is described", async (standby, shown) => {
  const state = { ...STATE, ...DIGEST, standby, isLossy: false, kept: [] };
  expect(await run("check", { check: async () => state })).toEqual({
    result: 0,
    text: `h:5432/org: primary, ${shown}\n2 rooms, 30 entries, sha256 ab\n`,
    said: "",
  });
});

test("copies in the direction that was asked for, and says what both have", async () => {
  const to = await run("copy to");
  expect(to.result).toBe(0);
  expect(to.text).toBe(
    "Both sides hold the same:\n2 rooms, 31 entries, sha256 ab\n4 jobs, sha256 cd\n",
  );
  const from = await run("copy from --json");
  expect([from.result, JSON.parse(from.text)]).toEqual([0, { ...DIGEST, entries: 32 }]);
});

test.each([
  ["copy", "Copy in which direction?"],
  ["copy sideways", "Copy in which direction?"],
  ["init now", 'Unexpected argument "now"'],
])("org db %s: %s", async (words, message) => {
  expect((await run(words)).result).toMatchObject({
    ...{ code: "USAGE", message, unchanged: "Nothing was changed." },
    remedies: ["org db copy to   # from this home into the database", "org help db"],
  });
});

import { expect, test } from "bun:test";
import { join } from "node:path";
import { readSettings, type Settings } from "#home/settings/settings.ts";
import type { PgCalls } from "#platform/postgres/pg-client.ts";
import { CandidateRepository } from "#test/candidate-repository.ts";
import { until } from "#test/until.ts";
import { followOtherNodes } from "./follow-nodes.ts";

/** A database in which another node has announced its main. */
class Announced implements Pick<PgCalls, "query"> {
  looks = 0;

  async query<Row>(): Promise<readonly Row[]> {
    this.looks += 1;
    // One row of one column is all that is asked for.
    return JSON.parse(JSON.stringify([{ commit: "f".repeat(40) }]));
  }
}

function settingsOf(home: string, remote?: string): Settings {
  const env = { ORG_DB: "postgres://ada:geheim@127.0.0.1:1/org" };
  const settings = readSettings({ flags: new Map(), env, defaultHome: home });
  const { database } = settings;
  if (database === undefined) throw new Error("ORG_DB names a database");
  return remote === undefined
    ? settings
    : { ...settings, database: { ...database, remote: { url: remote, signers: [] } } };
}

test("what another node has promoted is taken over by a process of its own", async () => {
  using home = new CandidateRepository();
  const program = join(home.folder, "main.ts");
  const seen = join(home.folder, "words");
  await Bun.write(
    program,
    `await Bun.write(${JSON.stringify(seen)}, [process.env.ORG_HOME, ...process.argv.slice(2)].join(" "));`,
  );
  const stop = new AbortController();
  const errors: unknown[] = [];
  const report = (error: unknown) => void errors.push(error);
  const database = () => Promise.resolve(new Announced());
  const settings = settingsOf(home.checkout, "/remote.git");
  await followOtherNodes({ settings, database }, { signal: stop.signal, report, program });
  const words = `${home.checkout} tools pull`;
  await until("it is called", async () => {
    const file = Bun.file(seen);
    return (await file.exists()) && (await file.text()) === words;
  });
  stop.abort();
  expect(errors).toEqual([]);
});

test("a node that keeps its own main asks no database", async () => {
  const settings = settingsOf("/nowhere");
  const database = () => Promise.reject(new Error("It was asked"));
  const about = { signal: AbortSignal.abort(), report: () => undefined };
  await followOtherNodes({ settings, database }, about);
});

/** A restore of damaged databases around what serves, with a small program in the place of org. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { join } from "node:path";
import { ownerPort } from "#app/owner-port.ts";
import { type TemporaryFolder, temporaryFolder } from "#platform/temporary-folder.ts";
import { SupervisedHome } from "#test/supervised-home.ts";
import { until } from "#test/until.ts";
import { readGeneration } from "../../processes/generation-record.ts";
import { stopGeneration } from "../../processes/generations.ts";
import { restoreDamaged } from "./damaged.ts";

const PROGRAM = join(import.meta.dir, "../../../test/fixtures/small-generation.ts");
const FINDING = { pattern: "db-corrupt", subject: "home", why: "a page cannot be read" };
const { signal } = new AbortController();

let folder: TemporaryFolder;
let supervised: SupervisedHome;
beforeEach(async () => {
  folder = await temporaryFolder("damaged");
  supervised = await SupervisedHome.open(folder.path, { program: PROGRAM });
});
afterEach(async () => {
  await supervised[Symbol.asyncDispose]();
  await stopGeneration(folder.path, "current");
  await folder[Symbol.asyncDispose]();
});

function fix(program = PROGRAM) {
  const home = folder.path;
  return restoreDamaged({
    ...{ home, program, owner: ownerPort(home), store: supervised.store },
    ...{
      startOf: () => ({ program: PROGRAM, args: [], environment: Bun.env }),
      now: async () => 0,
      hasServed: () => false,
    },
  });
}

async function served(): Promise<number | undefined> {
  const command = [process.execPath, PROGRAM, "serve", "--generation", "current", "--port", "0"];
  Bun.spawn(command, {
    env: { ...Bun.env, ORG_HOME: folder.path },
    stdio: ["ignore", "ignore", "ignore"],
  });
  await until("it to serve", () => readGeneration(folder.path, "current"));
  return (await readGeneration(folder.path, "current"))?.pid;
}

test("what serves is stopped for it, and serves again behind it", async () => {
  const before = await served();
  const done = await fix().apply(FINDING, signal);
  expect(done).toMatchObject({ serves: true });
  expect(await fix().verify(FINDING, done)).toBe(true);
  expect((await readGeneration(folder.path, "current"))?.pid).not.toBe(before);
});

test("where nothing could be restored it serves again as well, and the failure is told", async () => {
  const before = await served();
  const missing = join(folder.path, "missing.ts");
  expect(fix(missing).apply(FINDING, signal)).rejects.toThrow("backup restore --damaged");
  await until("it to serve again", async () => {
    const now = (await readGeneration(folder.path, "current"))?.pid;
    return now !== undefined && now !== before;
  });
});

test("where nothing serves nothing is started", async () => {
  const done = await fix().apply(FINDING, signal);
  expect(done).toMatchObject({ serves: false });
  expect(await fix().verify(FINDING, done)).toBe(true);
  expect(await fix().verify(FINDING, undefined)).toBe(false);
  expect(await readGeneration(folder.path, "current")).toBeUndefined();
});

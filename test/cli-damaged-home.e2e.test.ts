/** A home that is damaged or cannot be written: refused with what to do, and nothing overwritten. */
import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { chmod, mkdir, readdir, rename, truncate, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { runProgram } from "./checkout.ts";
import { type TestHome, testHome } from "./org-process.ts";
import { hang, say, several } from "./scripted-answers.ts";
import { scriptedServer } from "./scripted-server.ts";

/** The journal and its log, byte for byte. What SQLite shares in memory (`-shm`) is not data. */
async function journalBytes(home: TestHome): Promise<ReadonlyMap<string, Uint8Array>> {
  const folder = dirname(home.paths.journal);
  const bytes = new Map<string, Uint8Array>();
  for (const name of await readdir(folder)) {
    const content = await Bun.file(join(folder, name)).bytes();
    if (!name.endsWith("-shm") && content.length > 0) bytes.set(name, content);
  }
  return bytes;
}

/** A home whose owner was killed, so that the newest entries are in SQLite's log only. */
async function killedHome(): Promise<TestHome> {
  await using server = scriptedServer([several(say("Half"), hang())]);
  const home = await testHome();
  const org = home.start(["ask", "--json", "hi"], { url: server.url });
  await org.event((line) => line.type === "text-delta");
  org.signal("SIGKILL");
  await org.ended;
  return home;
}

describe("a damaged journal is refused, and not a byte of it changes:", () => {
  const damages: readonly [string, RegExp, (path: string) => Promise<unknown>][] = [
    ["it is not a database", /file is not a database/, (path) => Bun.write(path, "x".repeat(8192))],
    ["it is empty", /truncated/, (path) => truncate(path, 0)],
    ["it was cut off", /./, (path) => truncate(path, 6000)],
    ["it belongs to another program", /not a journal of org/, otherDatabase],
    ["it is gone, and only its log is left", /its log .* is still there/, (path) => unlink(path)],
  ];

  test.each(damages)("%s", async (_name, why, damage) => {
    await using home = await killedHome();
    await damage(home.paths.journal);
    const before = await journalBytes(home);
    expect([...before.keys()]).toContain(`${basename(home.paths.journal)}-wal`);

    for (const args of [["ask", "hi"], ["log"]]) {
      const ran = await home.run(args);
      const [what, reason] = ran.stderr.split("\n");
      expect(what).toBe(`The journal "${home.paths.journal}" cannot be read [JOURNAL_CORRUPT]`);
      expect(reason).toMatch(why);
      expect(ran.stderr).toEndWith("\nNothing was overwritten.\n");
      expect(ran).toMatchObject({ stdout: "", exitCode: 65 });
    }
    expect(await journalBytes(home)).toEqual(before);
  });

  test("what it says to do helps, and keeps the damaged file", async () => {
    await using server = scriptedServer([say("Ok.")]);
    await using home = await testHome();
    await mkdir(dirname(home.paths.journal), { recursive: true });
    await Bun.write(home.paths.journal, "precious".repeat(1000));
    const { stderr } = await home.run(["ask", "hi"]);
    const remedy = /^→ (.*)$/m.exec(stderr)?.[1] ?? "";
    await runProgram(["sh", "-c", remedy], { cwd: home.path, environment: {} });
    const ran = await home.run(["ask", "hi"], { url: server.url });
    expect(ran).toEqual({ stdout: "Ok.\n", stderr: "", exitCode: 0 });
    const kept = join(home.path, ".org/state/current.damaged/journal.sqlite");
    expect(await Bun.file(kept).text()).toStartWith("precious");
  });
});

test("a journal of a later version is refused as such", async () => {
  await using server = scriptedServer([say("Ok.")]);
  await using home = await testHome();
  await home.run(["ask", "hi"], { url: server.url });
  {
    using database = new Database(home.paths.journal);
    database.run("pragma user_version = 999");
  }
  const ran = await home.run(["log"]);
  expect(ran.stderr).toContain("was written by another version of org [JOURNAL_CORRUPT]\n");
  expect(ran.stderr).toContain("It has schema version 999");
  expect(ran).toMatchObject({ stdout: "", exitCode: 65 });
});

async function otherDatabase(path: string): Promise<void> {
  {
    using database = new Database(`${path}.cake`, { create: true });
    database.run("create table cake (recipe text)");
  }
  await rename(`${path}.cake`, path);
}

describe("a home that cannot be written", () => {
  // In /proc no user may create anything, root included.
  test("is refused by its name", async () => {
    await using home = await testHome();
    const ran = await home.run(["ask", "hi"], { environment: { ORG_HOME: "/proc" } });
    expect(ran.stderr).toContain('"/proc/.org" [FILE_FAILED]\n');
    expect(ran).toMatchObject({ stdout: "", exitCode: 74 });
  });

  test.if(process.getuid?.() !== 0)("because its rights forbid it", async () => {
    await using home = await testHome();
    await chmod(home.path, 0o500);
    const ran = await home.run(["ask", "hi"]);
    await chmod(home.path, 0o700);
    expect(ran.stderr).toContain("EACCES");
    expect(ran).toMatchObject({ stdout: "", exitCode: 74 });
  });
});

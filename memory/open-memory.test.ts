import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { OrgError } from "#core/errors.ts";
import { HUMAN, MemoryFolder } from "#test/memory/memory-folder.ts";
import { Talk } from "#test/memory/talk.ts";

const fact = (text: string) => ({ text, kind: "fact" as const });

test("only this user can read it", async () => {
  await using place = new MemoryFolder();
  await place.open();
  expect(statSync(place.path).mode & 0o777).toBe(0o600);
});

test("one process has it; a second one hears so at once", async () => {
  await using place = new MemoryFolder();
  await using second = new MemoryFolder();
  await place.open();
  Object.assign(second, { path: place.path });
  await expect(second.open()).rejects.toMatchObject({ code: "HOME_BUSY" });
});

test("after it was closed everything says so", async () => {
  await using place = new MemoryFolder();
  const memory = await place.open();
  const { id } = await memory.save(fact("Tea is green."), HUMAN);
  await memory[Symbol.asyncDispose]();
  const closed = { code: "JOURNAL_FAILED", message: expect.stringContaining("is closed") };
  await expect(memory.save(fact("Tea is black."), HUMAN)).rejects.toMatchObject(closed);
  await expect(memory.search("tea", "human")).rejects.toMatchObject(closed);
  await expect(memory.forget(id)).rejects.toMatchObject(closed);
  await expect(memory.verify()).rejects.toMatchObject(closed);
  expect(() => memory.list("human")).toThrow("is closed");
});

test("what the system refuses while it is brought up to date is said, and changes nothing", async () => {
  await using place = new MemoryFolder();
  const memory = await place.open();
  await memory.save(fact("Tea is green."), HUMAN);
  await memory[Symbol.asyncDispose]();
  const run = (sql: string) => {
    using database = new Database(place.path);
    database.run(sql);
  };
  run("drop table made_by");
  run("create table made_by (other text)");
  await expect(place.open()).rejects.toMatchObject({ code: "JOURNAL_FAILED" });
  run("drop table made_by");
  expect((await place.open()).list("human")).toHaveLength(1);
});

describe("a damaged memory", () => {
  test.each([
    ["cut off", (path: string) => writeFileSync(path, "x".repeat(100))],
    ["not a database", (path: string) => writeFileSync(path, "x".repeat(9000))],
    ["another database", (path: string) => new Database(path).run("create table a (b)")],
  ])("(%s) is put aside whole; the next start begins an empty one", async (_how, damage) => {
    await using place = new MemoryFolder();
    damage(place.path);
    const before = readFileSync(place.path);
    const failed: unknown = await place.open().catch((error: unknown) => error);
    if (!(failed instanceof OrgError)) throw new Error("it was opened");
    expect(failed.code).toBe("MEMORY_DAMAGED");
    const aside = /The damaged file is (\S+)\.$/.exec(failed.unchanged ?? "")?.[1] ?? "";
    expect(readFileSync(aside)).toEqual(before);
    expect(statSync(dirname(aside)).mode & 0o777).toBe(0o700);
    const memory = await place.open();
    expect(memory.list("human")).toEqual([]);
    expect((await memory.verify()).problems).toEqual([]);
  });

  test("of a later version stays where it is", async () => {
    await using place = new MemoryFolder();
    await (await place.open())[Symbol.asyncDispose]();
    const database = new Database(place.path);
    database.run("pragma user_version = 99");
    database.close(true);
    await expect(place.open()).rejects.toMatchObject({ code: "JOURNAL_CORRUPT" });
    expect(readdirSync(place.folder)).toContain("memory.sqlite");
  });

  test("is put aside or refuses; it never ends the process, whichever byte is wrong", async () => {
    await using source = new MemoryFolder();
    const full = await source.open();
    const talk = new Talk();
    for (let n = 0; n < 30; n += 1) {
      await full.save(fact(`Shelf ${n} holds ${n * 7} jars of honey.`), HUMAN);
      await talk.exchange("r", [`What is on shelf ${n}?`, `There are ${n * 7} jars.`]);
    }
    await full.index(talk.journal);
    await full.copyTo(join(source.folder, "copy.sqlite"));
    const whole = readFileSync(join(source.folder, "copy.sqlite"));
    const damage = fc.record({
      at: fc.nat(whole.length - 1),
      length: fc.integer({ min: 1, max: 600 }),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ at, length }) => {
        await using place = new MemoryFolder();
        const bytes = Buffer.from(whole);
        writeFileSync(place.path, bytes.fill(0x5a, at, Math.min(at + length, bytes.length)));
        try {
          const memory = await place.open();
          await memory.search("shelf with honey", "human");
          await memory.save(fact("A new shelf has no honey."), HUMAN);
          await memory.index(talk.journal);
          await memory.forget(1);
          await memory.verify();
        } catch (error) {
          expect(error).toBeInstanceOf(OrgError);
        }
      }),
      { numRuns: 40 },
    );
  });
});

import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { errorFields, openLog } from "./log.ts";
import { logFamilies, rotateFile } from "./log-files.ts";
import { inRequest, inThisRequest } from "./request-context.ts";

const SECRET = "correct-horse-battery";
const cleaner = new TextCleaner([SECRET]);

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-log-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const lineSchema = z.looseObject({
  level: z.enum(["info", "warn", "error"]),
  time: z.iso.datetime(),
  pid: z.number(),
  msg: z.string(),
  request_id: z.string().optional(),
});
const path = (): string => join(folder, "x.ndjson");
const text = (): string => readFileSync(path(), "utf8");
const lines = (): readonly z.infer<typeof lineSchema>[] =>
  text()
    .trimEnd()
    .split("\n")
    .map((line) => lineSchema.parse(JSON.parse(line)));

test("a line says when, who, what and for which request", async () => {
  using log = await openLog({ folder, name: "x", cleaner });
  log.info("begun", { port: 7001 });
  inRequest("req_1", () => log.warn("slow", { ms: 12.5, ok: false }));
  const later = await inRequest("req_2", async () => {
    await Promise.resolve();
    log.error("broken", errorFields(new OrgError("It broke", { code: "USAGE", remedies: [] })));
    return inThisRequest((name: string) => log.info(name));
  });
  later("later");
  expect(lines()).toMatchObject([
    { level: "info", msg: "begun", port: 7001, pid: process.pid },
    { level: "warn", msg: "slow", ms: 12.5, ok: false, request_id: "req_1" },
    { level: "error", msg: "broken", code: "USAGE", error: "It broke", request_id: "req_2" },
    { level: "info", msg: "later", request_id: "req_2" },
  ]);
  expect(lines()[0]).not.toHaveProperty("request_id");
  expect(statSync(path()).mode & 0o777).toBe(0o600);
});

test("a failure has the system's name of it, or of what caused it, and of nothing else", () => {
  const full = Object.assign(new Error("full"), { code: "ENOSPC" });
  const damaged = Object.assign(new Error("malformed"), { code: "SQLITE_CORRUPT" });
  const told = new OrgError("It broke", { code: "FILE_FAILED", remedies: [], cause: full });
  const errnos = [
    full,
    damaged,
    told,
    new Error("x"),
    Object.assign(new Error("x"), { code: "no" }),
  ];
  expect(errnos.map((error) => errorFields(error)["errno"])).toEqual([
    ...["ENOSPC", "SQLITE_CORRUPT", "ENOSPC", undefined, undefined],
  ]);
});

test("no secret is written, neither in a message nor in a field, nor under a name of one", async () => {
  using log = await openLog({ folder, name: "x", cleaner });
  log.info(`says ${SECRET}`, { said: `a ${SECRET}`, password: "hunter2!", [SECRET]: 1 });
  expect(text()).not.toContain(SECRET);
  expect(text()).not.toContain("hunter2!");
  expect(text().split("[redacted]").length - 1).toBe(4);
});

test("every line is one line of at most 16 KiB and can be read, whatever it tells", async () => {
  using log = await openLog({ folder, name: "x", cleaner });
  const long = fc.nat(40_000).map((length) => '"\\\n\u{1f600}'.repeat(length / 4));
  const value = fc.oneof(fc.string({ unit: "binary" }), long, fc.double(), fc.boolean());
  const fields = fc.dictionary(fc.string(), value, { maxKeys: 40 });
  let count = 0;
  const property = fc.property(fc.oneof(fc.string(), long), fields, (message, all) => {
    const { level: _l, time: _t, pid: _p, msg: _m, request_id: _r, ...own } = all;
    log.info(message, own);
    count += 1;
  });
  fc.assert(property, { numRuns: 60 });
  expect(lines()).toHaveLength(count);
  for (const line of text().trimEnd().split("\n")) {
    expect(Buffer.byteLength(line)).toBeLessThan(16 * 1024);
  }
});

test("a log of a certain size makes room for the next, and only so many stay", async () => {
  using log = await openLog({ folder, name: "x", cleaner, maxBytes: 1000, keep: 2 });
  for (let index = 0; index < 60; index += 1) log.info("a line", { index });
  const [family] = await logFamilies(folder);
  const [first] = lines();
  expect(family?.active?.bytes).toBeLessThanOrEqual(1000);
  const rotated = readFileSync(family?.rotated.at(-1)?.path ?? "", "utf8");
  expect(rotated).toContain(`"index":${Number(first?.["index"]) - 1},`);
  // Old files are taken away behind the back of the writer.
  while (((await logFamilies(folder))[0]?.rotated.length ?? 0) > 2) await Bun.sleep(1);
});

test("half a line of a process that was killed spoils no other", async () => {
  writeFileSync(path(), '{"level":"in');
  using log = await openLog({ folder, name: "x", cleaner });
  log.info("whole");
  expect(
    text()
      .split("\n")
      .slice(1, 2)
      .map((line) => JSON.parse(line)),
  ).toMatchObject([{ msg: "whole" }]);
});

test("what cannot be written ends nothing, and is counted in the next line that can", async () => {
  using log = await openLog({ folder: join(folder, "gone"), name: "x", cleaner });
  rmSync(join(folder, "gone"), { recursive: true });
  log.info("lost");
  log.info("lost too");
  writeFileSync(join(folder, "gone"), "");
  log.info("and this");
  rmSync(join(folder, "gone"));
  mkdirSync(join(folder, "gone"));
  log.info("found");
  const found = readFileSync(join(folder, "gone", "x.ndjson"), "utf8")
    .trimEnd()
    .split("\n");
  expect(found.map((line) => lineSchema.parse(JSON.parse(line)))).toMatchObject([
    { level: "warn", lost: 3 },
    { msg: "found" },
  ]);
});

test("a file that is taken away after the writer has looked takes no line with it", async () => {
  using log = await openLog({ folder, name: "x", cleaner });
  log.info("one");
  rmSync(path());
  log.info("two");
  const rotated = rotateFile(path());
  log.info("three");
  expect(readFileSync(rotated ?? "", "utf8")).toContain('"msg":"two"');
  expect(lines().map(({ msg }) => msg)).toEqual(["three"]);
});

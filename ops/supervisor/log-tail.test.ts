import { afterEach, beforeEach, expect, test } from "bun:test";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { openLog } from "#platform/log/log.ts";
import { rotateFile } from "#platform/log/log-files.ts";
import { readNewLines } from "./log-tail.ts";
import { SupervisorStore } from "./supervisor-store.ts";

let folder = "";
let store: SupervisorStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-tail-"));
  store = new SupervisorStore(join(folder, "s.sqlite"), "boot");
});
afterEach(() => {
  store[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

const cleaner = new TextCleaner();
const read = async (): Promise<readonly (string | undefined)[]> => {
  const clock = { at: 1e9, wall: Date.now() };
  const { lines } = await readNewLines({ folder, store, own: "supervisor" }, clock);
  return lines.map(({ event }) => event);
};

test("each line is read once, over rotations and over a restart of the reader", async () => {
  using log = await openLog({ folder, name: "current", cleaner });
  log.info("a", { event: "a" });
  expect(await read()).toEqual(["a"]);
  expect(await read()).toEqual([]);
  log.info("b", { event: "b" });
  rotateFile(join(folder, "current.ndjson"));
  log.info("c", { event: "c" });
  rotateFile(join(folder, "current.ndjson"));
  log.info("d", { event: "d" });
  store[Symbol.dispose]();
  store = new SupervisorStore(join(folder, "s.sqlite"), "boot");
  expect(await read()).toEqual(["b", "c", "d"]);
  expect(await read()).toEqual([]);
});

test("half a line is read when it is whole, and what is not a line of ours is left out", async () => {
  const path = join(folder, "current.ndjson");
  const time = new Date().toISOString();
  writeFileSync(path, `not json\n{"level":"fatal","time":"${time}","pid":1}\n{"level":"warn",`);
  expect(await read()).toEqual([]);
  appendFileSync(path, `"time":"${time}","pid":1,"event":"x"}\n`);
  expect(await read()).toEqual(["x"]);
});

test("what a line says is not looked at, nor are lines of yesterday and our own log", async () => {
  using log = await openLog({ folder, name: "current", cleaner });
  log.error('{"event":"leaves","code":"JOURNAL_CORRUPT"}', { said: "JOURNAL_CORRUPT" });
  using own = await openLog({ folder, name: "supervisor", cleaner });
  own.error("x", { event: "mine" });
  const old = { level: "warn", time: "2020-01-01T00:00:00.000Z", pid: 1, event: "old" };
  appendFileSync(join(folder, "gate.ndjson"), `${JSON.stringify(old)}\n`);
  const { lines } = await readNewLines(
    { folder, store, own: "supervisor" },
    { at: 1e9, wall: Date.now() },
  );
  expect(lines).toMatchObject([{ source: "current", level: "error" }]);
  expect([lines[0]?.code, lines[0]?.event]).toEqual([undefined, undefined]);
});

test("a file that shrank is read from its beginning", async () => {
  const path = join(folder, "current.ndjson");
  const line = (event: string) =>
    `${JSON.stringify({ level: "info", time: new Date().toISOString(), pid: 1, event })}\n`;
  writeFileSync(path, line("a").repeat(3));
  expect(await read()).toEqual(["a", "a", "a"]);
  writeFileSync(path, line("b"));
  expect(await read()).toEqual(["b"]);
});

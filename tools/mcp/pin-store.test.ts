import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PinStore } from "./pin-store.ts";

const APPROVED = { approvedAt: "2026-01-01T00:00:00.000Z", isEnabled: true, tools: [] };
const PROCESSES = 4;
const SERVERS = 6;

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-pins-"));
  path = join(folder, "pins.json");
});
afterEach(() => rmSync(folder, { recursive: true }));

test("what several processes approve at the same moment is all kept", async () => {
  const code = `import { PinStore } from "#tools/mcp/pin-store.ts";
    const [path, name] = process.argv.slice(-2);
    const pins = new PinStore(path);
    for (let at = 0; at < ${SERVERS}; at += 1) await pins.set(name + at, ${JSON.stringify(APPROVED)});`;
  const children = Array.from({ length: PROCESSES }, (_one, at) =>
    Bun.spawn([process.execPath, "-e", code, path, `s${at}x`], {
      ...{ cwd: join(import.meta.dir, "../.."), stdio: ["ignore", "ignore", "inherit"] },
    }),
  );
  expect(await Promise.all(children.map(({ exited }) => exited))).toEqual([0, 0, 0, 0]);
  const pins = new PinStore(path);
  const names = children.flatMap((_one, at) =>
    Array.from({ length: SERVERS }, (_two, server) => `s${at}x${server}`),
  );
  expect(names.filter((name) => pins.of(name) === undefined)).toEqual([]);
});

test("within one process, too, and a switch keeps what was approved meanwhile", async () => {
  const pins = new PinStore(path);
  await pins.set("weather", APPROVED);
  const later = { ...APPROVED, approvedAt: "2026-02-02T00:00:00.000Z" };
  const other = new PinStore(path);
  await Promise.all([
    pins.set("weather", later),
    other.enable("weather", false),
    pins.set("b", later),
  ]);
  expect(pins.of("weather")).toEqual({ ...later, isEnabled: false });
  expect(pins.of("b")).toEqual(later);
});

test("what was never approved is not switched", async () => {
  const pins = new PinStore(path);
  expect(await pins.enable("weather", true)).toBeFalse();
  expect(pins.of("weather")).toBeUndefined();
});

import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BridgeStore } from "./bridge-store.ts";
import { isQuiet, sendReports } from "./reports.ts";

const MINUTE_MS = 60_000;
const NOON = Date.UTC(2026, 0, 15, 12);

test("quiet hours go over midnight, and follow the clocks of their zone", () => {
  const night = { from: 22 * 60, to: 7 * 60, zone: "UTC" };
  const at = (hour: number, minute = 0) => Date.UTC(2026, 0, 15, hour, minute);
  expect([21, 22, 23, 0, 6, 7, 12].map((hour) => isQuiet(at(hour), night))).toEqual([
    ...[false, true, true, true, true, false, false],
  ]);
  expect(isQuiet(at(6, 59), night)).toBe(true);
  expect(isQuiet(at(6, 30), { ...night, zone: "Europe/Vienna" })).toBe(false);
  expect(isQuiet(at(21), { ...night, zone: "Europe/Vienna" })).toBe(true);
  const noon = { from: 720, to: 780, zone: "UTC" };
  expect([isQuiet(NOON, noon), isQuiet(NOON + 60 * MINUTE_MS, noon)]).toEqual([true, false]);
  expect(isQuiet(NOON, undefined)).toBe(false);
});

test("one report of a kind goes out in ten minutes, and the others together after it", () => {
  const folder = mkdtempSync(join(tmpdir(), "org-reports-"));
  using store = new BridgeStore(join(folder, "telegram.sqlite"), "1");
  const hold = (category: string, text: string, chat = 7): void =>
    store.take({ chat, reports: [{ category, text }] });
  const sent = (): string[] => {
    const texts: string[] = [];
    for (const chat of store.waitingChats())
      for (let next = store.nextRow(chat); next !== undefined; next = store.nextRow(chat)) {
        if (next.row.kind === "text") texts.push(`${chat}: ${next.row.plain}`);
        store.sent(next.id, { chat });
      }
    return texts;
  };
  hold("tools", "one");
  hold("tools", "other chat", 9);
  hold("files", "a file");
  expect([...sendReports(store, NOON, undefined)].sort()).toEqual([7, 7, 9]);
  expect(sent()).toEqual(["7: one", "7: a file", "9: other chat"]);
  for (let at = 0; at < 25; at += 1) hold("tools", `call ${at}`);
  expect(sendReports(store, NOON + 9 * MINUTE_MS, undefined)).toEqual([]);
  const always = { from: 0, to: 1440, zone: "UTC" };
  expect(sendReports(store, NOON + 10 * MINUTE_MS, always)).toEqual([]);
  expect(sendReports(store, NOON + 10 * MINUTE_MS, undefined)).toEqual([7]);
  const [together = ""] = sent();
  expect(together).toStartWith("7: call 0\ncall 1\n");
  expect(together).toEndWith("call 19\nand 5 more");
  rmSync(folder, { recursive: true });
});

import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { logLines } from "./log-lines.ts";

const AT = Date.parse("2026-11-23T17:00:00.000Z");

function line(afterMs: number, msg: string): string {
  return JSON.stringify({ level: "warn", time: new Date(AT + afterMs).toISOString(), msg });
}

test("lines of a time are found in what is written and in what was rotated, and half a line is left out", async () => {
  const folder = await mkdtemp(join(tmpdir(), "org-log-lines-"));
  try {
    const rotated = "current.20261123T170000000Z-0a1b2c3d.ndjson";
    await Bun.write(join(folder, rotated), `${line(-5000, "before")}\n${line(0, "at once")}\n`);
    await Bun.write(
      join(folder, "current.ndjson"),
      `${line(900, "then")}\n${line(2000, "half").slice(0, -4)}`,
    );
    const found = await logLines(folder, { fromMs: AT, toMs: AT + 3000 });
    expect(found.map((text) => JSON.parse(text).msg)).toEqual(["at once", "then"]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a folder without logs has no lines", async () => {
  expect(await logLines("/nowhere/at/all", { fromMs: 0, toMs: AT })).toEqual([]);
});

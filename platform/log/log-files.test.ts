import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { type LogFamily, logFamilies, planRotation, rotateFile } from "./log-files.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-logs-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (name: string, text = "x"): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

test("a folder is its logs, each with what it was before, oldest first", async () => {
  expect(await logFamilies(join(folder, "none"))).toEqual([]);
  const active = file("current.ndjson", "abc");
  const newer = rotateFile(file("candidate.log"), Date.UTC(2026, 1, 2));
  const older = rotateFile(file("candidate.log"), Date.UTC(2026, 0, 2));
  file("notes.txt");
  const families = await logFamilies(folder);
  expect(families).toEqual([
    {
      path: join(folder, "candidate.log"),
      active: undefined,
      rotated: [
        { path: older ?? "", bytes: 1 },
        { path: newer ?? "", bytes: 1 },
      ],
    },
    { path: active, active: { path: active, bytes: 3 }, rotated: [] },
  ]);
});

test("a rotated log has its text under a name of its own, and nothing is there to rotate twice", () => {
  const path = file("gate.ndjson", "a line\n");
  const rotated = rotateFile(path, Date.UTC(2026, 10, 22, 7, 30, 0, 5));
  expect(rotated).toMatch(/\/gate\.20261122T073000005Z-[0-9a-f]{8}\.ndjson$/);
  expect(readFileSync(rotated ?? "", "utf8")).toBe("a line\n");
  expect(existsSync(path)).toBe(false);
  expect(rotateFile(path)).toBeUndefined();
});

test("what stays is the newest, never more than asked for but what is rotated now, and empty logs are left", () => {
  const sizes = fc.array(fc.nat(100), { maxLength: 10 });
  const families = fc.array(fc.tuple(fc.option(fc.nat(3)), sizes), { maxLength: 4 });
  const property = fc.property(families, fc.nat(8), (shapes, keep) => {
    const all: readonly LogFamily[] = shapes.map(([active, rotated], index) => ({
      path: `/${index}`,
      active: active === null ? undefined : { path: `/${index}`, bytes: active },
      rotated: rotated.map((bytes, age) => ({ path: `/${index}.${age}`, bytes })),
    }));
    const { rotate, remove } = planRotation(all, keep);
    expect(rotate.every(({ bytes }) => bytes > 0)).toBe(true);
    for (const { active, rotated } of all) {
      const kept = rotated.filter((one) => !remove.includes(one));
      const added = active !== undefined && rotate.includes(active) ? 1 : 0;
      // The newest ones, and no fewer than may stay.
      expect(kept).toEqual(rotated.slice(rotated.length - kept.length));
      expect(kept.length + added).toBe(Math.min(rotated.length + added, Math.max(keep, added)));
      expect(remove).not.toContain(active);
    }
  });
  fc.assert(property);
});

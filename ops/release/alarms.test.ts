import { expect, test } from "bun:test";
import { appendFileSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { alarmsPath, keepAlarm, readAlarms } from "./alarms.ts";

test("alarms are kept in their order, for this user alone; half a line is none", async () => {
  const home = mkdtempSync(join(tmpdir(), "org-alarms-"));
  try {
    expect(await readAlarms(home)).toEqual([]);
    const first = { at: 1, why: "median breaks down", reverts: "promotion/a" };
    const second = { at: 2, why: "tools do worse than before", reverts: null };
    await keepAlarm(home, first);
    const alarms = alarmsPath(home);
    appendFileSync(alarms, '{"at": 2, "wh');
    await keepAlarm(home, second);
    expect(await readAlarms(home)).toEqual([first, second]);
    expect(statSync(alarms).mode & 0o777).toBe(0o600);
  } finally {
    rmSync(home, { recursive: true });
  }
});

test.each(["1e300", "0.5", "-1"])(
  "an alarm at a time that is none, %s, is left out",
  async (at) => {
    const home = mkdtempSync(join(tmpdir(), "org-alarms-"));
    try {
      const real = { at: 8.64e15, why: "median breaks down", reverts: null };
      await keepAlarm(home, real);
      appendFileSync(alarmsPath(home), `{"at": ${at}, "why": "x", "reverts": null}\n`);
      expect(await readAlarms(home)).toEqual([real]);
    } finally {
      rmSync(home, { recursive: true });
    }
  },
);

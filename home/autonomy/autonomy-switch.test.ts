import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { autonomyState, isOn, offFile, turnAutonomy } from "./autonomy-switch.ts";

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "org-autonomy-"));
});
afterEach(() => rmSync(home, { recursive: true }));

const state = (isEnabled = false) => autonomyState(home, isEnabled);

test("a home is as org.config says until a person says otherwise, and what is said last holds", async () => {
  expect([state(), state(true)]).toEqual(["disabled", "enabled"]);
  await turnAutonomy(home, "on");
  expect([state(), state(true)]).toEqual(["on", "on"]);
  await turnAutonomy(home, "off");
  expect([state(), state(true)]).toEqual(["off", "off"]);
  await turnAutonomy(home, "off");
  await turnAutonomy(home, "on");
  expect(state()).toBe("on");
});

test("the file alone switches it off, whichever process made it", async () => {
  await turnAutonomy(home, "on");
  await mkdir(dirname(offFile(home)), { recursive: true });
  writeFileSync(offFile(home), "");
  expect(isOn(state(true))).toBeFalse();
  rmSync(offFile(home));
  expect(isOn(state())).toBeTrue();
});

test("a folder that cannot be written to is told", async () => {
  writeFileSync(join(home, ".org"), "");
  await expect(turnAutonomy(home, "off")).rejects.toMatchObject({ code: "FILE_FAILED" });
});

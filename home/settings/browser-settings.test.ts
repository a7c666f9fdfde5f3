import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decide } from "#core/policy/decide.ts";
import type { CallFacts } from "#core/policy/policy.ts";
import { readSettings, type Settings } from "./settings.ts";

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "org-browser-settings-"));
});
afterEach(() => rmSync(home, { recursive: true }));

function settingsOf(text: string): Settings {
  writeFileSync(join(home, "org.config"), text);
  return readSettings({ flags: new Map(), env: { ORG_HOME: home }, defaultHome: home });
}

function permission(settings: Settings, args: Readonly<Record<string, unknown>>): string {
  const call: CallFacts = {
    ...{ tool: "browser", persona: "agent", arguments: args, approvedHosts: ["a.test"] },
    effect: "execute",
    capabilities: ["network"],
  };
  return decide(settings.policy, call, () => undefined).permission;
}

test("there is a browser where the file has its section, and only there", () => {
  expect(settingsOf("").browser).toBeUndefined();
  expect(settingsOf("[browser]\n").browser).toEqual({});
  expect(settingsOf('[browser]\npath = "/opt/c"\n').browser).toEqual({ path: "/opt/c" });
  expect(settingsOf("[browser]\nfiles = true\n").browser).toEqual({ files: true });
  expect(() => settingsOf('[browser]\npath = "c"\n')).toThrow("org.config");
  expect(() => settingsOf("[browser]\nheadless = true\n")).toThrow("org.config");
});

test("what sends something and what types a password are asked about in every mode, whatever rules allow", () => {
  const allow = '[[permissions.rules]]\ntool = "browser"\npermission = "allow"\n';
  for (const mode of ["open", "standard", "supervised"]) {
    const settings = settingsOf(`[browser]\n[permissions]\nmode = "${mode}"\n${allow}`);
    const url = "https://a.test/";
    expect(permission(settings, { action: "click", url })).toBe("allow");
    expect(permission(settings, { action: "click", url, submit: true })).toBe("ask");
    expect(permission(settings, { action: "type", url, password: true })).toBe("ask");
    expect(permission(settings, { action: "type", url, text: "a.md", upload: true })).toBe("ask");
    expect(permission(settings, { action: "click", url, submit: false })).toBe("allow");
  }
  expect(settingsOf("[browser]\n").rates).toMatchObject({ browser: 60 });
});

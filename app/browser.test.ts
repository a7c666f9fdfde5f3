import { describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSettings, type Settings } from "#home/settings/settings.ts";
import { workspaceAt } from "#platform/workspace.ts";
import { CHROMIUM, openSites, TRUST_SITES } from "#test/browser-site.ts";
import { factsOf } from "#tools/call-guard.ts";
import { browserOf, NO_BROWSER } from "./browser.ts";
import { builtInTools } from "./rooms.ts";

const settings = readSettings({ flags: new Map(), env: {}, defaultHome: "/nowhere" });
const place = (browser: Settings["browser"]) => ({
  settings: { ...settings, browser },
  networkOverrides: {},
  workspace: workspaceAt("/nowhere"),
  paths: { quarantine: "/nowhere" },
});
const named = (all: Settings) => builtInTools(all).map(({ name }) => name);

test("a room has no browser without the setting, or without Chromium", () => {
  expect(browserOf(place(undefined))).toEqual([]);
  expect(browserOf(place({ path: "/nowhere/chrome" }))).toEqual([]);
  expect(named(settings)).not.toContain("browser");
  expect(named({ ...settings, browser: {} })).toContain("browser");
});

test("one that is only looked at runs nothing", async () => {
  expect([NO_BROWSER.describe({ action: "read" }), NO_BROWSER.approvedHosts("agent")]).toEqual([
    {},
    [],
  ]);
  await expect(
    NO_BROWSER.run({ action: "read" }, { signal: new AbortController().signal, persona: "a" }),
  ).rejects.toThrow("only looked at");
  await NO_BROWSER.close();
});

describe.skipIf(CHROMIUM === undefined)("a room with a browser", () => {
  test("starts none before a page is opened, and asks for no host before", async () => {
    const [tool] = browserOf(place({}));
    if (tool === undefined) throw new Error("The room has no browser");
    const context = { signal: new AbortController().signal, persona: "agent" };
    const args = tool.fit?.({ action: "read", url: "https://forged.test/" });
    expect(args).toEqual({ action: "read" });
    const facts = factsOf(tool, { id: "", name: tool.name, arguments: args }, "agent");
    expect(facts).toMatchObject({ approvedHosts: [], capabilities: ["network", "file_write"] });
    expect(await tool.run(args, context)).toEqual({
      ok: false,
      output: "No page is open: open an address first.",
    });
    expect(tool.fit?.({ action: "click", ref: "e1" })).toEqual({ action: "click", ref: "e1" });
    expect(tool.approvedHosts?.("agent")).toEqual([]);
    expect((await tool.run({ action: "close" }, context)).ok).toBe(true);
    await tool.close?.();
  });

  test.each([true, false])("takes files of pages where the setting says so: %p", async (files) => {
    const quarantine = mkdtempSync(join(tmpdir(), "org-browser-"));
    await using sites = await openSites((_, response) => {
      response.setHeader("content-disposition", "attachment; filename=a.txt").end("text");
    });
    const [tool] = browserOf({
      ...place({ files }),
      ...{
        networkOverrides: { rules: sites.rules, browserFlags: TRUST_SITES },
        paths: { quarantine },
      },
    });
    const args = tool?.fit?.({ action: "open", url: `https://a.test:${sites.port}/` });
    const context = { signal: new AbortController().signal, persona: "agent" };
    const output = (await tool?.run(args, context))?.output;
    expect(output).toContain(files ? "into quarantine as" : "The download of a.txt was refused.");
    expect(readdirSync(quarantine)).toHaveLength(files ? 2 : 0);
    await tool?.close?.();
    rmSync(quarantine, { recursive: true });
  });
});

test("the schema is small enough for a small window", () => {
  const tool = builtInTools({ ...settings, browser: {} }).find(({ name }) => name === "browser");
  expect(JSON.stringify(tool?.schema).length / 4).toBeLessThan(330);
  expect(Object.keys(Object(tool?.schema.parameters["properties"]))).toEqual([
    ...["action", "url", "ref", "text", "submit", "hosts"],
  ]);
});

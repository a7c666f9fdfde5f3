import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readSettings, type Settings } from "#home/settings/settings.ts";
import { workspaceAt } from "#platform/workspace.ts";
import { CHROMIUM } from "#test/browser-site.ts";
import { factsOf } from "#tools/call-guard.ts";
import { browserOf, NO_BROWSER } from "./browser.ts";
import { builtInTools } from "./rooms.ts";

// Against what never happens: starting a browser takes a busy machine its time.
setDefaultTimeout(120_000);

const settings = readSettings({ flags: new Map(), env: {}, defaultHome: "/nowhere" });
const place = (browser: Settings["browser"]) => ({
  settings: { ...settings, browser },
  outside: {},
  workspace: workspaceAt("/nowhere"),
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
});

test("the schema is small enough for a small window", () => {
  const tool = builtInTools({ ...settings, browser: {} }).find(({ name }) => name === "browser");
  expect(JSON.stringify(tool?.schema).length / 4).toBeLessThan(330);
  expect(Object.keys(Object(tool?.schema.parameters["properties"]))).toEqual([
    ...["action", "url", "ref", "text", "submit", "hosts"],
  ]);
});

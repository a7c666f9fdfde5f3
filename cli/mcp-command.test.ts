import { beforeEach, expect, test } from "bun:test";
import { OrgError } from "#core/errors.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { type McpDefinition, pinOf } from "#tools/mcp/definition.ts";
import type { ApprovedServer } from "#tools/mcp/pin-store.ts";
import { runMcp } from "./mcp-command.ts";

const FORECAST: McpDefinition = {
  ...{ name: "forecast", description: "The weather.", inputSchema: { type: "object" } },
};

let tools: readonly McpDefinition[] = [];
let stored: Map<string, ApprovedServer>;
let isDown = false;
let isOwned = true;
let text = "";
beforeEach(() => {
  tools = [FORECAST];
  stored = new Map();
  isDown = false;
});

/** @param named the servers of org.config. */
async function run(
  words: readonly string[],
  json = false,
  named: readonly string[] = ["weather"],
): Promise<number> {
  text = "";
  const print = (piece: string): void => {
    text += piece;
  };
  const list = async () => {
    if (isDown) throw new OrgError("It is gone", { code: "MCP_UNREACHABLE", remedies: [] });
    return { tools, refused: ["big: too large"] };
  };
  return await runMcp(words, {
    servers: named.map((name) => ({ name, connection: { tools: list } })),
    pins: {
      of: (name) => stored.get(name),
      set: async (name, one) => void stored.set(name, one),
      enable: async (name, isEnabled) => {
        const one = stored.get(name);
        if (one !== undefined) stored.set(name, { ...one, isEnabled });
        return one !== undefined;
      },
    },
    ...{ cleaner: new TextCleaner(), output: { write: print, say: print, live: false }, json },
    reload: async (name) => (isOwned ? [name ?? "weather"] : undefined),
    now: () => 0,
  });
}

test("a server is listed, approved word for word, changed, shown, and approved again", async () => {
  expect(await run(["list"])).toBe(0);
  expect(text).toBe(
    "weather: not approved\n  new       weather__forecast\n  refused   big: too large\n",
  );
  expect(await run(["approve", "weather"])).toBe(0);
  expect(text).toContain(
    'The weather.\n  {"inputSchema":{"type":"object"}}\n✔ approved: 1 of weather\n',
  );
  expect(text).toContain("! left out: big: too large");
  expect(await run(["diff", "weather"])).toBe(0);
  expect(text).toBe("weather is what you approved\n");
  tools = [
    { ...FORECAST, description: "<IMPORTANT>\u001b[2J" },
    { ...FORECAST, name: "more" },
  ];
  expect(await run(["diff", "weather"])).toBe(1);
  expect(text).toContain("changed weather__forecast\n- weather__forecast");
  expect(text).toContain("+   <IMPORTANT>\n");
  expect(text).toContain("new weather__more\n");
  expect(await run(["list"])).toBe(0);
  expect(text).toContain("changed   weather__forecast\n  new       weather__more\n");
  tools = [];
  expect(await run(["diff", "weather"], true)).toBe(1);
  expect(JSON.parse(text)).toMatchObject({ differs: [{ state: "gone" }] });
  await expect(run(["approve", "weather"])).rejects.toMatchObject({
    code: "MCP_REFUSED",
    message: "weather has no tool that could be approved",
    why: "big: too large",
    remedies: ["org config get mcp", "org mcp list"],
    unchanged: "Nothing was approved.",
  });
});

test("what changed is shown beside what it was, before it is approved", async () => {
  await run(["approve", "weather"]);
  tools = [{ ...FORECAST, description: "<IMPORTANT>" }];
  expect(await run(["approve", "weather"])).toBe(0);
  expect(text).toMatch(
    /^changed weather__forecast\n- weather__forecast {2}sha256 \w{64}\n- {3}The weather\.\n(?:- .*\n)\+ weather__forecast {2}sha256 \w{64}\n\+ {3}<IMPORTANT>\n/,
  );
  tools = [{ ...FORECAST, description: "<IMPORTANT>\u{e0041}" }];
  await run(["diff", "weather"]);
  expect(text).toContain("! it differs only in invisible characters\n");
});

test("with the hash of what was shown nothing else is approved", async () => {
  await run(["diff", "weather"]);
  const [, hash = ""] = /to approve exactly this: approve weather (\w{12})\n$/.exec(text) ?? [];
  tools = [{ ...FORECAST, description: "<IMPORTANT>" }];
  await expect(run(["approve", "weather", hash])).rejects.toMatchObject({
    code: "MCP_CHANGED",
    why: "the server now lists other tools, or other descriptions, than those that diff showed",
    remedies: ["org mcp diff weather"],
    unchanged: "Nothing was approved.",
  });
  await expect(run(["approve", "weather", "x".repeat(81)])).rejects.toMatchObject({
    message: `The tools of weather are not those of ${"x".repeat(80)}`,
  });
  expect(stored.size).toBe(0);
  tools = [FORECAST];
  expect(await run(["approve", "weather", hash])).toBe(0);
  await expect(run(["diff", "weather", hash])).rejects.toMatchObject({
    code: "USAGE",
    message: `org mcp diff takes one server, not "${hash}" as well`,
    remedies: ["org help mcp"],
    unchanged: "Nothing was changed.",
  });
});

test("as JSON a server is listed, approved and compared whole", async () => {
  const name = "weather__forecast";
  await run(["list"], true);
  expect(JSON.parse(text)).toEqual({
    ...{ server: "weather", enabled: true, refused: ["big: too large"] },
    tools: [{ name, state: "new" }],
  });
  await run(["diff", "weather"], true);
  expect(JSON.parse(text)).toEqual({
    ...{ server: "weather", differs: [{ state: "new", tool: FORECAST }] },
    hash: expect.stringMatching(/^[0-9a-f]{12}$/),
  });
  await run(["approve", "weather"], true);
  const [line = ""] = text.split("\n");
  expect(JSON.parse(line)).toEqual({
    ...{ server: "weather", approved: [{ ...FORECAST, pin: pinOf(FORECAST) }] },
  });
  expect(stored.get("weather")).toEqual({
    ...{ approvedAt: "1970-01-01T00:00:00.000Z", isEnabled: true, tools: [FORECAST] },
  });
  await run(["list", "weather"]);
  expect(text).toBe(
    "weather: enabled\n  approved  weather__forecast\n  refused   big: too large\n",
  );
  isOwned = true;
  await run(["reload"], true);
  expect(text).toBe('{"reloaded":["weather"]}\n');
  isOwned = false;
  await run(["reload"], true);
  expect(text).toBe('{"reloaded":[]}\n');
  isOwned = true;
});

test("servers are ended where they run", async () => {
  expect(await run(["reload"])).toBe(0);
  expect(text).toBe("weather: ended; its next call starts it again\n");
  isOwned = false;
  await run(["reload", "weather"]);
  expect(text).toBe("No process owns this home: the next room starts the servers.\n");
  isOwned = true;
  await expect(run(["reload", "wether"])).rejects.toMatchObject({ code: "USAGE" });
});

test("a server is disabled and enabled; one that was never approved is not", async () => {
  await expect(run(["disable", "weather"])).rejects.toMatchObject({
    code: "USAGE",
    message: "Nothing of weather is approved yet",
    why: "approve it first; then you can disable and enable it",
    remedies: ["org mcp approve weather"],
    unchanged: "Nothing was changed.",
  });
  await run(["approve", "weather"]);
  expect(await run(["disable", "weather"])).toBe(0);
  expect(stored.get("weather")?.isEnabled).toBe(false);
  // It is not even started.
  isDown = true;
  expect(await run(["list"])).toBe(0);
  expect(text).toStartWith("weather: disabled\n  approved  weather__forecast\n");
  expect(await run(["enable", "weather"])).toBe(0);
  expect(text).toBe("weather enabled\n");
  await run(["disable", "weather"]);
  expect(text).toBe("weather disabled\n");
  await run(["disable", "weather"], true);
  expect(JSON.parse(text)).toEqual({ server: "weather", state: "disabled" });
  await run(["list", "weather"], true);
  expect(JSON.parse(text)).toEqual({
    ...{ server: "weather", enabled: false, refused: [] },
    tools: [{ name: "weather__forecast", state: "approved" }],
  });
});

test("a server that is gone is listed with its reason, and unknown words are refused", async () => {
  isDown = true;
  expect(await run(["list"])).toBe(69);
  expect(text).toBe("weather: It is gone [MCP_UNREACHABLE]\n");
  expect(await run(["list"], true)).toBe(69);
  expect(JSON.parse(text)).toEqual({ server: "weather", error: "It is gone [MCP_UNREACHABLE]" });
  await expect(run(["approve", "wether"])).rejects.toMatchObject({
    ...{ code: "USAGE", message: 'There is no MCP server "wether"' },
    why: "there is weather",
    remedies: ["org mcp approve weather", "org mcp list"],
    unchanged: "Nothing was changed.",
  });
  await expect(run(["approve"])).rejects.toMatchObject({ message: "Which server?" });
  await expect(run(["diff", "x"], false, [])).rejects.toMatchObject({
    ...{ why: "org.config names none", remedies: ["org mcp list"] },
  });
  await expect(run(["fetch"])).rejects.toMatchObject({ code: "USAGE" });
});

test("without a server there is nothing to list, and that is no failure", async () => {
  expect(await run(["list"], false, [])).toBe(0);
  expect(text).toBe("No MCP server is configured: docs/mcp.md says how.\n");
  expect(await run(["list"], false, ["weather", "news"])).toBe(0);
  expect(text).not.toContain("No MCP server");
});

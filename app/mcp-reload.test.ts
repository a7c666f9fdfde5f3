import { expect, test } from "bun:test";
import { join } from "node:path";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { createHome, homePaths } from "#home/home-paths.ts";
import { openWorkspace } from "#platform/workspace.ts";
import { serveOwner } from "#server/socket/owner-server.ts";
import { hostileServer, hostileTool } from "#test/hostile-mcp-server.ts";
import { testHome } from "#test/org-process.ts";
import type { DynamicTools } from "#tools/dynamic-tools.ts";
import { reloadHandlers, reloadMcp } from "./mcp-reload.ts";
import { McpServers } from "./mcp-servers.ts";

const { signal } = new AbortController();

test("servers are ended in the process that owns the home, and connected again at the next need", async () => {
  await using home = await testHome();
  await createHome(home.paths);
  const paths = homePaths(home.path);
  expect(await reloadMcp(paths, undefined, signal)).toBeUndefined();
  await using there = hostileServer({ list: () => ({ tools: [hostileTool("forecast")] }) });
  const address = { url: there.url, headers: {} };
  const shared = { kind: "url", tools: ["*"], callMs: 20_000, ...address } as const;
  await using servers = new McpServers({
    settings: [
      { name: "one", ...shared },
      { name: "two", ...shared },
    ],
    ...{ pins: paths.mcpPins, cleaner: new TextCleaner() },
  });
  const handlers = reloadHandlers({ mcpServers: async () => servers });
  await using _owner = await serveOwner(paths.socket, handlers);
  const [one] = servers.servers;
  await one?.connection.tools();
  expect(await reloadMcp(paths, "one", signal)).toEqual(["one"]);
  expect(await reloadMcp(paths, undefined, signal)).toEqual(["one", "two"]);
  await one?.connection.tools();
  expect(there.asked.filter((method) => method === "initialize")).toHaveLength(2);
});

test("tools that a person approved stand beside those of the registry", async () => {
  await using home = await testHome();
  await createHome(home.paths);
  await using there = hostileServer({ list: () => ({ tools: [hostileTool("forecast")] }) });
  const shared = {
    kind: "url",
    tools: ["*"],
    callMs: 20_000,
    url: there.url,
    headers: {},
  } as const;
  await using servers = new McpServers({
    settings: [{ name: "one", ...shared }],
    ...{ pins: homePaths(home.path).mcpPins, cleaner: new TextCleaner() },
  });
  const tools = (await servers.servers[0]?.connection.tools())?.tools ?? [];
  await servers.pins.set("one", { approvedAt: "2026-01-01T00:00:00.000Z", isEnabled: true, tools });
  const empty: DynamicTools = { declared: [], names: [], find: () => undefined };
  const registry = servers.beside({ list: async () => [], dynamic: async () => empty });
  expect(await registry.list()).toEqual([]);
  expect((await registry.dynamic("the weather", signal))?.names).toEqual(["one__forecast"]);
});

test("a picture of a result is a file of the workspace, which is opened for it alone", async () => {
  await using home = await testHome();
  await createHome(home.paths);
  const png = Buffer.from("89504e470d0a1a0a0000000d4948445200000001000000010806000000", "hex");
  const image = { type: "image", data: png.toString("base64"), mimeType: "image/png" };
  await using there = hostileServer({
    list: () => ({ tools: [hostileTool("map")] }),
    call: () => ({ content: [image] }),
  });
  let opened = 0;
  const { mcpPins: pins, workspace } = homePaths(home.path);
  const place = { url: there.url, headers: {}, tools: ["*"], callMs: 20_000 };
  await using servers = new McpServers({
    settings: [{ name: "one", kind: "url", ...place }],
    ...{ pins, cleaner: new TextCleaner() },
    workspace: async () => {
      opened += 1;
      return await openWorkspace(workspace);
    },
  });
  const tools = (await servers.servers[0]?.connection.tools())?.tools ?? [];
  await servers.pins.set("one", { approvedAt: "2026-01-01T00:00:00.000Z", isEnabled: true, tools });
  expect(opened).toBe(0);
  const map = servers.dynamic("")?.find("one__map");
  if (map === undefined) throw new Error("one__map is not offered");
  const { output } = await map.run({}, { signal, persona: "agent" });
  const [, path = ""] =
    /^\[a picture, image\/png, 29 bytes: kept at (pictures\/\S+\.png)\]$/.exec(output) ?? [];
  expect(Buffer.from(await Bun.file(join(workspace, path)).arrayBuffer())).toEqual(png);
});

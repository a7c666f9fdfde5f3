import { expect, test } from "bun:test";
import { join } from "node:path";
import type { RoomEvent } from "#core/events.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { createHome } from "#home/home-paths.ts";
import { readSettings } from "#home/settings/settings.ts";
import type { AskRequest } from "#server/socket/home-service.ts";
import { testHome } from "#test/org-process.ts";
import { registerTool } from "#test/registered-tool.ts";
import { App } from "./app.ts";
import { mcpApi } from "./mcp-api.ts";
import { toolsApi } from "./tools-api.ts";

const { signal } = new AbortController();

test("promoted tools are offered as they are now, and no built-in one", async () => {
  await using home = await testHome();
  await createHome(home.paths);
  const generated = join(home.path, "tools/generated");
  const settings = readSettings({ flags: new Map(), env: {}, defaultHome: home.path });
  await using app = new App({ settings });
  const { call, list, search } = toolsApi(app, { persona: "mcp" });
  const api = mcpApi({ app, call, ask: () => said([], []) });
  const names = async () => (await api.tools()).map(({ name }) => name);
  expect(await names()).toEqual([]);
  await registerTool(generated, { name: "one" });
  expect(await names()).toEqual(["one"]);
  expect(await api.call("one", {}, signal)).toEqual({ kind: "done", value: 1 });
  expect((await list()).map(({ name }) => name)).toContain("one");
  expect((await search("one", signal))[0]?.name).toBe("one");
  expect(api.call("none", {}, signal)).rejects.toMatchObject({ code: "TOOL_UNKNOWN" });
  expect(api.call("sh", { cmd: 7 }, signal)).rejects.toMatchObject({ code: "INPUT_INVALID" });
  // Promoted after the first call.
  await registerTool(generated, { name: "two" });
  expect(await api.call("two", {}, signal)).toEqual({ kind: "done", value: 1 });
  await (await app.registry()).switch("one", false);
  expect(await names()).toEqual(["two"]);
});

test("a question without a room gets one of its own, and the room is closed behind it", async () => {
  const asked: AskRequest[] = [];
  const closed: string[] = [];
  const api = mcpApi({
    app: { registry: () => Promise.reject(new Error("not asked")), cleaner: new TextCleaner() },
    call: () => Promise.reject(new Error("not called")),
    ask: (request) => said(asked, [request]),
    close: async (room) => void closed.push(room),
  });
  const { room, events } = api.ask({ text: "hi" }, signal);
  await Array.fromAsync(events);
  // By it a line is known as that of a program.
  const id = expect.stringMatching(/^client_/);
  expect(asked).toEqual([{ text: "hi", room: { kind: "own", id: room }, raw: false, id }]);
  const later = api.ask({ text: "again", room }, signal);
  await Array.fromAsync(later.events);
  expect(asked[1]?.room).toEqual({ kind: "named", id: room });
  expect(closed).toEqual([room, room]);
});

async function* said(
  asked: AskRequest[],
  requests: readonly AskRequest[],
): AsyncGenerator<RoomEvent, void> {
  asked.push(...requests);
  yield* [];
}

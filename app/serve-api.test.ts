/** What a home that serves offers beside its rooms, on a home of which every question is written down. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import type { JournaledEvent } from "#core/events.ts";
import { createHome } from "#home/home-paths.ts";
import { readSettings } from "#home/settings/settings.ts";
import type { AskRequest } from "#server/socket/home-service.ts";
import { testHome } from "#test/org-process.ts";
import { registerTool } from "#test/registered-tool.ts";
import { App } from "./app.ts";
import type { SeeCall } from "./home-tools.ts";
import { type ServeApiParts, serveApi } from "./serve-api.ts";

const { signal } = new AbortController();
const RULE = '[[permissions.rules]]\ntool = "sh"\npersona = "http"\npermission = "deny"\n';

async function opened(parts: AsyncDisposableStack, jobs?: ServeApiParts["jobs"]) {
  const home = parts.use(await testHome());
  await createHome(home.paths);
  await Bun.write(join(home.path, "org.config"), RULE);
  await registerTool(join(home.path, "tools/generated"), { name: "one" });
  const settings = readSettings({ flags: new Map(), env: {}, defaultHome: home.path });
  const app = parts.use(new App({ settings }));
  const asked: AskRequest[] = [];
  const begun: (readonly JournaledEvent[])[] = [];
  const closed: string[] = [];
  const seen: Parameters<SeeCall>[0][] = [];
  const rooms = {
    begin: async (events: readonly JournaledEvent[]) => `room-${begun.push(events)}`,
    close: async (room: string) => void closed.push(room),
    ask: async function* (request: AskRequest) {
      asked.push(request);
      yield { type: "notice", level: "info", text: "asked" };
    },
  };
  const personas = [{ id: "agent" }, { id: "python" }];
  const api = serveApi({
    ...{
      context: app,
      jobs,
      own: {},
      tokens: {},
      home: rooms,
      see: (went: Parameters<SeeCall>[0]) => void seen.push(went),
    },
    app: Object.assign(app, { participants: async () => ({ completions: { personas } }) }),
  } as never);
  return { api, asked, begun, closed, seen };
}

test("tools are called as by HTTP, and each call is told; an MCP client has the same ones", async () => {
  await using parts = new AsyncDisposableStack();
  const { api, seen } = await opened(parts);
  const { tools, mcp } = api;
  expect((await mcp?.tools())?.map(({ name }) => name)).toEqual(["one"]);
  expect(mcp?.call).toBe(tools?.call as never);
  expect(await tools?.call("one", {}, signal)).toEqual({ kind: "done", value: 1 });
  expect(await tools?.call("sh", { cmd: "true" }, signal)).toMatchObject({ kind: "refused" });
  expect(seen).toMatchObject([
    { name: "one", ok: true },
    { name: "sh", ok: false, ms: 0 },
  ]);
  expect(tools?.call("one", [] as never, signal)).rejects.toMatchObject({ code: "INPUT_INVALID" });
  expect(await api.candidates?.list()).toEqual([]);
});

test("a question of an MCP client is asked of the home, and its room is closed behind it", async () => {
  await using parts = new AsyncDisposableStack();
  const { api, asked, closed } = await opened(parts);
  const answer = api.mcp?.ask({ text: "hi" }, signal);
  expect(await Array.fromAsync(answer?.events ?? [])).toHaveLength(1);
  expect(asked).toMatchObject([{ text: "hi", room: { kind: "own", id: answer?.room } }]);
  expect(closed).toEqual([answer?.room as string]);
});

test("an OpenAI client asks the personas in rooms of the home, and what it said before begins one", async () => {
  await using parts = new AsyncDisposableStack();
  const { api, asked, begun, closed } = await opened(parts);
  const { openAi } = api;
  expect((await openAi?.completions())?.personas.map(({ id }) => id)).toEqual(["agent", "python"]);
  expect(await openAi?.newRoom()).toBe("room-1");
  const said = { role: "user", content: "one" } as const;
  const answer = { role: "assistant", content: "python: two" } as const;
  const messages = [said, answer, { role: "user", content: "three" } as const];
  const request = { to: { kind: "room" }, model: "room", instructions: [], messages } as const;
  expect(await openAi?.conversations.take(request as never)).toEqual({
    room: "room-2",
    text: "three",
  });
  expect(begun[0]).toEqual([]);
  expect(begun[1]).toMatchObject([
    { type: "message", text: "one", to: ["agent"] },
    { type: "turn-start" },
    { type: "answer" },
    { type: "turn-end" },
  ]);
  const wish = { text: "three", room: { kind: "named", id: "room-2" }, raw: false } as const;
  expect(await Array.fromAsync(openAi?.ask(wish as never, signal) ?? [])).toHaveLength(1);
  expect(asked).toEqual([wish as never]);
  await openAi?.close?.("room-2");
  expect(closed).toEqual(["room-2"]);
});

test("the dashboard has rooms and sign-ins alone where no jobs are done, and every screen where they are", async () => {
  await using parts = new AsyncDisposableStack();
  const labels = async (jobs?: ServeApiParts["jobs"]) => {
    const { api } = await opened(parts, jobs);
    return (api.ui?.screens ?? []).flatMap(({ nav }) => nav?.label ?? []);
  };
  const few = await labels();
  expect(few).toEqual(["Rooms"]);
  expect(await labels({} as never)).toHaveLength(9);
});

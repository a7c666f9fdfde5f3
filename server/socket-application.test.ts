import { afterEach, beforeEach, expect, test } from "bun:test";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { homePaths } from "#home/home-paths.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { openTestRoom } from "#test/room-fixture.ts";
import { say } from "#test/scripted-answers.ts";
import { scriptedServer } from "#test/scripted-server.ts";
import { listenGeneration } from "./listen.ts";
import { type OwnHome, ownHome } from "./socket/open-home.ts";
import { roomsApplication } from "./socket-application.ts";

const { signal } = new AbortController();
let parts: AsyncDisposableStack;
let socket: string;
let owner: OwnHome;

beforeEach(async () => {
  parts = new AsyncDisposableStack();
  const { path } = parts.use(await temporaryFolder("socket"));
  const { url } = parts.use(scriptedServer(() => say("Ok.")));
  const paths = homePaths(path);
  ({ socket } = paths);
  owner = parts.use(
    await ownHome({
      ...{ paths, command: "org chat", signal },
      openRoom: (id, journal) => openTestRoom({ journal, url, id }),
      application: roomsApplication(new TextCleaner()),
    }),
  );
});
afterEach(async () => {
  await parts.disposeAsync();
});

const get = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`http://home${path}`, { unix: socket, ...init });

const said = (text: string): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ text }),
});

test("what is said over the HTTP application of the socket is read there, and by a screen", async () => {
  const answer = await get("/v1/messages", said("hi"));
  expect(answer.headers.get("content-type")).toBe("text/event-stream");
  const events = await answer.text();
  expect(events).toContain("event: text-delta\n");
  expect(events).toContain("event: turn-end\n");
  const { rooms } = Object(await (await get("/v1/rooms")).json());
  expect(rooms).toHaveLength(1);
  const transcript = await get(`/v1/rooms/${rooms[0].id}/transcript`);
  expect(await transcript.text()).toContain("Ok.");
});

test("the socket and the port of a generation answer the same", async () => {
  await Array.fromAsync(
    owner.service.ask({ text: "hi", room: { kind: "open" }, raw: false }, signal),
  );
  const generation = { name: "current", commit: "c".repeat(40), tools: () => ["shout"] } as const;
  await using listening = await listenGeneration({
    ...{ generation, service: owner.service, port: 0, now: () => 0 },
  });
  owner.serves(listening.application);
  for (const path of [
    "/health",
    "/v1/rooms",
    "/v1/rooms/none/transcript",
    "/openapi.json",
    "/v1/none",
  ]) {
    const port = await fetch(`http://127.0.0.1:${listening.port}${path}`);
    const local = await get(path);
    expect([path, local.status, await local.text()]).toEqual([
      path,
      port.status,
      await port.text(),
    ]);
  }
});

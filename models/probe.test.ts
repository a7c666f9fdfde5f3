import { expect, test } from "bun:test";
import { explain } from "#core/errors.ts";
import { PATIENT } from "#test/patience.ts";
import { say } from "#test/scripted-answers.ts";
import { scriptedServer } from "#test/scripted-server.ts";
import { localProvider } from "./probe.ts";
import { openProvider } from "./servers/open-provider.ts";

const NOWHERE = "http://127.0.0.1:9";
const timeouts = PATIENT;
const open = (baseUrl: string) => openProvider({ baseUrl, timeouts });
const request = { model: "m", messages: [{ role: "user" as const, content: "hi" }], tools: [] };

test("the first place in the list that answers is taken, whichever answers first", async () => {
  await using slow = scriptedServer([], { models: ["a"] });
  await using quick = scriptedServer([], { models: ["b"] });
  const provider = await localProvider([NOWHERE, slow.url, quick.url], open);
  expect(provider.endpoint).toBe(slow.url);
  expect(await provider.listModels(never())).toEqual(["a"]);
});

test("what listens there and is not a model server is passed over", async () => {
  await using shop = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => Response.json({}) });
  await using server = scriptedServer([]);
  expect((await localProvider([shop.url.origin, server.url], open)).endpoint).toBe(server.url);
});

test("what listens and says nothing does not hold others up", async () => {
  await using mute = Bun.serve({
    ...{ port: 0, hostname: "127.0.0.1", idleTimeout: 0 },
    fetch: () => new Promise<Response>(() => undefined),
  });
  await using server = scriptedServer([]);
  expect((await localProvider([mute.url.origin, server.url], open)).endpoint).toBe(server.url);
  await mute.stop(true);
});

test("with none, it says where it looked and what still works; one that is started later is found", async () => {
  const port = Number(new URL((await freeAddress()).url).port);
  const place = `http://127.0.0.1:${port}`;
  const provider = await localProvider([NOWHERE, place], open);
  expect(await provider.windowOf?.("m", never())).toEqual({ isFinal: false });
  expect(await provider.factsOf?.("m", never())).toBeUndefined();
  const failure = await provider
    .stream(request, never())
    .next()
    .catch((error: unknown) => error);
  expect(explain(failure).replaceAll(String(port), "PORT")).toMatchInlineSnapshot(`
    "No model server runs on this machine [PROVIDER_UNREACHABLE]
    nothing answers at http://127.0.0.1:9, http://127.0.0.1:PORT
    → ollama serve
    → org engine install   # a small model that chats, on this machine alone
    → org demo             # a recorded session, to look around
    → export OLLAMA_BASE=http://HOST:PORT
    No persona can answer; tools, search, the gate, promotion and rollback work."
  `);
  await using later = Bun.serve({
    ...{ port, hostname: "127.0.0.1" },
    fetch: () => Response.json({ object: "list", data: [{ id: "late" }] }),
  });
  expect(later.port).toBe(port);
  expect(await provider.listModels(never())).toEqual(["late"]);
  expect(await provider.describeModels?.(never())).toEqual([{ name: "late" }]);
});

test("an engine speaks where no server answers, regardless of who asks first, and stays", async () => {
  await using engine = scriptedServer([say("one"), say("two")], { models: ["m"] });
  let opened = 0;
  const installed: string[] = [];
  const embedded = async () => {
    if (installed.length === 0) return undefined;
    opened += 1;
    return open(engine.url);
  };
  const provider = await localProvider([NOWHERE], open, embedded);
  expect(await provider.listModels(never()).catch(({ code }) => code)).toBe("PROVIDER_UNREACHABLE");
  installed.push("engine");
  await Promise.all([provider.listModels(never()), provider.listModels(never())]);
  expect(await provider.listModels(never())).toEqual(["m"]);
  expect(opened).toBe(1);
});

test("a server that answers goes before an engine", async () => {
  await using server = scriptedServer([], { models: ["a"] });
  const embedded = () => Promise.reject(new Error("no search is expected"));
  expect((await localProvider([server.url], open, embedded)).endpoint).toBe(server.url);
});

test("what is found speaks", async () => {
  await using server = scriptedServer([say("hello")]);
  const provider = await localProvider([server.url], open);
  const events = await Array.fromAsync(provider.stream(request, never()));
  expect(events.at(-1)).toEqual({ type: "finish", reason: "stop" });
  const pull = provider.pull?.("m", never()).next();
  expect(await pull?.catch((error: unknown) => error)).toMatchObject({ code: "PROVIDER_REFUSED" });
});

async function freeAddress(): Promise<{ readonly url: string }> {
  await using server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  return { url: server.url.href };
}

function never(): AbortSignal {
  return new AbortController().signal;
}

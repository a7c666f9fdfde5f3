import { expect, test } from "bun:test";
import type { Finding } from "#core/check.ts";
import { PATIENT } from "#test/patience.ts";
import { scriptedOllama } from "#test/scripted-ollama.ts";
import { openProvider } from "./servers/open-provider.ts";
import { slotsCheck } from "./slots-check.ts";

async function check(baseUrl: string, slots?: number): Promise<Finding> {
  const provider = openProvider({ baseUrl, timeouts: PATIENT });
  const options = { provider, model: "m", personas: () => 3, slots: () => slots };
  return await slotsCheck(options).run(new AbortController().signal);
}

function llamaCpp(slots: number): Bun.Server<undefined> {
  return Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: ({ url }) =>
      new URL(url).pathname === "/props"
        ? Response.json({ total_slots: slots })
        : new Response("not here", { status: 404 }),
  });
}

test("the doctor warns where three personas meet one slot, and says how to get more", async () => {
  await using server = llamaCpp(1);
  expect(await check(server.url.origin)).toEqual({
    state: "warning",
    detail: `3 personas and 1 slot on ${server.url.origin}: when another persona speaks, the server reads again what their prompts do not share`,
    remedies: ["llama-server --parallel 3   # and as many times the window with -c"],
  });
});

test("the doctor is content where each persona has a slot", async () => {
  await using server = llamaCpp(3);
  expect(await check(server.url.origin)).toEqual({
    state: "ok",
    detail: `3 personas and 3 slots on ${server.url.origin}`,
    remedies: [],
  });
});

test("the doctor takes one slot for an Ollama's number, unless a person says otherwise", async () => {
  const models = [{ name: "m", template: "{{ .Prompt }}" }];
  await using server = scriptedOllama({ models });
  const found = await check(server.url);
  expect(found.state).toBe("warning");
  expect(found.remedies[0]).toStartWith("OLLAMA_NUM_PARALLEL=3 ollama serve ");
  expect(await check(server.url, 3)).toMatchObject({ state: "ok" });
});

test("the doctor does not guess where the server tells nothing, or does not answer", async () => {
  const nothing = { state: "ok", remedies: [] };
  expect(await check("http://127.0.0.1:9")).toMatchObject(nothing);
  await using server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () => new Response("not here", { status: 404 }),
  });
  expect(await check(server.url.origin)).toEqual({
    ...{ state: "ok", remedies: [] },
    detail: `it is not known how many prompts ${server.url.origin} keeps in its cache`,
  });
});

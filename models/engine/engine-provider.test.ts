import { expect, test } from "bun:test";
import { PATIENT } from "#test/patience.ts";
import { breakOff, call, respond, say } from "#test/scripted-answers.ts";
import { type ScriptedServer, scriptedServer } from "#test/scripted-server.ts";
import type { EngineModel } from "./catalogue.ts";
import { engineProvider } from "./engine-provider.ts";
import type { RunningEngine } from "./process.ts";
import { Restarts } from "./restarts.ts";

const MODEL: EngineModel = { name: "tiny", bytes: 7, sha256: "0".repeat(64), takesTools: false };
const TOOL = { name: "sh", description: "runs", parameters: { type: "object" } };
const request = {
  model: "tiny",
  messages: [{ role: "user" as const, content: "hi" }],
  tools: [TOOL],
};
const never = () => new AbortController().signal;

/** An engine whose child is a server of the test. */
function engineAt(server: ScriptedServer, model: EngineModel = MODEL) {
  const end = Promise.withResolvers<string>();
  const process: RunningEngine = {
    ...{ pid: 1, url: server.url, token: "secret-token", contextTokens: 2048 },
    ...{ slots: 3, parameters: 1_777_088_000 },
    ended: end.promise,
  };
  const timeouts = PATIENT;
  return {
    provider: engineProvider({
      ...{ model, contextTokens: 4096, timeouts },
      engines: new Restarts(async () => ({
        process,
        [Symbol.asyncDispose]: async () => undefined,
      })),
    }),
    end: end.resolve,
  };
}

test("it introduces itself once, says what it is not made for, and takes the child's answer", async () => {
  await using server = scriptedServer([say("hello"), say("again")]);
  const { provider } = engineAt(server);
  const first = await Array.fromAsync(provider.stream(request, never()));
  expect(first[0]).toEqual({
    type: "notice",
    text: "No model server answers on this machine, so the built-in engine answers, with tiny. It can chat; it cannot use tools or build them.",
  });
  expect(first.slice(1, -1)).toContainEqual({ type: "text", text: "hello" });
  const second = await Array.fromAsync(provider.stream(request, never()));
  expect(second.some(({ type }) => type === "notice")).toBe(false);
  const sent = await server.request(0);
  expect(sent.headers.get("authorization")).toBe("Bearer secret-token");
  expect(sent.body.tools).toBeUndefined();
});

test("a small model gets the first sentence of its persona, and the conversation as it was", async () => {
  await using server = scriptedServer(() => say("hello"));
  const { provider } = engineAt(server);
  const prompts = [
    [
      "You are agent, a generalist of org 1.5. Use `sh`.\nRules:\n- none",
      "You are agent, a generalist of org 1.5.",
    ],
    ["You look for what is wrong!", "You look for what is wrong!"],
    ["No end at all\nsecond line.", "No end at all"],
    ["", ""],
  ] as const;
  for (const [index, [content, expected]] of prompts.entries()) {
    const messages = [{ role: "system" as const, content }, ...request.messages];
    await Array.fromAsync(provider.stream({ ...request, messages }, never()));
    expect((await server.request(index)).body.messages).toEqual([
      { role: "system", content: expected },
      { role: "user", content: "hi" },
    ]);
  }
});

test("a model that takes tools is given them", async () => {
  await using server = scriptedServer([call("sh", {})]);
  const { provider } = engineAt(server, { ...MODEL, takesTools: true });
  const events = await Array.fromAsync(provider.stream(request, never()));
  expect(events[0]).toMatchObject({ text: expect.not.stringContaining("no tools") });
  expect(events.some(({ type }) => type === "call")).toBe(true);
  expect((await server.request(0)).body.tools).toHaveLength(1);
});

test("its window is what was configured until the child tells the real one", async () => {
  await using server = scriptedServer([say("hello")]);
  const { provider } = engineAt(server);
  expect(await provider.windowOf?.("tiny", never())).toEqual({ tokens: 4096, isFinal: false });
  await Array.fromAsync(provider.stream(request, never()));
  expect(await provider.windowOf?.("tiny", never())).toEqual({ tokens: 2048, isFinal: true });
  expect(await provider.listModels(never())).toEqual(["tiny"]);
  expect(await provider.describeModels?.(never())).toEqual([
    { name: "tiny", bytes: 7, capabilities: [], parameters: "1.8B", loadedTokens: 2048 },
  ]);
});

test("its size is known before it runs: by its record, else by its name", async () => {
  await using server = scriptedServer([]);
  const factsOf = async (model: EngineModel) =>
    await engineAt(server, model).provider.factsOf?.(model.name, never());
  const own = { ...MODEL, takesTools: true };
  expect(await factsOf({ ...own, weights: 1_777_088_000 })).toMatchObject({ billions: 1.777 });
  expect(await factsOf({ ...own, name: "some-1.5b" })).toMatchObject({ billions: 1.5 });
  expect(await factsOf(own)).toMatchObject({ billions: undefined });
});

test("a child that ends in the middle of its answer is not a bug of the network", async () => {
  await using server = scriptedServer([{ steps: [...say("one").steps, ...breakOff().steps] }]);
  const { provider, end } = engineAt(server);
  end("was killed by SIGSEGV");
  const failure = await Array.fromAsync(provider.stream(request, never())).catch(
    (error: unknown) => error,
  );
  expect(failure).toMatchObject({
    code: "STREAM_ERROR",
    isBroken: true,
    why: "its process was killed by SIGSEGV",
    remedies: expect.arrayContaining(["/retry"]),
  });
});

test("a refusal of the child stays what it is", async () => {
  const error = { message: "too long", code: "context_length_exceeded" };
  await using server = scriptedServer([respond(400, { error })]);
  const { provider } = engineAt(server);
  const failure = await Array.fromAsync(provider.stream(request, never())).catch(
    (one: unknown) => one,
  );
  expect(failure).toMatchObject({ code: "CONTEXT_OVERFLOW" });
});

test("it does not say that it has fetched what it cannot fetch", async () => {
  await using server = scriptedServer([]);
  const { provider } = engineAt(server);
  const pulled = provider.pull?.("qwen3:8b", never()).next();
  expect(await pulled?.catch((error: unknown) => error)).toMatchObject({
    code: "PROVIDER_REFUSED",
  });
});

test("another model than its own is not answered for", async () => {
  await using server = scriptedServer([]);
  const { provider } = engineAt(server);
  const failure = await Array.fromAsync(
    provider.stream({ ...request, model: "qwen3:8b" }, never()),
  ).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "MODEL_MISSING", why: expect.stringContaining("tiny") });
  expect(server.requests).toHaveLength(0);
});

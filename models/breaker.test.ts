import { expect, test } from "bun:test";
import { answers, Breaker } from "./breaker.ts";
import type { ChatRequest, Provider } from "./provider.ts";

const REQUEST: ChatRequest = { model: "m", messages: [], tools: [] };
const { signal } = new AbortController();

class Server {
  isUp: boolean = true;
  asked = 0;
  readonly provider: Provider = {
    endpoint: "http://here",
    stream: () => this.#stream(),
    listModels: async () => {
      if (!this.isUp) throw new Error("down");
      return ["m"];
    },
  };
  async *#stream(): ReturnType<Provider["stream"]> {
    this.asked += 1;
    if (!this.isUp) throw new Error("down");
    yield { type: "finish", reason: "stop" };
  }
}

function bench() {
  const server = new Server();
  let now = 0;
  const breaker = new Breaker(() => now);
  const guarded = breaker.guard(server.provider);
  const ask = async () => {
    const events = Array.fromAsync(guarded.stream(REQUEST, signal));
    return await events.then(
      () => "answered",
      (error: unknown) => (error instanceof Error && "code" in error ? error.code : "failed"),
    );
  };
  const wait = (ms: number): void => {
    now += ms;
  };
  const check = () => breaker.check(server.provider, signal);
  return { server, breaker, ask, check, wait };
}

test("closed, every request goes through, also those that fail", async () => {
  const { server, ask } = bench();
  expect(await ask()).toBe("answered");
  server.isUp = false;
  expect([await ask(), await ask(), server.asked]).toEqual(["failed", "failed", 3]);
});

test("open, requests fail at once; one in 30 seconds is tried, and the first answer closes it", async () => {
  const { server, ask, check, wait, breaker } = bench();
  server.isUp = false;
  expect([await check(), breaker.isOpen]).toEqual(["paused", true]);
  expect([await ask(), await ask(), server.asked]).toEqual([
    "PROVIDER_PAUSED",
    "PROVIDER_PAUSED",
    0,
  ]);
  wait(30_000);
  expect([await ask(), await ask(), server.asked]).toEqual(["failed", "PROVIDER_PAUSED", 1]);
  server.isUp = true;
  wait(30_000);
  expect([await ask(), await ask(), breaker.isOpen]).toEqual(["answered", "answered", false]);
});

test("a server that answers is never paused, and one that answers again is asked at once", async () => {
  const { server, ask, check, breaker } = bench();
  expect([await check(), breaker.isOpen]).toEqual(["up", false]);
  server.isUp = false;
  await check();
  server.isUp = true;
  expect([await check(), await ask()]).toEqual(["up", "answered"]);
});

test("a question whether the server answers opens and closes nothing", async () => {
  const { server, breaker, check } = bench();
  server.isUp = false;
  expect([await answers(server.provider, signal), breaker.isOpen]).toEqual([false, false]);
  await check();
  server.isUp = true;
  expect([await answers(server.provider, signal), breaker.isOpen]).toEqual([true, true]);
});

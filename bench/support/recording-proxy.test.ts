import { expect, test } from "bun:test";
import { fakeModel } from "./fake-model.ts";
import { startProxy } from "./recording-proxy.ts";

function ask(url: string, body: object, signal?: AbortSignal): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
}

test("the proxy hands on what the server says and counts it", async () => {
  await using model = fakeModel(["Hello"]);
  await using proxy = startProxy({ base: model.url, isLlamaCpp: true, patienceMs: 0 });
  const direct = await ask(model.url, { stream: true });
  const proxied = await ask(proxy.url, { stream: true });
  expect(await proxied.text()).toBe(await direct.text());
  expect(proxied.headers.get("content-type")).toBe("text/event-stream");
  expect(await proxy.take()).toEqual({
    ...{ requests: 1, evaluated: 10, reused: 5, written: 3, calls: 0, answers: ["Hello"] },
  });
  expect((await proxy.take()).requests).toBe(0);
});

test("the proxy asks for counts where answers stream, and changes nothing else of a request", async () => {
  await using model = fakeModel(["Hello"]);
  await using proxy = startProxy({ base: model.url, isLlamaCpp: true, patienceMs: 0 });
  await (await ask(proxy.url, { model: "m", stream: true })).text();
  await (await ask(proxy.url, { model: "m" })).text();
  expect(model.requests).toEqual([
    { model: "m", stream: true, timings_per_token: true, stream_options: { include_usage: true } },
    { model: "m" },
  ]);
});

test("the proxy does not count what is not an answer", async () => {
  await using model = fakeModel(["Hello"]);
  await using proxy = startProxy({ base: model.url, isLlamaCpp: false, patienceMs: 0 });
  expect(await (await fetch(`${proxy.url}/v1/models`)).json()).toHaveProperty("data");
  expect((await fetch(`${proxy.url}/nothing`)).status).toBe(404);
  expect((await proxy.take()).requests).toBe(0);
});

test("the proxy counts an answer that the contestant cuts", async () => {
  const gone = Promise.withResolvers<void>();
  await using server = disposable(
    Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      idleTimeout: 0,
      fetch: (request) => {
        request.signal.addEventListener("abort", () => gone.resolve());
        return new Response(
          new ReadableStream({
            start: (controller) => controller.enqueue('data: {"timings":{"prompt_n":7}}\n\n'),
          }),
        );
      },
    }),
  );
  await using proxy = startProxy({ base: server.url, isLlamaCpp: true, patienceMs: 0 });
  const cut = new AbortController();
  const answer = await ask(proxy.url, { stream: true }, cut.signal);
  await answer.body?.getReader().read();
  cut.abort();
  expect((await proxy.take()).evaluated).toBe(7);
  await gone.promise;
});

test("the proxy waits for a server that is not there yet, and gives up in the end", async () => {
  const place = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("") });
  const { port } = place;
  await place.stop(true);
  const base = `http://127.0.0.1:${port}`;
  await using impatient = startProxy({ base, isLlamaCpp: false, patienceMs: 0 });
  expect((await ask(impatient.url, {})).status).toBe(502);
  await using patient = startProxy({ base, isLlamaCpp: false, patienceMs: 10_000 });
  const answer = ask(patient.url, {});
  await using _late = disposable(
    Bun.serve({ hostname: "127.0.0.1", port: port ?? 0, fetch: () => new Response("late") }),
  );
  expect(await (await answer).text()).toBe("late");
});

function disposable(server: Bun.Server<undefined>): AsyncDisposable & { readonly url: string } {
  return {
    url: `http://127.0.0.1:${server.port}`,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

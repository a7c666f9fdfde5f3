import { afterEach, expect, test } from "bun:test";
import { until } from "#test/until.ts";
import {
  type HttpListener,
  type ListenerLimits,
  type ListenerOptions,
  listenHttp,
  type RequestVerdict,
} from "./http-listener.ts";

let listener: HttpListener | undefined;
let reported: unknown[] = [];
afterEach(async () => {
  await listener?.[Symbol.asyncDispose]();
  listener = undefined;
  reported = [];
});

async function listen(
  answer: (request: Request) => Response | Promise<Response>,
  limits?: ListenerLimits,
): Promise<string> {
  listener = await listenHttp({
    ...{ hostname: "127.0.0.1", port: 0, limits, answer },
    judge: (wire) => ({ wire }),
    report: (error) => reported.push(error),
  });
  return `http://127.0.0.1:${listener.port}`;
}

const CHUNK = new Uint8Array(64 * 1024).fill(97);

test("a reader who does not read holds the stream up, and no other reader", async () => {
  let made = 0;
  const body = () =>
    new ReadableStream<Uint8Array>(
      {
        pull: (controller) => {
          made += 1;
          controller.enqueue(CHUNK);
          if (made === 400) controller.close();
        },
      },
      { highWaterMark: 0 },
    );
  const stream = { headers: { "content-type": "text/event-stream" } };
  const url = await listen(({ url: asked }) =>
    asked.endsWith("/stream") ? new Response(body(), stream) : new Response("here"),
  );
  const received = { bytes: 0, ended: Promise.withResolvers<void>() };
  const socket = await Bun.connect({
    ...{ hostname: "127.0.0.1", port: Number(new URL(url).port) },
    socket: {
      data: (_socket, bytes) => {
        received.bytes += bytes.length;
        if (bytes.subarray(-5).toString() === "0\r\n\r\n") received.ended.resolve();
      },
    },
  });
  socket.pause();
  socket.write("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
  let before = -1;
  await until("the stream to stand still", async () => {
    const isStill = made > 0 && made === before;
    before = made;
    return isStill;
  });
  expect(made).toBeLessThan(400);
  expect(await (await fetch(url)).text()).toBe("here");
  socket.resume();
  await received.ended.promise;
  expect(made).toBe(400);
  expect(received.bytes).toBeGreaterThan(400 * CHUNK.length);
  socket.end();
});

test("a stream that waits for its next piece hears that its reader has left", async () => {
  const left = Promise.withResolvers<string>();
  const url = await listen((request) => {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(CHUNK),
      cancel: () => left.resolve(String(request.signal.aborted)),
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  });
  const stop = new AbortController();
  const answer = await fetch(url, { signal: stop.signal });
  await answer.body?.getReader().read();
  stop.abort();
  expect(await left.promise).toBe("true");
});

test("an answer that breaks ends its connection, and no other", async () => {
  const broken = new Error("it broke");
  const stream = { headers: { "content-type": "text/event-stream" } };
  const url = await listen(({ url: asked }) => {
    if (asked.endsWith("/here")) return new Response("here");
    if (asked.endsWith("/at-once")) throw broken;
    let pulls = 0;
    const pull = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
      pulls += 1;
      if (pulls > 1) throw broken;
      controller.enqueue(CHUNK);
    };
    return new Response(new ReadableStream<Uint8Array>({ pull }), stream);
  });
  const read = async (path: string): Promise<string> => await (await fetch(`${url}${path}`)).text();
  for (const path of ["/at-once", "/later"]) {
    expect(await read(path).catch(() => "cut off")).toBe("cut off");
  }
  expect(reported).toEqual([broken, broken]);
  expect(await read("/here")).toBe("here");
});

test("what was sent comes as it was sent, and what is answered goes as it was said", async () => {
  const url = await listen(async (request) => {
    const headers = new Headers([
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
      ["x-sent", request.headers.get("x-sent") ?? ""],
    ]);
    return new Response(`${request.method} ${await request.text()}`, { status: 201, headers });
  });
  const answer = await fetch(url, { method: "POST", body: "ä", headers: { "x-sent": "1" } });
  expect([answer.status, await answer.text()]).toEqual([201, "POST ä"]);
  expect(answer.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  expect(answer.headers.get("x-sent")).toBe("1");
});

test("too long a body, and a port that is taken, are told", async () => {
  const judge: ListenerOptions<RequestVerdict>["judge"] = (wire) => ({ wire });
  const about = {
    hostname: "127.0.0.1",
    judge,
    limits: { bodyBytes: 10 },
    report: () => undefined,
  };
  await using own = await listenHttp<RequestVerdict>({
    ...{ ...about, port: 0 },
    answer: (_request, { refusal }) =>
      new Response(refusal?.message ?? "short", { status: refusal?.status ?? 200 }),
  });
  const send = async (body: string | ReadableStream) => {
    const answer = await fetch(`http://127.0.0.1:${own.port}`, { method: "POST", body });
    return [answer.status, await answer.text()];
  };
  expect(await send("x".repeat(10))).toEqual([200, "short"]);
  expect(await send("x".repeat(11))).toEqual([413, "send at most 10 bytes"]);
  // Whose length is not told beforehand.
  expect(await send(new Blob(["x".repeat(11)]).stream())).toEqual([413, "send at most 10 bytes"]);
  const taken = listenHttp<RequestVerdict>({
    ...about,
    port: own.port,
    answer: () => new Response(),
  });
  const told = await taken.then(
    () => "open",
    (error: unknown) => String(error),
  );
  expect(told).toContain("in use");
});

/** A connection on which requests are written by hand; what came back, and whether the other side closed it. */
async function handWritten(port: number) {
  let [text, isClosed] = ["", false];
  const socket = await Bun.connect({
    ...{ hostname: "127.0.0.1", port },
    socket: {
      data: (_socket, bytes) => {
        text += bytes.toString();
      },
      close: () => {
        isClosed = true;
      },
    },
  });
  const answers = () => text.split("HTTP/1.1 200").length - 1;
  return { socket, answers, text: () => text, isClosed: () => isClosed };
}

test("a request that came while this process did something else is answered, however long its connection was idle", async () => {
  const idleMs = 1000;
  let busy = (): void => undefined;
  listener = await listenHttp({
    ...{ hostname: "127.0.0.1", port: 0, limits: { idleMs } },
    judge: (wire) => {
      if (wire.target === "/busy") busy();
      return { wire };
    },
    answer: () => new Response("here"),
    report: (error) => reported.push(error),
  });
  const { socket, text, answers, isClosed } = await handWritten(listener.port);
  socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  await until("the first answer", async () => answers() === 1);
  expect(text()).toContain("Keep-Alive: timeout=1\r\n");
  busy = () => {
    socket.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab");
    // Half a second more than the connection may wait, by the announced time and a second beside it.
    Bun.sleepSync(idleMs + 1500);
  };
  await fetch(`http://127.0.0.1:${listener.port}/busy`);
  await until("an end", async () => isClosed() || answers() === 2);
  expect(answers()).toBe(2);
  socket.end();
});

test("a connection that waits in vain for its next request is closed", async () => {
  const url = await listen(() => new Response("here"), { idleMs: 1000 });
  const { socket, answers, isClosed } = await handWritten(Number(new URL(url).port));
  socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  await until("the end", async () => isClosed());
  expect(answers()).toBe(1);
});

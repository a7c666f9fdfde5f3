import { expect, test } from "bun:test";
import { once } from "node:events";
import { connect } from "node:net";
import type { OrgError } from "#core/errors.ts";
import { until } from "#test/until.ts";
import { eventStream, type ServerEvent } from "./event-stream.ts";

const TIMING = { heartbeatMs: 20, stalledMs: 200 };

test("a reader that reads nothing is dropped with a reason, and no more than its socket holds is made for it", async () => {
  let made = 0;
  const left = Promise.withResolvers<void>();
  async function* endless(): AsyncGenerator<ServerEvent, void> {
    try {
      for (;;) {
        made += 1;
        yield { data: "x".repeat(10_000) };
        await Bun.sleep(0);
      }
    } finally {
      left.resolve();
    }
  }
  const stop = new AbortController();
  const dropped = Promise.withResolvers<OrgError>();
  await using server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    fetch: () => eventStream(endless(), { stop, report: dropped.resolve, timing: TIMING }),
  });
  const socket = connect(server.port ?? 0, "127.0.0.1");
  try {
    await once(socket, "connect");
    socket.pause();
    socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const error = await dropped.promise;
    expect(error).toMatchObject({ code: "STREAM_CUT", why: "It read nothing for 0 s." });
    await left.promise;
    expect(stop.signal.aborted).toBe(true);
    // What the system's buffers of a connection take, 4 MB on this kernel, and not what a model says in the meantime.
    expect(made).toBeLessThan(2000);
  } finally {
    socket.destroy();
  }
});

test("a reader that reads is not dropped, however long nothing happens", async () => {
  const stop = new AbortController();
  const go = Promise.withResolvers<void>();
  async function* late(): AsyncGenerator<ServerEvent, void> {
    await go.promise;
    yield { data: "late" };
  }
  const dropped: OrgError[] = [];
  const report = (error: OrgError): void => void dropped.push(error);
  await using server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () => eventStream(late(), { stop, report, timing: { heartbeatMs: 5, stalledMs: 50 } }),
  });
  const answer = await fetch(server.url);
  let text = "";
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const part of answer.body ?? []) text += decoder.decode(part);
  })();
  // Three times as long as a reader may read nothing.
  await until("thirty heartbeats", async () => text.split(": \n\n").length > 30);
  go.resolve();
  await reading;
  expect(text).toEndWith('data: "late"\n\n');
  expect(dropped).toEqual([]);
  expect(stop.signal.aborted).toBe(false);
});

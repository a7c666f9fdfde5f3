/** Servers that send too much, too slowly, or in a wrapping that explodes. */
import { gzipSync } from "node:zlib";
import { sendRequest } from "#platform/net/http-client.ts";
import type { HttpLimits } from "#platform/net/limits.ts";
import { WebServer } from "../../web-server.ts";
import { type HostProbe, reached } from "./probe.ts";

const MIB = 1024 ** 2;
const never = new AbortController().signal;

interface Flood {
  readonly id: string;
  readonly safe: string;
  readonly open: () => Promise<WebServer>;
  /** Below what is sent, where the usual limits would take long to meet. */
  readonly limits?: Partial<HttpLimits>;
  /** Plain `fetch` would wait for ever. */
  readonly isEndless?: boolean;
}

const raw = (text: string) => WebServer.openRaw((socket) => socket.end(text));
const OK = "HTTP/1.1 200 OK\r\n";

const FLOODS: readonly Flood[] = [
  {
    id: "one-long-header",
    safe: "the head of an answer is short",
    open: () => raw(`${OK}X-Long: ${"x".repeat(20_000)}\r\nContent-Length: 2\r\n\r\nok`),
  },
  {
    id: "many-headers",
    safe: "the head of an answer is short",
    open: () => raw(`${OK}${"X-A: b\r\n".repeat(5000)}Content-Length: 2\r\n\r\nok`),
  },
  {
    id: "long-body",
    safe: "an answer has a size",
    open: () =>
      WebServer.open((_request, response) => {
        response.end(Buffer.alloc(5 * MIB));
      }),
  },
  {
    id: "long-body-in-chunks",
    safe: "an answer has a size, whether it says so or not",
    open: () =>
      WebServer.open((_request, response) => {
        for (let piece = 0; piece < 5; piece += 1) response.write(Buffer.alloc(MIB));
        response.end();
      }),
  },
  {
    id: "body-that-explodes",
    safe: "an answer has a size when it is unpacked, too",
    open: () =>
      WebServer.open((_request, response) => {
        response.setHeader("Content-Encoding", "gzip");
        response.end(gzipSync(Buffer.alloc(40 * MIB)));
      }),
  },
  {
    id: "body-that-explodes-twice",
    safe: "one wrapping is opened, and no second one",
    open: () =>
      WebServer.open((_request, response) => {
        response.setHeader("Content-Encoding", "gzip, gzip");
        response.end(gzipSync(gzipSync(Buffer.alloc(40 * MIB))));
      }),
  },
  {
    id: "silence",
    safe: "a wait has an end",
    open: () => WebServer.open(() => undefined),
    limits: { idleMs: 100 },
    isEndless: true,
  },
  {
    id: "one-byte-at-a-time",
    safe: "an answer that never ends has an end",
    open: () =>
      WebServer.openRaw((socket) => {
        socket.write(`${OK}Transfer-Encoding: chunked\r\n\r\n`);
        const timer = setInterval(() => socket.write("1\r\nx\r\n"), 5);
        socket.on("close", () => clearInterval(timer));
      }),
    limits: { totalMs: 150 },
    isEndless: true,
  },
  {
    id: "hints-without-an-answer",
    safe: "an answer that never begins has an end",
    open: () =>
      WebServer.openRaw((socket) => {
        const timer = setInterval(() => socket.write("HTTP/1.1 103 Early Hints\r\n\r\n"), 2);
        socket.on("close", () => clearInterval(timer));
      }),
    limits: { totalMs: 150 },
    isEndless: true,
  },
  {
    id: "another-protocol",
    safe: "a connection stays what it was",
    open: () => raw("HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nok"),
    isEndless: true,
  },
];

export const ANSWER_FLOODS: readonly HostProbe[] = FLOODS.map(
  ({ id, safe, open, limits, isEndless }): HostProbe => ({
    id,
    class: "request",
    safe,
    attempt: async () => {
      await using server = await open();
      const asked = { url: server.url("/") };
      const { body } = await sendRequest(asked, { ...server.rules, limits }, never);
      return `${body.length} bytes`;
    },
    ...(isEndless === true ? {} : { weak: () => plainly(open) }),
  }),
);

async function plainly(open: Flood["open"]): Promise<string> {
  await using server = await open();
  const answer = await fetch(server.url("/", "127.0.0.1")).catch(() => undefined);
  const bytes = await answer?.bytes();
  return reached(bytes && `${bytes.length} bytes`, "it was not read");
}

/** What an answer may not do: be too long, too slow, of the wrong kind, or half an answer. */
import { describe, expect, test } from "bun:test";
import { brotliCompressSync, constants, deflateSync, gzipSync } from "node:zlib";
import { until } from "#test/until.ts";
import { type Answer, WebServer } from "#test/web-server.ts";
import { type HttpAnswer, type HttpRules, sendRequest } from "./http-client.ts";
import { isText } from "./media-type.ts";

const never = new AbortController().signal;

// The best compression would take the test half a second.
const brotliQuick = (bytes: Uint8Array): Buffer =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 2 } });

/** Asks a server that answers as given, and returns what became of it. */
async function ask(answer: Answer, rules: HttpRules = {}): Promise<HttpAnswer> {
  await using server = await WebServer.open(answer);
  return await sendRequest({ url: server.url("/") }, { ...server.rules, ...rules }, never);
}

async function askRaw(text: string, rules: HttpRules = {}): Promise<HttpAnswer> {
  await using server = await WebServer.openRaw((socket) => void socket.end(text));
  return await sendRequest({ url: server.url("/") }, { ...server.rules, ...rules }, never);
}

const wall = (name: string) => ({ code: "NETWORK_REFUSED", wall: name });
const failed = (why: string) => ({ code: "NETWORK_FAILED", why: expect.stringContaining(why) });

describe("a cap", () => {
  test("on the head", async () => {
    const headers =
      (bytes: number): Answer =>
      (_request, response) => {
        response.setHeader("X-Long", "a".repeat(bytes));
        response.end();
      };
    const limits = { headerBytes: 4096 };
    expect((await ask(headers(3000), { limits })).status).toBe(200);
    await expect(ask(headers(5000), { limits })).rejects.toMatchObject(wall("header-bytes"));
    const many = Array.from({ length: 1000 }, (_, index) => `X-${index}: a\r\n`).join("");
    await expect(askRaw(`HTTP/1.1 200 OK\r\n${many}\r\n`, { limits })).rejects.toMatchObject(
      wall("header-bytes"),
    );
  });

  test("on the bytes that travel, announced or not", async () => {
    const body = Buffer.alloc(100_001);
    const limits = { wireBytes: 100_000 };
    const announced: Answer = (_request, response) => {
      response.setHeader("Content-Length", body.length);
      response.end(body);
    };
    await expect(ask(announced, { limits })).rejects.toMatchObject(wall("wire-bytes"));
    const chunked: Answer = (_request, response) => {
      response.write(body.subarray(1));
      response.end("x");
    };
    await expect(ask(chunked, { limits })).rejects.toMatchObject(wall("wire-bytes"));
    expect((await ask(announced, { limits: { wireBytes: 100_001 } })).body).toHaveLength(100_001);
  });

  test.each(["gzip", "deflate", "br"])("on what is unpacked: a bomb of %s", async (encoding) => {
    const pack = { gzip: gzipSync, deflate: deflateSync, br: brotliQuick }[encoding];
    const bomb = pack?.(Buffer.alloc(20_000_000)) ?? new Uint8Array();
    expect(bomb.length).toBeLessThan(40_000);
    const answer: Answer = (_request, response) => {
      response.setHeader("Content-Encoding", encoding);
      response.end(bomb);
    };
    const limits = { inflatedBytes: 1_000_000 };
    await expect(ask(answer, { limits })).rejects.toMatchObject(wall("inflated-bytes"));
  });

  test("on what is unpacked: many small ones in a row", async () => {
    const members = Array.from({ length: 30 }, () => gzipSync(Buffer.alloc(100_000)));
    const answer: Answer = (_request, response) => {
      response.setHeader("Content-Encoding", "gzip");
      response.end(Buffer.concat(members));
    };
    const limits = { inflatedBytes: 1_000_000 };
    await expect(ask(answer, { limits })).rejects.toMatchObject(wall("inflated-bytes"));
  });

  test("on packing that is not needed", async () => {
    for (const encoding of ["gzip, gzip", "compress", "zstd"]) {
      const answer: Answer = (_request, response) => {
        response.setHeader("Content-Encoding", encoding);
        response.end("x");
      };
      await expect(ask(answer)).rejects.toMatchObject(wall("encoding"));
    }
  });

  test("on the time as a whole, though something always comes", async () => {
    const answer: Answer = (_request, response) => {
      const timer = setInterval(() => response.write("."), 5);
      response.on("close", () => clearInterval(timer));
    };
    const limits = { totalMs: 60, idleMs: 50_000 };
    await expect(ask(answer, { limits })).rejects.toMatchObject(failed("longer than 60 ms"));
  });

  test("on silence: before the head, within the body, and from the resolver", async () => {
    const limits = { idleMs: 40 };
    const silence = failed("Nothing came for 40 ms");
    await expect(ask(() => undefined, { limits })).rejects.toMatchObject(silence);
    const half: Answer = (_request, response) => void response.write("half");
    await expect(ask(half, { limits })).rejects.toMatchObject(silence);
    const resolver = () => new Promise<string[]>(() => undefined);
    const asking = sendRequest({ url: "http://slow.example/" }, { resolver, limits }, never);
    await expect(asking).rejects.toMatchObject(silence);
  });

  test("on silence, which every piece ends", async () => {
    const slow: Answer = async (_request, response) => {
      await Bun.sleep(700); // the time itself is what is tested
      response.flushHeaders();
      for (const piece of ["o", "k"]) {
        await Bun.sleep(700);
        response.write(piece);
      }
      response.end();
    };
    const { body } = await ask(slow, { limits: { idleMs: 2000 } });
    expect(new TextDecoder().decode(body)).toBe("ok");
  });

  test("on the kind of content, before its body is read", async () => {
    await using server = await WebServer.open((_request, response) => {
      response.setHeader("Content-Type", "image/png");
      response.write("endless");
    });
    const asking = sendRequest(
      { url: server.url("/") },
      { ...server.rules, accepts: isText },
      never,
    );
    await expect(asking).rejects.toMatchObject(wall("content-type"));
    await until("the connection is closed", async () => server.connections === 0);
    const untyped: Answer = (_request, response) => void response.end("x");
    await expect(ask(untyped, { accepts: isText })).rejects.toMatchObject(wall("content-type"));
  });
});

describe("what never ends", () => {
  const CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  test.each([
    ["words before the answer", "", "HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n"],
    ["the first line", "HTTP/1.1 200 ", "a".repeat(1000)],
    ["headers", "HTTP/1.1 200 OK\r\n", "a: b\r\n".repeat(100)],
    ["the length of a chunk", CHUNKED, "0".repeat(1000)],
    ["the words behind that length", `${CHUNKED}5;`, "a".repeat(1000)],
    ["headers behind the body", `${CHUNKED}1\r\na\r\n0\r\n`, "a: b\r\n".repeat(100)],
  ])("%s: the connection is closed", async (_what, start, more) => {
    await using server = await WebServer.openRaw((socket) => {
      const flood = (): void => {
        while (socket.writable && socket.write(more));
      };
      socket.on("drain", flood);
      socket.write(start);
      flood();
    });
    const limits = { idleMs: 50, totalMs: 200 };
    const asking = sendRequest({ url: server.url("/") }, { ...server.rules, limits }, never);
    await expect(asking).rejects.toMatchObject({
      code: expect.stringMatching(/^NETWORK_(?:FAILED|REFUSED)$/),
    });
    await until("the connection is closed", async () => server.connections === 0);
  });
});

describe("an answer that is not whole", () => {
  test.each([
    ["cut", "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhi"],
    ["cut between chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n"],
    ["no HTTP", "SSH-2.0-server\r\n\r\n"],
    ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nhi"],
    ["nothing", ""],
    ["another protocol", "HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"],
    [
      "packed and broken",
      "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nhi",
    ],
  ])("%s is a failure and no answer", async (_name, text) => {
    await expect(askRaw(text)).rejects.toMatchObject({ code: "NETWORK_FAILED" });
  });
});

describe("an answer without a body", () => {
  test.each([
    ["HEAD", "200 OK", "Content-Length: 99999999999\r\nContent-Encoding: gzip\r\n"],
    ["HEAD", "200 OK", "Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"],
    ["GET", "204 No Content", "Content-Encoding: gzip\r\n"],
    ["GET", "304 Not Modified", "Content-Length: 99999999999\r\nContent-Encoding: br\r\n"],
    ["GET", "200 OK", "Content-Length: 0\r\nContent-Encoding: gzip\r\n"],
  ])("to %s: %s, whatever its headers say", async (method, status, headers) => {
    await using server = await WebServer.openRaw(
      (socket) => void socket.end(`HTTP/1.1 ${status}\r\n${headers}\r\n`),
    );
    const answer = await sendRequest({ url: server.url("/"), method }, server.rules, never);
    expect(answer.body).toHaveLength(0);
  });
});

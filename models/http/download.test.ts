import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VerifiedFile } from "#platform/verified-file.ts";
import { until } from "#test/until.ts";
import { type Answer, WebServer } from "#test/web-server.ts";
import { download } from "./download.ts";

const WHOLE = Buffer.alloc(300_000, "All of the weights. ");
const expected = {
  bytes: WHOLE.length,
  sha256: new Bun.CryptoHasher("sha256").update(WHOLE).digest("hex"),
};

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-download-"));
  path = join(folder, "model");
});
afterEach(() => rmSync(folder, { recursive: true }));

const ranges: (string | undefined)[] = [];
beforeEach(() => void ranges.splice(0));

/** A server of one file; it cuts the connection of the first tries behind so many bytes. */
function fileServer(options: { cuts?: readonly number[]; takesRanges?: boolean } = {}): Answer {
  const { cuts = [], takesRanges = true } = options;
  let asked = 0;
  return (request, response) => {
    ranges.push(request.headers.range);
    fetched = 0;
    const from = takesRanges
      ? Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0)
      : 0;
    const cut = cuts[asked];
    asked += 1;
    const isPart = from > 0;
    response.writeHead(isPart ? 206 : 200, {
      "content-length": WHOLE.length - from,
      ...(isPart ? { "content-range": `bytes ${from}-${WHOLE.length - 1}/${WHOLE.length}` } : {}),
    });
    if (cut === undefined) response.end(WHOLE.subarray(from));
    else void cutBehind(response, from, cut);
  };
}

/** How much of the file the client has. */
let fetched = 0;

async function cutBehind(response: ServerResponse, from: number, bytes: number): Promise<void> {
  response.write(WHOLE.subarray(from, from + bytes));
  // What was not read when a connection breaks is lost.
  await until("the client has read it", async () => fetched === from + bytes);
  response.socket?.destroy();
}

type From = WebServer | string;

interface Fetched {
  readonly waits: readonly number[];
  readonly progress: readonly number[];
}

/** As long as no test waits for silence, a machine that stands still for a while is none. */
const PATIENT_MS = 60_000;

async function fetchFrom(
  from: From,
  signal = new AbortController().signal,
  silenceMs = PATIENT_MS,
): Promise<Fetched> {
  const waits: number[] = [];
  const progress: number[] = [];
  await using file = await VerifiedFile.open(path, expected);
  await download(
    {
      url: typeof from === "string" ? from : from.url("/model?token=secret", "127.0.0.1"),
      file,
      onProgress: (bytes) => {
        fetched = bytes;
        progress.push(bytes);
      },
      silenceMs,
      sleep: async (ms) => void waits.push(ms),
    },
    signal,
  );
  await file.finish();
  return { waits, progress };
}

async function failure(from: From, signal?: AbortSignal): Promise<unknown> {
  return await fetchFrom(from, signal).then(
    () => "it succeeded",
    (error: unknown) => error,
  );
}

test("a file is fetched, and how far it is can be told", async () => {
  await using server = await WebServer.open(fileServer());
  const { progress, waits } = await fetchFrom(server);
  expect(readFileSync(path).equals(WHOLE)).toBe(true);
  expect(progress.at(-1)).toBe(WHOLE.length);
  expect(waits).toEqual([]);
  expect(ranges).toEqual([undefined]);
});

test("behind every cut it goes on where it was", async () => {
  await using server = await WebServer.open(fileServer({ cuts: [100_000, 50_000] }));
  await fetchFrom(server);
  expect(readFileSync(path).equals(WHOLE)).toBe(true);
  expect(ranges).toEqual([undefined, "bytes=100000-", "bytes=150000-"]);
});

test("what an earlier run has left is not fetched again", async () => {
  writeFileSync(`${path}.part`, WHOLE.subarray(0, 299_999));
  await using server = await WebServer.open(fileServer());
  const { progress } = await fetchFrom(server);
  expect(ranges).toEqual(["bytes=299999-"]);
  expect(progress).toEqual([WHOLE.length]);
});

test("nothing is asked for when all of it is there", async () => {
  writeFileSync(`${path}.part`, WHOLE);
  await using server = await WebServer.open(fileServer());
  await fetchFrom(server);
  expect(ranges).toEqual([]);
});

test("a server that knows no ranges begins anew, and the file is right all the same", async () => {
  await using server = await WebServer.open(fileServer({ cuts: [100_000], takesRanges: false }));
  await fetchFrom(server);
  expect(readFileSync(path).equals(WHOLE)).toBe(true);
  expect(ranges).toEqual([undefined, "bytes=100000-"]);
});

test("it is given up when nothing new comes, with what there is kept", async () => {
  await using server = await WebServer.open(
    fileServer({ cuts: Array(20).fill(100_000), takesRanges: false }),
  );
  const error = await failure(server);
  expect(error).toMatchObject({
    code: "DOWNLOAD_FAILED",
    why: expect.stringContaining("4 times in a row"),
    unchanged: expect.stringContaining("100000 bytes are kept"),
  });
  expect(String(error)).not.toContain("secret");
  expect(readdirSync(folder)).toEqual(["model.part"]);
  expect(ranges).toHaveLength(4);
});

test("a file with other bytes never gets its name", async () => {
  await using server = await WebServer.open((_request, response) => {
    response.end(Buffer.alloc(WHOLE.length, "A login page. "));
  });
  expect(await failure(server)).toMatchObject({ code: "DOWNLOAD_FAILED" });
  expect(readdirSync(folder)).toEqual(["model.bad"]);
});

test("a longer file is given up before it fills the disk", async () => {
  await using server = await WebServer.open((_request, response) => {
    response.end(Buffer.alloc(WHOLE.length * 4));
  });
  expect(await failure(server)).toMatchObject({
    code: "DOWNLOAD_FAILED",
    why: expect.stringContaining("and should have 300000"),
  });
  expect(readdirSync(folder)).toEqual(["model.part"]);
});

test("a refusal is told at once, a busy server is asked again", async () => {
  await using missing = await WebServer.open((_request, response) => {
    response.writeHead(404).end("not here");
  });
  expect(await failure(missing)).toMatchObject({ why: expect.stringContaining("status 404") });
  expect(missing.asked).toHaveLength(1);
  const whole = fileServer();
  let tries = 0;
  await using busy = await WebServer.open((request, response) => {
    tries += 1;
    if (tries < 3) response.writeHead(503).end();
    else return whole(request, response);
  });
  expect((await fetchFrom(busy)).waits).toEqual([500, 1000]);
});

test("a part that belongs to another, shorter file is fetched anew", async () => {
  writeFileSync(`${path}.part`, "x".repeat(200_000));
  const whole = fileServer();
  await using server = await WebServer.open((request, response) => {
    if (request.headers.range === undefined) return whole(request, response);
    response.writeHead(416).end();
  });
  await fetchFrom(server);
  expect(readFileSync(path).equals(WHOLE)).toBe(true);
});

test("a range that was not asked for is not taken", async () => {
  writeFileSync(`${path}.part`, WHOLE.subarray(0, 1000));
  await using server = await WebServer.open((request, response) => {
    const lies = request.headers.range !== undefined;
    response.writeHead(lies ? 206 : 200, lies ? { "content-range": "bytes 5-9/10" } : {});
    response.end(lies ? "abcde" : WHOLE);
  });
  await fetchFrom(server);
  expect(readFileSync(path).equals(WHOLE)).toBe(true);
});

test("a server that falls silent is left, and asked again where it stopped", async () => {
  let asked = 0;
  const whole = fileServer();
  await using server = await WebServer.open((request, response) => {
    asked += 1;
    if (asked > 1) return whole(request, response);
    response.writeHead(200, { "content-length": WHOLE.length });
    response.write(WHOLE.subarray(0, 4096));
  });
  await fetchFrom(server, undefined, 1000);
  expect(ranges).toEqual(["bytes=4096-"]);
});

test("an abort ends it, and keeps what there is", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  await using server = await WebServer.open((_request, response) => {
    response.writeHead(200, { "content-length": WHOLE.length });
    response.write(WHOLE.subarray(0, 4096), () => controller.abort(reason));
  });
  expect(await failure(server, controller.signal)).toBe(reason);
});

test("where no process listens, the error names the address and not what it carries", async () => {
  let url = "";
  {
    await using server = await WebServer.open(fileServer());
    url = server.url("/model?token=secret", "127.0.0.1");
  }
  const error = await failure(url);
  expect(error).toMatchObject({ code: "DOWNLOAD_FAILED" });
  expect(String(error)).toContain("/model");
  expect(String(error)).not.toContain("secret");
});

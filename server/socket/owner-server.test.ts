import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fixtureHandlers, startOwner } from "#test/owner-child.ts";
import { askOwner, NoOwner } from "./owner-client.ts";
import { type Handler, type OwnerServer, serveOwner } from "./owner-server.ts";

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-owner-"));
  path = join(folder, "org.sock");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Only against what never ends: a machine that is busy is not a failure. */
const LONGEST_MS = 120_000;
const signal = () => AbortSignal.timeout(LONGEST_MS);
const ask = (name: string, body: unknown = {}) =>
  askOwner(path, { name, body }, { signal: signal(), answerWithinMs: LONGEST_MS });
const open = (): Promise<OwnerServer> =>
  serveOwner(
    path,
    fixtureHandlers(() => undefined),
  );

test("answers a question, event by event", async () => {
  await using _server = await open();
  const body = { text: "Grüße\n\u2028 🎈", nested: [1, null, { a: true }] };
  expect(await Array.fromAsync(ask("echo", body))).toEqual([body]);
});

test("a question and an answer of several megabytes arrive whole", async () => {
  await using _server = await open();
  const body = { text: "äß€".repeat(300_000) };
  expect(await Array.fromAsync(ask("echo", body))).toEqual([body]);
});

test("the socket belongs to this user alone, and goes with its owner", async () => {
  const umask = process.umask(0);
  try {
    await using _server = await open();
    expect(lstatSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(["org.sock"]);
    expect(process.umask()).toBe(0);
  } finally {
    process.umask(umask);
  }
  expect(readdirSync(folder)).toEqual([]);
});

test.each([100, 107, 108, 120, 220])("a path of %d bytes is not a problem", async (bytes) => {
  path = join(folder, "d".repeat(bytes - folder.length - "//o.sock".length), "o.sock");
  expect(Buffer.byteLength(path)).toBe(bytes);
  mkdirSync(dirname(path));
  {
    await using _server = await open();
    expect(await Array.fromAsync(ask("echo", "far"))).toEqual(["far"]);
    expect(readdirSync(dirname(path))).toEqual(["o.sock"]);
  }
  await expect(ask("echo").next()).rejects.toThrow(NoOwner);
  expect(readdirSync(dirname(path))).toEqual([]);
});

test("the socket that a dead owner left behind is replaced", async () => {
  {
    await using owner = await startOwner(path);
    owner.kill("SIGKILL");
  }
  expect(existsSync(path)).toBe(true);
  await using _server = await open();
  expect(await Array.fromAsync(ask("echo", "alive"))).toEqual(["alive"]);
});

test("the socket of a living owner is not taken", async () => {
  await using _first = await open();
  await expect(open()).rejects.toMatchObject({ code: "HOME_BUSY" });
  expect(await Array.fromAsync(ask("echo", "still here"))).toEqual(["still here"]);
});

test("a file of that name is not overwritten", async () => {
  writeFileSync(path, "precious");
  await expect(open()).rejects.toMatchObject({ code: "FILE_FAILED" });
  expect(readFileSync(path, "utf8")).toBe("precious");
});

test("a folder that is missing is said", async () => {
  path = join(folder, "no", "org.sock");
  await expect(open()).rejects.toMatchObject({ code: "FILE_FAILED" });
});

test("refuses what it does not know, in words that curl shows", async () => {
  await using _server = await open();
  const post = { unix: path, method: "POST", body: "{}" };
  expect((await fetch("http://owner/home/toString", post)).status).toBe(404);
  expect((await fetch("http://owner/home/echo", { unix: path })).status).toBe(405);
  const garbage = await fetch("http://owner/home/echo", { ...post, body: "{" });
  expect([garbage.status, await garbage.json()]).toEqual([
    400,
    { error: expect.objectContaining({ message: "the body is not JSON", code: "INPUT_INVALID" }) },
  ]);
});

test("counts what it is answering, and takes nothing more once all is done and it retires", async () => {
  await using server = await open();
  expect(server.active()).toBe(0);
  const stop = new AbortController();
  const answers = [1, 2].map(() =>
    askOwner(path, { name: "wait", body: {} }, { signal: stop.signal, answerWithinMs: LONGEST_MS }),
  );
  for (const answer of answers) expect((await answer.next()).value).toBe("waiting");
  expect(server.active()).toBe(2);
  const retired = server.retire();
  expect(await Array.fromAsync(ask("echo", "until then"))).toEqual(["until then"]);
  stop.abort();
  await retired;
  expect(server.active()).toBe(0);
  await expect(ask("echo").next()).rejects.toThrow(NoOwner);
});

test("an owner that leaves answers each question whole or takes none of it, whenever it comes", async () => {
  for (let round = 0; round < 40; round += 1) {
    const stack = new AsyncDisposableStack();
    const server = stack.use(await open());
    const text = "x".repeat(round * 3000);
    const asked = Array.from({ length: 8 }, async (_, n) => {
      for (let tick = 0; tick < (n * round) % 23; tick += 1) await new Promise(setImmediate);
      return await Array.fromAsync(ask("echo", text)).catch((error: unknown) => error);
    });
    await server.retire();
    await stack.disposeAsync();
    for (const answer of await Promise.all(asked)) {
      if (!(answer instanceof NoOwner)) expect(answer).toEqual([text]);
    }
  }
});

test("an owner that ends stops its answers, and lets them say their last words", async () => {
  await using stack = new AsyncDisposableStack();
  stack.use(await open());
  const answer = ask("wait");
  expect((await answer.next()).value).toBe("waiting");
  const ended = stack.disposeAsync();
  expect((await answer.next()).value).toBe("last words");
  expect((await answer.next()).done).toBe(true);
  await ended;
  await expect(ask("wait").next()).rejects.toThrow(NoOwner);
});

test("an owner that ends waits for the work behind an answer that is not read any more", async () => {
  const work = Promise.withResolvers<void>();
  const slow: Handler = async function* () {
    try {
      yield "first";
      yield "second";
    } finally {
      await work.promise;
    }
  };
  await using stack = new AsyncDisposableStack();
  stack.use(await serveOwner(path, { slow }, { drainMs: 10 }));
  for await (const _line of ask("slow")) break;
  let ended = false;
  const ending = stack.disposeAsync().then(() => {
    ended = true;
  });
  const limit = AbortSignal.timeout(30);
  while (!limit.aborted) await new Promise(setImmediate);
  expect(ended).toBe(false);
  work.resolve();
  await ending;
});

test("an caller that does not read what it asked for does not keep the owner from ending", async () => {
  const flood: Handler = async function* (_body, signal) {
    while (!signal.aborted) yield "x".repeat(100_000);
  };
  await using stack = new AsyncDisposableStack();
  stack.use(await serveOwner(path, { flood }, { drainMs: 10 }));
  const answer = await fetch("http://owner/home/flood", { unix: path, method: "POST", body: "{}" });
  expect(answer.status).toBe(200); // and not a byte of the body is read
  await stack.disposeAsync();
  await answer.body?.cancel().catch(() => undefined);
});

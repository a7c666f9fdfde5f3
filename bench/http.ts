#!/usr/bin/env bun
/** A real `org serve` under 200 clients at once, and with 500 readers of one room, beside a server that does nothing. */
import { signedAuthorization } from "#core/request-signature.ts";
import { AccessStore } from "#home/access-store.ts";
import { createHome, homePaths } from "#home/home-paths.ts";
import { compare } from "./support/compare.ts";
import { HttpConnection } from "./support/http-connection.ts";
import { below, named, publish, type Section } from "./support/report.ts";
import { stop } from "./support/stop.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const ROUNDS = { warmUp: 1, counted: 3 };
const CLIENTS = 200;
const EACH = 5;
const READERS = 500;

const ROOT = `${import.meta.dir}/..`;

await using folder = await temporaryFolder();
const paths = homePaths(folder.path);
await createHome(paths);
using store = new AccessStore(paths);
const bearer = `Bearer ${store.createToken("bench", "run").token}`;
const { id, path: keyPath } = store.createKey("bench", "run");
const key = { id, secret: (await Bun.file(keyPath).text()).trim() };
await using ours = await startOurs();
await using bare = await startBare();
const room = await newRoom();
let count = 0;

publish([await latencies(), await deliveries()]);

async function latencies(): Promise<Section> {
  const series = await compare(
    [
      { name: "Bun.serve, nothing else", round: () => p99(bare.port, () => plain("/ready")) },
      { name: "GET, with a token", round: () => p99(ours.port, () => plain("/ready", bearer)) },
      { name: "GET, signed", round: () => p99(ours.port, () => plain("/ready", signature())) },
      { name: "POST of a job, on disk", round: () => p99(ours.port, job) },
    ],
    ROUNDS,
  );
  return {
    title: `http: the slowest of 100 answers, ${CLIENTS} clients at once, ${EACH} requests each`,
    unit: "ms until the answer is whole, 99th percentile, less is better",
    series,
    aims: [
      below(250, named(series, "GET, with a token")),
      below(1000, named(series, "POST of a job, on disk")),
    ],
  };
}

async function deliveries(): Promise<Section> {
  const series = await compare(
    [
      { name: "Bun.serve, nothing else", round: () => delivery(bare.port, "/events", "/say") },
      { name: "a room", round: () => delivery(ours.port, `${room}/events`, `${room}/messages`) },
    ],
    ROUNDS,
  );
  return {
    title: `http: one line until the last of ${READERS} readers of a room has it`,
    unit: "ms, less is better",
    series,
    aims: [below(500, named(series, "a room"))],
  };
}

/** All clients ask, again and again; what counts is how long the unlucky ones wait. */
async function p99(port: number, request: () => string): Promise<number> {
  using all = new DisposableStack();
  const clients = await Promise.all(
    Array.from({ length: CLIENTS }, async () => all.use(await HttpConnection.open(port))),
  );
  const times: number[] = [];
  await Promise.all(
    clients.map(async (client) => {
      for (let n = 0; n < EACH; n += 1) {
        const text = request();
        const start = performance.now();
        const status = await client.ask(text);
        times.push(performance.now() - start);
        if (status >= 300) throw new Error(`It answered ${status}`);
      }
    }),
  );
  return times.sort((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0;
}

async function delivery(port: number, events: string, say: string): Promise<number> {
  using all = new DisposableStack();
  using speaker = await HttpConnection.open(port);
  count += 1;
  const mark = `line number ${count} end`;
  const body = JSON.stringify({ text: mark });
  const readers = await Promise.all(
    Array.from({ length: READERS }, async () => all.use(await HttpConnection.open(port))),
  );
  for (const reader of readers) reader.listen(plain(`${events}`, bearer));
  await Promise.all(readers.map((reader) => reader.hear((text) => text.includes(": open"))));
  const start = performance.now();
  speaker.listen(write(`POST ${say}`, bearer, body));
  await Promise.all(readers.map((reader) => reader.hear((text) => text.includes(mark))));
  return performance.now() - start;
}

/** A message was sent in it, so that it is there. @returns its address. */
async function newRoom(): Promise<string> {
  const url = `http://127.0.0.1:${ours.port}/v1`;
  const headers = { authorization: bearer, "content-type": "application/json" };
  const spoken = { method: "POST", headers, body: '{"text":"hi"}' };
  await (await fetch(`${url}/messages`, spoken)).text();
  const { rooms } = Object(await (await fetch(`${url}/rooms`, { headers })).json());
  return `/v1/rooms/${rooms[0].id}`;
}

function plain(target: string, authorization = ""): string {
  return write(`GET ${target}`, authorization);
}

function job(): string {
  return write("POST /v1/jobs", bearer, '{"tool":"none","delay_ms":604800000}');
}

function write(line: string, authorization: string, body?: string): string {
  const proof = authorization === "" ? "" : `Authorization: ${authorization}\r\n`;
  const about =
    body === undefined
      ? ""
      : `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`;
  return `${line} HTTP/1.1\r\nHost: 127.0.0.1:${ours.port}\r\n${proof}${about}\r\n${body ?? ""}`;
}

function signature(): string {
  const time = Math.floor(Date.now() / 1000);
  const nonce = crypto.randomUUID();
  return signedAuthorization({ method: "GET", target: "/ready", body: "", time, nonce }, key);
}

async function startOurs() {
  const child = Bun.spawn([process.execPath, `${ROOT}/main.ts`, "serve", "--port", "0"], {
    cwd: folder.path,
    // No persona answers there: what is said is on disk and with its readers before any persona is asked.
    env: { PATH: Bun.env["PATH"], ORG_HOME: folder.path, OLLAMA_BASE: "http://127.0.0.1:9" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const port = Number(/:(\d+)\n/.exec(await firstLine(child.stderr))?.[1]);
  void child.stderr.pipeTo(new WritableStream());
  return { port, [Symbol.asyncDispose]: () => stop(child) };
}

async function startBare() {
  const program = `${import.meta.dir}/programs/bare-server.ts`;
  const child = Bun.spawn([process.execPath, program], { stdio: ["ignore", "pipe", "inherit"] });
  return {
    port: Number(await firstLine(child.stdout)),
    [Symbol.asyncDispose]: () => stop(child),
  };
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  const reader = stream.getReader();
  let text = "";
  while (!text.includes("\n")) text += new TextDecoder().decode((await reader.read()).value);
  reader.releaseLock();
  return text;
}

/** What an attacker sends to the port of a real `org serve` who means no good, byte for byte. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  AttackedPort,
  bearer,
  type Row,
  rawRequest,
  withoutEnd,
} from "./http-attacks/attacked-port.ts";
import { BODIES, FRAMES, PROTOCOLS, SLOW } from "./http-attacks/what.ts";
import { PLACES, TARGETS } from "./http-attacks/where.ts";
import { AUTH, SIGNED } from "./http-attacks/who.ts";
import { type TestHome, testHome } from "./org-process.ts";
import { type RawAnswer, sendRaw } from "./raw-http.ts";
import { say } from "./scripted-answers.ts";
import { type ScriptedServer, scriptedServer } from "./scripted-server.ts";
import { until } from "./until.ts";

const SECRET = "the secret that signs requests";
const CONFIG = `
[http]
request_seconds = 1
connections = 24
[http.keys.ci]
secret = "\${SIGNING_KEY}"
scope = "run"
`;

let home: TestHome;
let model: ScriptedServer;
let at: AttackedPort;
/** All that ever came back. */
const said: string[] = [];

beforeAll(async () => {
  model = scriptedServer(() => say("Hello."));
  home = await testHome();
  await Bun.write(`${home.path}/org.config`, CONFIG);
  const options = { url: model.url, environment: { SIGNING_KEY: SECRET } };
  const tokens = { read: "", run: "", admin: "" };
  for (const scope of ["read", "run", "admin"] as const) {
    const words = ["token", "create", "--name", scope, "--scope", scope];
    tokens[scope] = (await home.run(words, options)).stdout.trim();
  }
  const server = home.start(["serve", "--port", "0"], options);
  const line = await server.stderr.line((text) => text.includes("serves on"));
  at = new AttackedPort(Number(/:(\d+)$/.exec(line)?.[1]), tokens, SECRET);
});
afterAll(async () => {
  await home[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
});

async function send(request: string | Uint8Array): Promise<RawAnswer> {
  const answer = await sendRaw(at.port, request);
  said.push(answer.text);
  return answer;
}

const TABLES: readonly (readonly [string, readonly Row[]])[] = [
  ["who asks", AUTH],
  ["what was signed", SIGNED],
  ["where it comes from", PLACES],
  ["what it brings", BODIES],
  ["how it is framed", FRAMES],
  ["what it is addressed to", TARGETS],
  ["what it speaks", PROTOCOLS],
];

describe.each(TABLES)("refuses by %s", (_table, rows) => {
  test.each(rows)("%s", async (_name, request, status) => {
    const { statuses, isClosed } = await send(request(at));
    expect([statuses, isClosed]).toEqual([[status], true]);
  });
});

test("what is slow ends by itself, all of it at once", async () => {
  const answers = await Promise.all(SLOW.map(([, request]) => send(request(at))));
  expect(answers.map(({ statuses }) => statuses)).toEqual(SLOW.map(([, , status]) => [status]));
  expect(answers.every(({ isClosed }) => isClosed)).toBe(true);
});

test("what is meant well is answered", async () => {
  expect((await send(at.get())).statuses).toEqual([200]);
  expect((await send(at.post('{"tool":"none"}'))).statuses).toEqual([202]);
  expect((await send(at.signed({ signed: { body: '{"tool":"none"}' } }))).statuses).toEqual([202]);
  expect(
    (await send(at.get("/v1/jobs", [["Origin", `http://127.0.0.1:${at.port}`]]))).statuses,
  ).toEqual([200]);
});

test("a signed request that comes again is refused, also when both come at once", async () => {
  const request = at.signed({ signed: { body: '{"tool":"none"}' } });
  const answers = await Promise.all(Array.from({ length: 8 }, () => send(request)));
  const statuses = answers.flatMap((answer) => answer.statuses);
  expect(statuses.filter((status) => status === 202)).toHaveLength(1);
  expect(statuses.filter((status) => status === 401 || status === 429)).toHaveLength(7);
  expect((await send(request)).statuses[0]).toBeOneOf([401, 429]);
});

test("of requests in a row each one proves who sent it", async () => {
  const first = withoutEnd("GET /v1/jobs", [...at.host, ...bearer(at.tokens.read)]);
  const { statuses } = await send(`${first}${rawRequest("GET /v1/jobs", at.host)}`);
  expect(statuses).toEqual([200, 401]);
});

test("a client that leaves in the middle, wherever that is, harms no other", async () => {
  const whole = [at.post('{"tool":"none"}'), at.get("/events"), at.signed()];
  for (const request of whole) {
    for (let length = 1; length <= request.length; length += 9) {
      // Enough at once: the connection is torn down, often with something on its way.
      await sendRaw(at.port, request.slice(0, length), { leavesAtOnce: true });
    }
  }
  // Their places are free again, more of them than there are.
  await until("an answer", async () => (await send(at.get())).statuses[0] === 200);
});

test("an id that is strange is not repeated", async () => {
  const { text } = await send(at.get("/v1/jobs", [["X-Request-Id", "a<script>"]]));
  expect(text).toMatch(/x-request-id: req_[0-9a-f]{15}\r\n/i);
  expect(text).not.toContain("script");
});

test("more connections than there may be are told to come back", async () => {
  const stop = new AbortController();
  const room = `http://127.0.0.1:${at.port}/v1/messages`;
  const headers = {
    authorization: `Bearer ${at.tokens.admin}`,
    "content-type": "application/json",
  };
  await (await fetch(room, { method: "POST", headers, body: '{"text":"hi"}' })).text();
  const events = `http://127.0.0.1:${at.port}/events`;
  const streams = await Promise.all(
    Array.from({ length: 24 }, () => fetch(events, { headers, signal: stop.signal })),
  );
  expect(streams.map(({ status }) => status)).toEqual(streams.map(() => 200));
  const jobs = rawRequest("GET /v1/jobs", [...at.host, ...bearer(at.tokens.read)]);
  const full = await sendRaw(at.port, jobs);
  expect([full.statuses, full.text]).toEqual([[503], expect.stringMatching(/retry-after: 1\r\n/i)]);
  stop.abort();
  // The server sees each of them leave.
  await until("room for others", async () => (await send(jobs)).statuses[0] === 200);
});

test("after too many wrong proofs one is told to wait, and a right one is heard", async () => {
  const wrong = rawRequest("GET /v1/jobs", [...at.host, ...bearer("wrong")]);
  const told: RawAnswer[] = [];
  for (let n = 0; n < 25; n += 1) told.push(await send(wrong));
  expect(told.at(-1)?.statuses).toEqual([429]);
  expect(told.at(-1)?.text).toMatch(/retry-after: \d+\r\n/i);
  expect((await send(at.get())).statuses).toEqual([200]);
});

test("nothing of it was done, and nothing of ours was told", async () => {
  const answer = await fetch(`http://127.0.0.1:${at.port}/health`, {
    headers: { authorization: `Bearer ${at.tokens.read}` },
  });
  expect(await answer.json()).toMatchObject({ status: "ok", generation: "current" });
  const all = said.join("\n");
  for (const secret of [
    home.path,
    SECRET,
    at.tokens.admin,
    at.tokens.run,
    ".ts:",
    "node_modules",
    "    at ",
  ]) {
    expect(all.includes(secret)).toBe(false);
  }
  // One line was said, in the test of the connections.
  expect(model.requests).toHaveLength(1);
});

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Validator } from "@seriousme/openapi-schema-validator";
import { EventSourceParserStream } from "eventsource-parser/stream";
import { OrgError } from "#core/errors.ts";
import { AccessStore } from "#home/access-store.ts";
import { DescribedAnswers } from "#test/described-answers.ts";
import { asked, type TestGeneration, testGeneration } from "#test/generation-fixture.ts";
import { untilAborted } from "#test/local-jobs.ts";
import { say } from "#test/scripted-answers.ts";
import { Authenticator } from "../http/auth/authenticator.ts";

let generation: TestGeneration;
let folder: string;
let store: AccessStore;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "org-api-"));
  store = new AccessStore({ access: join(folder, "access.sqlite") });
  generation = await testGeneration({
    script: () => say("Hello."),
    authenticator: new Authenticator({ store, isExposed: false }),
    metricsText: async () => "# nothing\n",
    database: async () => ({ primary: true, lag_ms: 3, standby: "sync" }),
    handle: async ({ work, signal }) => {
      if (work.kind !== "goal") return work.kind;
      if (work.text === "hold") return await untilAborted(signal);
      if (work.text !== "fail") return work.text;
      throw new OrgError("It failed", { code: "INPUT_INVALID", remedies: [] });
    },
  });
});
afterAll(async () => {
  await generation[Symbol.asyncDispose]();
  store[Symbol.dispose]();
  await rm(folder, { recursive: true });
});

const at = (path: string): string => `${generation.url}${path}`;

async function json(work: Promise<Response>): Promise<readonly [number, Record<string, unknown>]> {
  const response = await work;
  return [response.status, Object(await response.json())];
}

const gone = (path: string): Promise<Response> => fetch(at(path), { method: "DELETE" });

async function eventsOf(path: string, last?: number): Promise<readonly string[]> {
  const headers = last === undefined ? {} : { "last-event-id": String(last) };
  const response = await asked(at(path), undefined, headers);
  const text = response.body?.pipeThrough(new TextDecoderStream());
  const seen: string[] = [];
  for await (const { id, event } of text?.pipeThrough(new EventSourceParserStream()) ?? []) {
    seen.push(`${id} ${event}`);
  }
  return seen;
}

describe("a job", () => {
  test("is queued, done, and told of with its trace", async () => {
    const response = await asked(at("/v1/jobs"), { goal: "tidy", request_id: "job-1" });
    expect(response.headers.get("location")).toBe("/v1/jobs/job-1");
    expect([response.status, await response.json()]).toEqual([202, { id: "job-1", dup: false }]);
    expect(await eventsOf("/v1/jobs/job-1/events")).toEqual(["1 queued", "2 started", "3 done"]);
    expect(await eventsOf("/v1/jobs/job-1/events", 2)).toEqual(["3 done"]);
    expect(await eventsOf("/v1/jobs/job-1/events?from=1")).toEqual(["2 started", "3 done"]);
    expect((await asked(at("/v1/jobs/job-1/events?from=x"))).status).toBe(400);
    const [, job] = await json(asked(at("/v1/jobs/job-1")));
    expect(job).toMatchObject({
      ...{ id: "job-1", request_id: "job-1", state: "done", attempts: 1, result: "tidy" },
      trace: [
        { seq: 1, type: "queued", request_id: "job-1" },
        { seq: 2 },
        { seq: 3, type: "done" },
      ],
    });
  });

  test("is the same for who asks again, and another one for another wish", async () => {
    const wish = { goal: "once", request_id: "job-2" };
    await asked(at("/v1/jobs"), wish);
    expect(await json(asked(at("/v1/jobs"), wish))).toEqual([202, { id: "job-2", dup: true }]);
    const [status, { error }] = await json(asked(at("/v1/jobs"), { ...wish, goal: "twice" }));
    expect([status, error]).toMatchObject([409, { code: "JOB_CONFLICT" }]);
  });

  test("bears the id of its request, where that is well-formed", async () => {
    const submit = (id: string) => asked(at("/v1/jobs"), { tool: "x" }, { "x-request-id": id });
    const named = await submit("trace-7");
    expect([named.headers.get("x-request-id"), await named.json()]).toEqual([
      "trace-7",
      { id: "trace-7", dup: false },
    ]);
    const odd = await submit("a b");
    expect(odd.headers.get("x-request-id")).toMatch(/^req_/);
    expect(await odd.json()).toMatchObject({ id: expect.stringMatching(/^job_/) });
  });

  test("is cancelled, also while it runs, and only once", async () => {
    await asked(at("/v1/jobs"), { goal: "hold", request_id: "job-3" });
    expect(await json(gone("/v1/jobs/job-3"))).toMatchObject([200, { state: "cancelled" }]);
    expect((await eventsOf("/v1/jobs/job-3/events")).at(-1)).toEndWith("cancelled");
    expect(await json(gone("/v1/jobs/job-3"))).toMatchObject([
      409,
      { error: { code: "JOB_CONFLICT" } },
    ]);
  });

  test("that died is listed, and begins again", async () => {
    await asked(at("/v1/jobs"), { goal: "fail", request_id: "job-4", max_attempts: 1 });
    expect((await eventsOf("/v1/jobs/job-4/events")).at(-1)).toEndWith("dead");
    const [, { jobs }] = await json(asked(at("/v1/jobs?state=dead")));
    expect(jobs).toMatchObject([{ id: "job-4", error: { code: "INPUT_INVALID" } }]);
    const again = await json(asked(at("/v1/jobs/job-4/requeue"), {}));
    expect(again).toMatchObject([200, { id: "job-4", state: "queued" }]);
    expect((await eventsOf("/v1/jobs/job-4/events")).at(-1)).toEndWith("dead");
    expect((await json(asked(at("/v1/jobs/job-1/requeue"), {})))[0]).toBe(409);
  });

  test("are listed page by page", async () => {
    const [, page] = await json(asked(at("/v1/jobs?limit=2")));
    const next = encodeURIComponent(String(page["next"]));
    expect(page["jobs"]).toHaveLength(2);
    const [, rest] = await json(asked(at(`/v1/jobs?limit=2&after=${next}`)));
    const idsOf = (jobs: unknown) => Array.from(Object(jobs), (job) => Object(job)["id"]);
    expect(idsOf(rest["jobs"]).length).toBeGreaterThan(0);
    expect(idsOf(rest["jobs"])).not.toContain(idsOf(page["jobs"])[0]);
    expect((await json(asked(at("/v1/jobs?after=nonsense"))))[0]).toBe(400);
  });

  const WRONG: readonly (readonly [string, Record<string, unknown>])[] = [
    ["nothing to do", {}],
    ["two things to do", { goal: "a", tool: "b" }],
    ["arguments of no tool", { goal: "a", args: {} }],
    ["a persona for a goal", { goal: "a", persona: "agent" }],
    ["too many attempts", { goal: "a", max_attempts: 101 }],
    ["a strange id", { goal: "a", request_id: "../x" }],
    ["an unknown field", { goal: "a", now: true }],
  ];
  test.each(WRONG)("is not taken with %s", async (_name, body) => {
    expect(await json(asked(at("/v1/jobs"), body))).toMatchObject([
      400,
      { error: { code: "INPUT_INVALID" } },
    ]);
  });

  test.each(["", "/events", "/requeue"])("that is not there is not found: %s", async (path) => {
    const body = path === "/requeue" ? {} : undefined;
    expect(await json(asked(at(`/v1/jobs/none${path}`), body))).toMatchObject([
      404,
      { error: { code: "JOB_UNKNOWN" } },
    ]);
  });
});

test("a room is listed, spoken in, followed and read", async () => {
  await (await asked(at("/v1/messages"), { text: "hi" })).text();
  const [, { rooms }] = await json(asked(at("/v1/rooms")));
  const id = String(Object(Object(rooms)[0])["id"]);
  const said = await (await asked(at(`/v1/rooms/${id}/messages`), { text: "and you?" })).text();
  expect(said).toContain("event: turn-end");
  // By it the line is known as that of a program.
  expect(said).toMatch(/"type":"message","id":"client_/);
  const stop = new AbortController();
  const path = at(`/v1/rooms/${id}/events?from=1`);
  const follow = await fetch(path, { signal: stop.signal });
  for await (const bytes of follow.body ?? []) {
    const [first] = /^id: \d+$/m.exec(new TextDecoder().decode(bytes)) ?? [];
    if (first === undefined) continue;
    expect(first).toBe("id: 2");
    break;
  }
  stop.abort();
  const transcript = await asked(at(`/v1/rooms/${id}/transcript`));
  expect(transcript.headers.get("content-type")).toBe("text/markdown; charset=utf-8");
  expect(await transcript.text()).toContain("and you?");
  const [, { entries }] = await json(asked(at(`/v1/rooms/${id}/transcript?format=json`)));
  expect(entries).toMatchObject([
    { seq: 1, event: { text: "hi" } },
    {},
    {},
    {},
    { seq: 5 },
    {},
    {},
    {},
  ]);
  expect((await json(asked(at("/v1/rooms/none/transcript"))))[0]).toBe(404);
});

test("a tool is listed, found and called; what the policy refuses is forbidden", async () => {
  const [, listed] = await json(asked(at("/v1/tools")));
  expect(listed).toMatchObject({ tools: [{ name: "echo" }] });
  expect(await json(asked(at("/v1/tools/search?q=say")))).toMatchObject([
    200,
    { tools: [{ name: "say" }] },
  ]);
  const called = (name: string) => json(asked(at(`/v1/tools/${name}/call`), { args: { a: 1 } }));
  expect(await called("echo")).toEqual([200, { ok: true, value: { a: 1 } }]);
  expect(await called("broken")).toEqual([200, { ok: false, message: "broke" }]);
  expect(await called("locked")).toMatchObject([403, { error: { code: "APPROVAL_NEEDED" } }]);
});

test("a candidate is listed, looked at and decided about", async () => {
  expect(await json(asked(at("/v1/candidates")))).toMatchObject([
    200,
    { candidates: [{ id: "1" }] },
  ]);
  const verdict = await json(asked(at("/v1/candidates/1/verdict")));
  expect(verdict).toEqual([200, { record: { id: "1" }, signature: "s" }]);
  const promoted = await json(asked(at("/v1/candidates/1/promote"), { approve: true }));
  expect(promoted).toEqual([202, { id: "1", begun: true }]);
  const rejected = await json(asked(at("/v1/candidates/1/reject"), { reason: "no" }));
  expect(rejected).toEqual([200, { id: "1", rejected: true }]);
});

test("an address is known by its path, and tells which methods it has", async () => {
  const response = await fetch(at("/v1/jobs/x"), {
    ...{ method: "POST", headers: { "content-type": "application/json" }, body: "{}" },
  });
  expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, DELETE"]);
  expect((await fetch(at("/v1/nothing"))).status).toBe(404);
  expect((await fetch(at("/ready"))).status).toBe(200);
  expect((await fetch(at("/ready?x=1"))).status).toBe(400);
  expect((await fetch(at("/v1/jobs?limit=1&limit=2"))).status).toBe(400);
  expect((await fetch(at(`/v1/jobs/${"a".repeat(201)}`))).status).toBe(400);
});

const DESCRIBED: readonly (readonly [string, string, unknown?])[] = [
  ["/health", "/health"],
  ["/v1/jobs", "/v1/jobs", { goal: "described", request_id: "described" }],
  ["/v1/jobs", "/v1/jobs"],
  ["/v1/jobs/{id}", "/v1/jobs/job-1"],
  ["/v1/jobs/{id}", "/v1/jobs/job-4"],
  ["/v1/rooms", "/v1/rooms"],
  ["/v1/tools", "/v1/tools"],
  ["/v1/tools/search", "/v1/tools/search?q=x"],
  ["/v1/tools/{name}/call", "/v1/tools/echo/call", {}],
  ["/v1/tools/{name}/call", "/v1/tools/other/call", {}],
  ["/v1/candidates", "/v1/candidates"],
  ["/v1/models", "/v1/models"],
  [
    "/v1/chat/completions",
    "/v1/chat/completions",
    { model: "room", messages: [{ role: "user", content: "hi" }] },
  ],
];
test("what is answered is as the document says", async () => {
  const answers = new DescribedAnswers((await json(asked(at("/openapi.json"))))[1]);
  for (const [route, path, body] of DESCRIBED) {
    const method = body === undefined ? "GET" : "POST";
    expect(answers.wrong(route, method, await json(asked(at(path), body)))).toBeUndefined();
  }
  expect(answers.wrong("/v1/rooms", "GET", [200, { rooms: [{}] }])).toContain("/v1/rooms");
});

test("the document of the interface is valid, and names every route", async () => {
  const [, document] = await json(asked(at("/openapi.json")));
  expect(document["openapi"]).toBe("3.1.1");
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  expect([valid, errors]).toEqual([true, undefined]);
  expect(Object.keys(Object(document["paths"])).length).toBeGreaterThan(20);
});

describe("once there is a token", () => {
  const tokens = { read: "", run: "", admin: "" };
  beforeAll(() => {
    for (const scope of ["read", "run", "admin"] as const) {
      tokens[scope] = store.createToken(scope, scope).token;
    }
  });

  const NEEDED: readonly (readonly [string, unknown, "read" | "run" | "admin"])[] = [
    ["/v1/jobs", undefined, "read"],
    ["/metrics", undefined, "read"],
    ["/openapi.json", undefined, "read"],
    ["/v1/models", undefined, "read"],
    ["/v1/jobs", { goal: "x" }, "run"],
    ["/v1/tools/echo/call", {}, "run"],
    ["/v1/chat/completions", { model: "room", messages: [{ role: "user", content: "x" }] }, "run"],
    ["/v1/candidates/1/promote", {}, "admin"],
    ["/v1/candidates/1/reject", {}, "admin"],
  ];
  test.each(NEEDED)("%s %p needs the scope %s", async (path, body, needed) => {
    const scopes = ["read", "run", "admin"] as const;
    const anonymous = await asked(at(path), body);
    expect([anonymous.status, anonymous.headers.get("www-authenticate")]).toEqual([
      401,
      expect.stringContaining("Bearer"),
    ]);
    for (const scope of scopes) {
      const headers = { authorization: `Bearer ${tokens[scope]}` };
      const { status } = await asked(at(path), body, headers);
      const isEnough = scopes.indexOf(scope) >= scopes.indexOf(needed);
      expect([scope, status === 403]).toEqual([scope, !isEnough]);
      expect(status).toBeLessThan(500);
    }
  });

  test("how it is anybody may know, but not what it is made of", async () => {
    expect(await json(asked(at("/health")))).toEqual([200, { status: "ok" }]);
    const headers = { authorization: `Bearer ${tokens.read}` };
    expect(await json(asked(at("/health"), undefined, headers))).toMatchObject([
      200,
      { generation: "current", database: { primary: true, lag_ms: 3, standby: "sync" } },
    ]);
    expect((await asked(at("/ready"))).status).toBe(200);
    expect((await asked(at("/health"), undefined, { authorization: "Bearer x" })).status).toBe(401);
  });
});

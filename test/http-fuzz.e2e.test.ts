/** Requests made of the interface's own document, to a real `org serve`: none leads to a failure of ours. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import fc from "fast-check";
import { z } from "zod";
import { DescribedAnswers } from "./described-answers.ts";
import { type TestHome, testHome } from "./org-process.ts";
import { say } from "./scripted-answers.ts";
import { type ScriptedServer, scriptedServer } from "./scripted-server.ts";

interface Described {
  readonly path: string;
  readonly method: string;
  /** Of the body. */
  readonly fields: readonly string[];
  readonly queries: readonly string[];
}

const operation = z.object({
  parameters: z.array(z.object({ name: z.string(), in: z.string() })),
  requestBody: z
    .object({
      content: z.object({
        "application/json": z.object({
          schema: z.looseObject({ properties: z.record(z.string(), z.unknown()) }),
        }),
      }),
    })
    .optional(),
});
const documentSchema = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), operation)),
});

let home: TestHome;
let model: ScriptedServer;
let url = "";
let routes: readonly Described[] = [];
let answers: DescribedAnswers;

beforeAll(async () => {
  model = scriptedServer(() => say("Hello."));
  home = await testHome();
  const server = home.start(["serve", "--port", "0"], { url: model.url });
  const line = await server.stderr.line((text) => text.includes("serves on"));
  url = /http:\S+/.exec(line)?.[0] ?? "";
  const document: unknown = await (await fetch(`${url}/openapi.json`)).json();
  const { valid, errors } = await new Validator().validate(structuredClone(Object(document)));
  expect([valid, errors]).toEqual([true, undefined]);
  answers = new DescribedAnswers(document);
  routes = Object.entries(documentSchema.parse(document).paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { parameters, requestBody }]) => ({
      ...{ path, method: method.toUpperCase() },
      fields: Object.keys(requestBody?.content["application/json"].schema.properties ?? {}),
      queries: parameters.flatMap((one) => (one.in === "query" ? [one.name] : [])),
    })),
  );
  expect(routes.length).toBeGreaterThan(22);
});
afterAll(async () => {
  await home[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
});

const value = fc.oneof(
  ...[fc.jsonValue({ maxDepth: 3 }), fc.string({ maxLength: 40 }), fc.integer()],
  fc.constantFrom(null, "room", "persona:agent", "../../etc/passwd", "' or 1=1 --", "$(id)", "\0"),
  fc.integer({ min: 1000, max: 300_000 }).map((length) => "x".repeat(length)),
);

interface Attempt {
  readonly route: Described;
  readonly target: string;
  readonly method: string;
  readonly body: unknown;
}

/** A request for a route: what it describes, and what it does not. */
function attemptsAt(route: Described): fc.Arbitrary<Attempt> {
  const names = fc.constantFrom(...route.fields, "unknown", "__proto__", "constructor");
  const keys = fc.constantFrom(...route.queries, "unknown");
  return fc
    .record({
      body: fc.oneof(fc.dictionary(names, value, { maxKeys: 4 }), value),
      method: fc.oneof(
        { weight: 6, arbitrary: fc.constant(route.method) },
        { weight: 1, arbitrary: fc.constantFrom("GET", "POST", "DELETE", "PUT", "PATCH") },
      ),
      id: fc.oneof(
        fc.webSegment(),
        fc.stringMatching(/^[\w.:-]{1,20}$/),
        fc.constant("x".repeat(300)),
      ),
      query: fc.dictionary(keys, fc.string({ maxLength: 30 }), { maxKeys: 2 }),
    })
    .map(({ body, method, id, query }) => {
      const path = route.path.replaceAll(/\{\w+\}/g, () => encodeURIComponent(id || "x"));
      return { route, body, method, target: `${path}?${new URLSearchParams(query)}` };
    });
}

async function textOf({ target, method, body }: Attempt): Promise<readonly [Response, string]> {
  const stop = new AbortController();
  const sent = { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
  const init = { method, signal: stop.signal, ...(method === "GET" ? {} : sent) };
  const response = await fetch(`${url}${target}`, init);
  // Some never end: what they begin with is enough.
  const isStream = response.headers.get("content-type") === "text/event-stream";
  const text = isStream ? "" : await response.text();
  stop.abort();
  return [response, text];
}

test("whatever is sent to it, it is a request that was wrong, and nothing of ours comes out", async () => {
  const attempts = fc.constantFrom(...routes).chain(attemptsAt);
  await fc.assert(
    fc.asyncProperty(attempts, async (attempt) => {
      const [response, text] = await textOf(attempt);
      expect(response.status).toBeLessThan(500);
      const isJson = response.headers.get("content-type") === "application/json";
      const { route, method } = attempt;
      const said = [response.status, isJson ? JSON.parse(text) : undefined] as const;
      expect(isJson ? answers.wrong(route.path, method, said) : undefined).toBeUndefined();
      expect(response.headers.get("x-request-id")).toMatch(/^req_/);
      const ours = [home.path, "node_modules", ".ts:", "SQLITE", "    at "];
      expect(ours.filter((one) => text.includes(one))).toEqual([]);
    }),
    // On a busy machine each of them takes longer.
    { numRuns: Number(Bun.env["FC_RUNS"] ?? 400), interruptAfterTimeLimit: 500_000 },
  );
  expect((await fetch(`${url}/health`)).status).toBe(200);
});

test("every route refuses what is too large, and methods that it has not", async () => {
  for (const { path, method } of routes) {
    const target = `${url}${path.replaceAll(/\{\w+\}/g, "x")}`;
    const headers = { "content-type": "application/json" };
    if (method === "POST") {
      const large = await fetch(target, { method, headers, body: `"${"x".repeat(1_100_000)}"` });
      expect([path, large.status]).toEqual([path, 413]);
    }
    const other = routes.some((one) => one.path === path && one.method === "DELETE")
      ? "PUT"
      : "DELETE";
    expect([path, (await fetch(target, { method: other })).status]).toEqual([path, 405]);
  }
});

import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ANY_MODEL } from "#core/model-facts.ts";
import { PATIENT } from "#test/patience.ts";
import { until } from "#test/until.ts";
import { withDefaultModel } from "./default-model.ts";
import { openAiProvider } from "./openai/openai.ts";
import { type ProfileBook, profileBook } from "./profile-book.ts";
import { ProfileStore } from "./profile-store.ts";

let folder = "";
let asked: string[] = [];
/** What the server answers, by path; everything else is not there. A promise is awaited first. */
let routes: Record<string, unknown> = {};
let server: Bun.Server<undefined>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-profiles-"));
  asked = [];
  routes = { "/api/show": { template: "{{ .Prompt }}<think>\n" } };
  server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async ({ url }) => {
      const { pathname } = new URL(url);
      asked.push(pathname);
      const answer = await routes[pathname];
      return answer === undefined
        ? new Response("not here", { status: 404 })
        : Response.json(answer);
    },
  });
});
afterEach(async () => {
  await server.stop(true);
  rmSync(folder, { recursive: true });
});

function open(
  store = new ProfileStore(join(folder, "profiles.json")),
  waitMs = 20_000,
): ProfileBook {
  const timeouts = PATIENT;
  const baseUrl = `http://127.0.0.1:${server.port}`;
  const provider = withDefaultModel(openAiProvider({ baseUrl, timeouts }));
  return profileBook({ provider, store, waitMs });
}
const signal = AbortSignal.timeout(600_000);

const LLAMA_CPP = {
  "/v1/models": {
    data: [{ id: "coder", owned_by: "llamacpp", meta: { n_params: 1_777_088_000 } }],
  },
  "/props": { total_slots: 3, chat_template: "[TOOL_CALLS]" },
};

test("a server is asked once, and not again after a restart", async () => {
  const book = open();
  const thinker = { thinkOpen: true, slots: 1 };
  expect(await book.profileOf("thinker", signal)).toEqual(thinker);
  const times = asked.length;
  expect(await book.profileOf("thinker", signal)).toEqual(thinker);
  await until("the file", () => Bun.file(join(folder, "profiles.json")).exists());
  expect(await open().profileOf("thinker", signal)).toEqual(thinker);
  expect(asked).toHaveLength(times);
});

test("personas that ask at once share one question", async () => {
  const book = open();
  await Promise.all([1, 2, 3].map(() => book.profileOf("thinker", signal)));
  expect(asked.filter((path) => path === "/api/show")).toHaveLength(1);
});

test("a model of llama.cpp is known by its weights, its slots and its template", async () => {
  routes = LLAMA_CPP;
  expect(await open().profileOf("coder", signal)).toEqual({
    billions: 1.777,
    slots: 3,
    rawShapes: true,
    lean: true,
    calls: "shape",
    dialect: "mistral",
  });
});

test("the first model of the server is known by its own name", async () => {
  routes = LLAMA_CPP;
  const path = join(folder, "profiles.json");
  expect((await open().profileOf(ANY_MODEL, signal)).billions).toBe(1.777);
  await until("the file", () => Bun.file(path).exists());
  const { models } = (await Bun.file(path).json()) as { models: object };
  expect(Object.keys(models)).toEqual([`http://127.0.0.1:${server.port} coder`]);
});

test("a server that knows none of the places is asked once", async () => {
  routes = {};
  const book = open();
  expect(await book.profileOf("m", signal)).toEqual({});
  const times = asked.length;
  expect(await book.profileOf("m", signal)).toEqual({});
  expect(asked).toHaveLength(times);
});

test("a server that is gone leaves known what the name tells, and is asked again", async () => {
  const port = server.port ?? 0;
  const book = open();
  await server.stop(true);
  expect(await book.profileOf("thinker:1b", signal)).toEqual({
    billions: 1,
    lean: true,
    calls: "template",
  });
  server = Bun.serve({
    port,
    hostname: "127.0.0.1",
    fetch: () => Response.json({ template: "x" }),
  });
  expect(await book.profileOf("thinker:1b", signal)).toMatchObject({ calls: "shape" });
});

test("a turn does not wait for a server that is silent, and has the facts once they come", async () => {
  const gate = Promise.withResolvers<unknown>();
  routes = { "/v1/models": gate.promise, "/api/show": gate.promise, "/props": gate.promise };
  const book = open(new ProfileStore(join(folder, "profiles.json")), 100);
  // The server answers only after this: that the book does at all is what is proven.
  expect(await book.profileOf("m", signal)).toEqual({});
  gate.resolve({ total_slots: 4 });
  await until("the facts", async () => (await book.profileOf("m", signal)).slots === 4);
});

test("a turn that is aborted waits for nothing", async () => {
  const never = new Promise(() => undefined);
  routes = { "/v1/models": never, "/api/show": never, "/props": never };
  expect(await open().profileOf("m", AbortSignal.abort())).toEqual({});
});

test("a model of unknown size that writes two calls is given its tools in the text", async () => {
  routes = {};
  const book = open();
  book.note("m", { type: "calls", declared: 0, written: ["hermes", "hermes"] });
  expect(await book.profileOf("m", signal)).toEqual({});
  book.note("m", { type: "calls", declared: 0, written: ["hermes"] });
  expect(await book.profileOf("m", signal)).toEqual({ calls: "text", dialect: "hermes" });
  book.note("m", { type: "calls", declared: 1, written: [] });
  expect(await book.profileOf("m", signal)).toEqual({ calls: "template" });
});

test("a shape that was not held twice in a row is not asked for after a restart either", async () => {
  routes = LLAMA_CPP;
  const path = join(folder, "profiles.json");
  const book = open();
  expect((await book.profileOf("coder", signal)).calls).toBe("shape");
  for (const taken of [false, true, false]) book.note("coder", { type: "shape", hasShape: taken });
  // One reply without it may have other reasons.
  expect((await book.profileOf("coder", signal)).calls).toBe("shape");
  book.note("coder", { type: "shape", hasShape: false });
  expect((await book.profileOf("coder", signal)).calls).toBe("template");
  await until("the file", async () =>
    /"takesShapes":\s*false/.test(
      await Bun.file(path)
        .text()
        .catch(() => ""),
    ),
  );
  expect((await open().profileOf("coder", signal)).calls).toBe("template");
});

test("what a person has set for a model holds against what its server tells", async () => {
  routes = LLAMA_CPP;
  const timeouts = PATIENT;
  const provider = openAiProvider({ baseUrl: `http://127.0.0.1:${server.port}`, timeouts });
  const store = new ProfileStore(join(folder, "profiles.json"));
  const byHand = (model: string) =>
    model === "coder" ? { calls: "text" as const, temperature: 0.7 } : undefined;
  const book = profileBook({ provider, store, byHand });
  expect(await book.profileOf("coder", signal)).toMatchObject({
    calls: "text",
    temperature: 0.7,
    slots: 3,
    rawShapes: true,
  });
  expect((await book.profileOf("other", signal)).calls).toBe("shape");
});

test("an answer without any call teaches nothing, and counts end", async () => {
  const path = join(folder, "profiles.json");
  const store = new ProfileStore(path);
  const book = open(store);
  book.note("m", { type: "calls", declared: 0, written: [] });
  for (let answer = 0; answer < 50; answer += 1) {
    book.note("m", { type: "calls", declared: 1, written: [] });
  }
  const { learnt } = await store.get(`http://127.0.0.1:${server.port}`, "m");
  expect(learnt).toEqual({ declared: 20, written: {} });
});

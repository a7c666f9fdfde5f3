import { expect, test } from "bun:test";
import { CandidateRepository } from "#test/candidate-repository.ts";
import { isWell } from "./health.ts";

interface Answers {
  readonly commit: string;
  readonly tools: readonly string[];
  readonly trial: unknown;
}

/** A generation that says what it is told to. */
function generation({ commit, tools, trial }: Answers) {
  return Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) => {
      const isTrial = request.method === "POST" && request.url.endsWith("/v1/tools/shout/try");
      return Response.json(isTrial ? trial : { commit, tools });
    },
  });
}

test("what serves is well when it is that commit, and its new tools do what they say", async () => {
  using home = new CandidateRepository();
  const commit = home.commit("x", { "tools/generated/shout/tool.ts": "export {};\n" });
  const well = { commit, tools: ["shout"], trial: { ok: true } };
  const isWellWith = async (changed: Partial<Answers>): Promise<boolean> => {
    await using server = generation({ ...well, ...changed });
    return await isWell({ home: home.checkout, port: server.port ?? 0, commit });
  };
  expect(await isWellWith({})).toBe(true);
  expect(await isWellWith({ commit: "other" })).toBe(false);
  expect(await isWellWith({ tools: [] })).toBe(false);
  expect(await isWellWith({ trial: { ok: false } })).toBe(false);
  expect(await isWellWith({ trial: "no" })).toBe(false);
});

test("where everybody has to say who they are, it is asked with its own key", async () => {
  using home = new CandidateRepository();
  const commit = home.commit("x", { "tools/generated/word-count": null });
  await using server = Bun.serve({
    ...{ port: 0, hostname: "127.0.0.1" },
    fetch: ({ headers }) =>
      Response.json(headers.get("authorization") === "Bearer own" ? { commit, tools: [] } : {}),
  });
  const at = { home: home.checkout, port: server.port ?? 0, commit };
  expect(await isWell({ ...at, key: "own" })).toBe(true);
  expect(await isWell(at)).toBe(false);
});

test("a commit that takes a tool away asks for none", async () => {
  using home = new CandidateRepository();
  const commit = home.commit("x", { "tools/generated/word-count": null });
  await using server = generation({ commit, tools: [], trial: undefined });
  expect(await isWell({ home: home.checkout, port: server.port ?? 0, commit })).toBe(true);
});

test("without an answer nothing is well", async () => {
  using home = new CandidateRepository();
  expect(await isWell({ home: home.checkout, port: 1, commit: home.id("main") })).toBe(false);
});

import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openAiProvider } from "#models/openai/openai.ts";
import { profileLearner } from "#models/profile-store.ts";

let folder = "";
let asked: string[] = [];
let server: Bun.Server<undefined>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-profiles-"));
  asked = [];
  server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      const { pathname } = new URL(request.url);
      asked.push(pathname);
      if (pathname === "/api/show") {
        const { model } = (await request.json()) as { model: string };
        if (model === "thinker") return Response.json({ template: "{{ .Prompt }}<think>\n" });
      }
      if (pathname === "/props" && asked.length > 1) {
        return Response.json({ chat_template: "[TOOL_CALLS]" });
      }
      return new Response("not here", { status: 404 });
    },
  });
});
afterEach(async () => {
  await server.stop(true);
  rmSync(folder, { recursive: true });
});

const learner = () => {
  const timeouts = { firstByteMs: 1000, idleMs: 1000 };
  const provider = openAiProvider({ baseUrl: `http://127.0.0.1:${server.port}`, timeouts });
  return profileLearner(provider, join(folder, "profiles.json"));
};
const signal = AbortSignal.timeout(5000);

test("asks the server once, and not again after a restart", async () => {
  const learn = learner();
  expect(await learn("thinker", signal)).toEqual({ thinkOpen: true });
  expect(await learn("thinker", signal)).toEqual({ thinkOpen: true });
  expect(await learner()("thinker", signal)).toEqual({ thinkOpen: true });
  expect(asked).toEqual(["/api/show"]);
});

test("asks llama.cpp where it tells, when Ollama's place is empty", async () => {
  expect(await learner()("other", signal)).toEqual({ dialect: "mistral" });
});

test("a damaged file is no reason to fail", async () => {
  writeFileSync(join(folder, "profiles.json"), "{");
  expect(await learner()("thinker", signal)).toEqual({ thinkOpen: true });
});

test("a server that is gone leaves nothing known", async () => {
  await server.stop(true);
  expect(await learner()("thinker", signal)).toEqual({});
});

/** The forge with what a real small model said, and with servers that never come to an end. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { forgeEventSchema } from "#tools/forge/progress.ts";
import { type TestHome, testHome } from "./org-process.ts";
import { hang } from "./scripted-answers.ts";
import { scriptedServer } from "./scripted-server.ts";
import { until } from "./until.ts";

/** What Qwen2.5-Coder-1.5B-Instruct said on llama.cpp, on the first attempt. */
const REAL_CASSETTE = join(import.meta.dir, "fixtures/forge/count-words.jsonl");

/** The same model and wish: at first the gate left its tool to a human. */
const SIGNS_CASSETTE = join(import.meta.dir, "fixtures/forge/words-by-signs.jsonl");

/** A second is what is promised, and minutes are what the model would still take; a busy machine ends processes late. */
const SOON_MS = 60_000;

let home: TestHome;
beforeEach(async () => {
  home = await testHome();
});
afterEach(() => home[Symbol.asyncDispose]());

test("a small model's real answers become a tool that passes, in 4 requests and 205 tokens", async () => {
  const ran = await home.run([
    ...["forge", "--goal", "count the words in a text", "--json", "--model", "coder"],
    ...["--cassette", REAL_CASSETTE, "--strict"],
  ]);
  expect(ran.exitCode).toBe(0);
  const steps = ran.stdout
    .trimEnd()
    .split("\n")
    .map((line) => forgeEventSchema.parse(JSON.parse(line)));
  expect(steps[0]).toMatchObject({ type: "forge-start", language: "python" });
  expect(steps.at(-1)).toMatchObject({
    type: "forge-end",
    outcome: "delivered",
    name: "count_words",
    requests: 4,
    tokens: 205,
  });
});

test("a real program that crashes is replaced, and signs that the others take away stand in a case", async () => {
  const ran = await home.run([
    ...["forge", "--goal", "count the words in a text", "--json", "--model", "coder"],
    ...["--cassette", SIGNS_CASSETTE, "--strict"],
  ]);
  const steps = ran.stdout
    .trimEnd()
    .split("\n")
    .map((line) => forgeEventSchema.parse(JSON.parse(line)));
  const end = steps.at(-1);
  expect(end).toMatchObject({ type: "forge-end", outcome: "delivered", requests: 6, tokens: 312 });
  const path = end?.type === "forge-end" ? (end.path ?? "") : "";
  const { cases } = await Bun.file(join(path, "cases.json")).json();
  expect(cases).toContainEqual({ input: { text: "H.ello, World!" }, output: { words: 3 } });
});

describe("Ctrl-C ends a run at once", () => {
  async function stopped(url: string, isAsked: () => Promise<unknown>): Promise<void> {
    await using org = home.start(["forge", "--goal", "the median", "--json"], { url });
    await org.stdout.line((line) => line.includes('"stage-start"'));
    await isAsked();
    const start = performance.now();
    org.signal("SIGINT");
    expect((await org.ended).exitCode).toBe(130);
    expect(performance.now() - start).toBeLessThan(SOON_MS);
    expect(existsSync(home.paths.forge)).toBe(false);
  }

  test("while the first token does not come", async () => {
    await using server = scriptedServer([hang()]);
    await stopped(server.url, () => server.request(0));
  });

  test("while tokens come for ever", async () => {
    let chunks = 0;
    const chunk = 'data: {"choices":[{"index":0,"delta":{"content":"1, "}}]}\n\n';
    async function* endless() {
      for (;;) {
        yield chunk;
        chunks += 1;
        await Bun.sleep(10);
      }
    }
    await using server = Bun.serve({
      port: 0,
      fetch: ({ url }) => {
        if (url.endsWith("/v1/models")) return Response.json({ data: [{ id: "m" }] });
        // What else is asked about the model is not there: it would be waited for up to its limit.
        if (!url.endsWith("/chat/completions")) return new Response(null, { status: 404 });
        return new Response(endless, { headers: { "content-type": "text/event-stream" } });
      },
    });
    await stopped(`http://127.0.0.1:${server.port}`, () => until("tokens", async () => chunks > 5));
  });
});

/** How a suite is played and remembered; `test/side-by-side.e2e.test.ts` plays it to real rooms. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { join } from "node:path";
import { openCheckout } from "#platform/git/repository.ts";
import { CandidateRepository } from "#test/candidate-repository.ts";
import { completionServer } from "../replay/completion-server.ts";
import { ReplayLedger } from "../replay/replay-ledger.ts";
import { readScenarios } from "../replay/scenario.ts";
import { compareArms, type OpenStage } from "./compare.ts";
import { readSuite } from "./read-suite.ts";

const SUITE = JSON.stringify({
  scenarios: [{ name: "call", tool: "shout", input: { text: "a" }, includes: "A" }],
});

let home: CandidateRepository;
beforeEach(() => {
  home = new CandidateRepository();
});
afterEach(() => home[Symbol.dispose]());

const frames = (events: readonly object[], name = "event"): Response =>
  new Response(events.map((one) => `event: ${name}\ndata: ${JSON.stringify(one)}\n\n`).join(""));

/** A generation with one turn: it asks its model, tells it of one call, and says what it says. */
function stage(output: string, options: { broken?: boolean } = {}): OpenStage {
  return async () => {
    const model = completionServer();
    const post = async (messages: readonly object[]): Promise<string> => {
      const body = JSON.stringify({ messages });
      return await (
        await fetch(`${model.url}/v1/chat/completions`, { method: "POST", body })
      ).text();
    };
    const server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: async () => {
        if (options.broken === true)
          return frames([{ error: { code: "INTERNAL", message: "x" } }], "error");
        await post([{ role: "user", content: "use shout" }]);
        const reply = await post([{ role: "tool", tool_call_id: "c1", content: output }]);
        return frames([
          { type: "tool-result", id: "c1", name: "shout", ok: true },
          { type: "answer", text: reply.includes("Done.") ? "Done." : "?" },
          { type: "turn-end", reason: "complete" },
        ]);
      },
    });
    return {
      ...{ port: server.port ?? 0, model },
      [Symbol.asyncDispose]: async () => {
        await server.stop(true);
        await model[Symbol.asyncDispose]();
      },
    };
  };
}

async function compared(outputs: readonly [OpenStage, OpenStage]) {
  const commit = home.commit("suite", {
    "fitness/suites/one.json": SUITE,
    "fitness/suites/x/y.json": "{",
  });
  const files = await readSuite(await openCheckout(home.checkout), commit);
  const scenarios = readScenarios(files, (text) => [text]);
  const ledger = join(home.folder, "replays.sqlite");
  const { signal } = new AbortController();
  let opened = 0;
  const openStage: OpenStage = async (tools) => await (outputs[opened++] ?? outputs[0])(tools);
  const context = { scenarios, ledger, openStage, signal, nowMs: 0, random: () => 0.3 };
  const none = { before: new Map(), after: new Map() };
  const found = await compareArms(none, { main: "main", attempt: 1 }, context);
  using memory = new ReplayLedger(ledger);
  return { found, history: memory.history() };
}

test("what is played is scored, and what it shows of main is remembered", async () => {
  const { found, history } = await compared([stage("A"), stage("A")]);
  expect(found).not.toHaveProperty("reason");
  expect(found.evidence).toMatchObject({ scores: { call: { current: 1, candidate: 1 } } });
  expect(history).toEqual({ same: { pairs: 5, differing: 0 }, anchor: new Map([["call", 1]]) });
});

test("another result of a tool is a loss", async () => {
  const { found } = await compared([stage("A"), stage("B")]);
  expect(found).toMatchObject({ reason: expect.stringContaining('"call" goes worse') });
});

test("a generation that cannot answer gives no verdict", async () => {
  const failure = await compared([stage("A", { broken: true }), stage("A")]).catch(
    (error: unknown) => error,
  );
  expect(failure).toMatchObject({
    code: "PROCESS_FAILED",
    why: expect.stringContaining("INTERNAL"),
  });
});

test("a main without a suite has no scenarios", async () => {
  const files = await readSuite(await openCheckout(home.checkout), home.id("main"));
  expect(files.size).toBe(0);
});

test("the model says what was recorded, and no more", async () => {
  await using model = completionServer();
  const ask = async (path: string): Promise<readonly [number, string]> => {
    const answer = await fetch(`${model.url}/v1${path}`, {
      method: "POST",
      body: '{"messages":[]}',
    });
    return [answer.status, await answer.text()];
  };
  model.rewind(["one"]);
  expect(await ask("/chat/completions")).toEqual([200, "one"]);
  expect((await ask("/chat/completions"))[0]).toBe(400);
  expect((await ask("/show"))[0]).toBe(404);
  expect(await (await fetch(`${model.url}/v1/models`)).json()).toMatchObject({
    data: [{ id: "m" }],
  });
});

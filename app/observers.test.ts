/** What `org serve` counts and writes down; what it answers is in `cli/programs/serve.test.ts`. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { DEFAULT_POLICY } from "#core/policy/policy.ts";
import { policyQuestion } from "#core/policy/program.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import type { Log, LogFields } from "#platform/log/log.ts";
import { JobsBench } from "#test/local-jobs.ts";
import { type TestHome, testHome } from "#test/org-process.ts";
import { familiesOf, sampleOf } from "#test/prometheus-text.ts";
import { testJournal } from "#test/room-fixture.ts";
import { type Observed, ServeObservers } from "./observers.ts";

const SECRET = "correct-horse-battery";

let home: TestHome;
let lines: LogFields[] = [];
let said: string[] = [];
beforeEach(async () => {
  home = await testHome();
  [lines, said] = [[], []];
});
afterEach(() => home[Symbol.asyncDispose]());

const log: Log = {
  info: (msg, fields) => void lines.push({ level: "info", msg, ...fields }),
  warn: (msg, fields) => void lines.push({ level: "warn", msg, ...fields }),
  error: (msg, fields) => void lines.push({ level: "error", msg, ...fields }),
};

function observers(more: Partial<Observed> = {}): ServeObservers {
  return new ServeObservers({
    ...{ home: home.path, generation: "current", commit: "c0ffee", log },
    ...{ cleaner: new TextCleaner([SECRET]), say: (text: string) => void said.push(text) },
    ...more,
  });
}

async function counted(
  seen: ServeObservers,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number | undefined> {
  return sampleOf(familiesOf(await seen.hooks.metricsText()), name, labels);
}

test("what is asked for is written down, but for what monitoring asks again and again", async () => {
  const seen = observers();
  const request = { requestId: "req_1", method: "GET", status: 200, ms: 3 } as const;
  for (const route of ["/health", "/ready", "/metrics"]) {
    seen.hooks.onRequest({ ...request, route });
    seen.hooks.onRequest({ ...request, route, status: 399 });
  }
  expect(lines).toEqual([]);
  seen.hooks.onRequest({ ...request, route: "/ready", status: 400 });
  seen.hooks.onRequest({ ...request, route: "/v1/tools" });
  expect(lines).toMatchObject([
    { level: "info", msg: "request", request_id: "req_1", route: "/ready", status: 400, ms: 3 },
    { level: "info", msg: "request", request_id: "req_1", route: "/v1/tools", status: 200 },
  ]);
  const labels = { method: "GET", route: "/health", status: "2xx" };
  expect(await counted(seen, "org_http_requests_total", labels)).toBe(1);
});

test("a fault is written down and told, with its request and without secrets", () => {
  const { hooks } = observers();
  hooks.report(new Error(`bad ${SECRET}`), "req_7");
  hooks.report(new Error("worse"));
  expect(lines).toMatchObject([
    { level: "error", event: "fault", request_id: "req_7" },
    { level: "error", event: "fault", error: "worse" },
  ]);
  expect(lines[1]).not.toHaveProperty("request_id");
  expect(said[0]).toStartWith("request req_7: org met a bug of its own.\nError: bad [redacted]\n");
  expect(said.join("")).not.toContain(SECRET);
  expect(said[1]).toStartWith("org met a bug of its own.\nError: worse\n");
  // Where it happened, which no one can ask for again.
  expect(said[1]).toMatch(/^ {4}at .*observers\.test\.ts/m);
});

test("a call that no room has written down is counted, whatever becomes of who is told", async () => {
  const went = { name: "sh", ok: true, ms: 5, exit: 0, killed: undefined, outcome: undefined };
  const told: unknown[] = [];
  const seen = observers({
    seeCall: (call) => {
      told.push(call);
      throw new Error("the watch is broken");
    },
  });
  await seen.knowTools(() => Promise.resolve(["sh"]));
  seen.see(went);
  expect(told).toEqual([went]);
  expect(lines).toMatchObject([
    { level: "error", event: "fault", error: "the watch is broken" },
    { level: "info", msg: "tool ran" },
  ]);
  expect(await counted(seen, "org_tool_calls_total", { tool: "sh", result: "ok" })).toBe(1);
});

test("an alarm says whether a promotion is reverted for it", async () => {
  const seen = observers();
  seen.onAlarm({ why: "it breaks", rollBack: "promoted/1" });
  seen.onAlarm({ why: "all is worse" });
  expect(lines).toEqual([
    { level: "error", msg: "alarm of the watch", why: "it breaks", reverts: "promoted/1" },
    { level: "error", msg: "alarm of the watch", why: "all is worse", reverts: undefined },
  ]);
  expect(await counted(seen, "org_watch_alarms_total", { reverts: "yes" })).toBe(1);
});

test("what the policy program decides is written down without the arguments of the call", async () => {
  const seen = observers();
  const facts = {
    ...({ tool: "sh", persona: "agent", effect: "execute", capabilities: ["shell"] } as const),
    arguments: { cmd: SECRET },
  };
  const decision = { permission: "ask", why: "" } as const;
  const question = policyQuestion(facts, {
    ...{ id: "c1", now: "2026-01-01T00:00:00.000Z", decision, policy: DEFAULT_POLICY },
    ...{ room: "r", turn: "t1", redacted: { cmd: SECRET } },
  });
  seen.onPolicy("deny", question);
  expect(lines).toEqual([
    {
      ...{ level: "info", msg: "the policy program was asked", outcome: "deny", before: "ask" },
      ...{ turn: "t1", persona: "agent", tool: "sh", call: question.call.hash },
    },
  ]);
});

test("what rooms and jobs tell of themselves is counted, or written down", async () => {
  const seen = observers();
  seen.callbacks.onUsage?.("agent", { promptTokens: 7, completionTokens: 3 });
  seen.callbacks.onMcpLine?.("files", "ready");
  const labels = { persona: "agent", direction: "prompt" };
  expect(await counted(seen, "org_tokens_total", labels)).toBe(7);
  expect(lines).toEqual([
    { level: "info", msg: "an MCP server wrote", server: "files", line: "ready" },
  ]);
});

test("events of a journal are seen by all that watch it", async () => {
  await using kept = await testJournal();
  const events: string[] = [];
  const seen = observers({ see: ({ type }) => void events.push(type) });
  const event = {
    ...({ type: "turn-end", turn: "t", persona: "agent", reason: "error" } as const),
    code: "PROVIDER_UNREACHABLE",
  } as const;
  await seen.observed(kept.journal).append("r", { key: "1", event });
  expect(events).toEqual(["turn-end"]);
  expect(lines).toMatchObject([{ msg: "turn ended", reason: "error" }]);
  expect(await counted(seen, "org_turn_ends_total", { reason: "error" })).toBe(1);
});

test("jobs are counted until they are no longer looked at", async () => {
  const seen = observers();
  await using bench = await JobsBench.with(async () => null);
  const work = { kind: "tool", tool: "sh", args: {} } as const;
  const { signal } = new AbortController();
  {
    using _counting = seen.countJobs(bench.jobs);
    const { id } = await bench.jobs.submit({ work });
    await Array.fromAsync(bench.jobs.events(id, 1, signal));
  }
  expect(lines.map(({ msg }) => msg)).toContain("job done");
  const before = lines.length;
  const { id } = await bench.jobs.submit({ work });
  await Array.fromAsync(bench.jobs.events(id, 1, signal));
  expect(lines).toHaveLength(before);
});

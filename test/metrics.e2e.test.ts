/** A home that is served, and what it tells Prometheus of what happened in it. */
import { expect, test } from "bun:test";
import { z } from "zod";
import { Gate } from "#fitness/gate/gate.ts";
import { type OrgProcess, type TestHome, testHome } from "./org-process.ts";
import {
  complaintsOf,
  type Family,
  familiesByPrometheus,
  familiesOf,
  sampleOf,
} from "./prometheus-text.ts";
import { call, say } from "./scripted-answers.ts";
import { scriptedServer } from "./scripted-server.ts";

/** Calls what it is asked to, and is done when it has the result. */
function scripted() {
  return scriptedServer(({ index, body }) => {
    const last = body.messages.at(-1);
    if (last?.role === "tool") return say("Done.");
    const id = `call_${index}`;
    if (last?.content?.includes("slow") === true) {
      return call("sh", { cmd: "sleep 60", timeout_s: 0.3 }, { id });
    }
    if (last?.content?.includes("plain words") === true) return say("Words.");
    if (last?.content?.includes("unknown") === true) return call(`made-up-${index}`, {}, { id });
    return call("sh", { cmd: "echo hi" }, { id });
  });
}

async function served(home: TestHome, url: string): Promise<[OrgProcess, string]> {
  const process = home.start(["serve", "--port", "0"], { url });
  const line = await process.stderr.line((text) => text.includes("serves on"));
  return [process, line.slice(line.indexOf("http://"))];
}

async function ask(address: string, text: string): Promise<string> {
  const answer = await fetch(`${address}/v1/messages`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text }),
  });
  return await answer.text();
}

async function scrape(address: string): Promise<readonly Family[]> {
  const answer = await fetch(`${address}/metrics`);
  expect(answer.headers.get("content-type")).toStartWith("text/plain; version=0.0.4");
  const text = await answer.text();
  const families = familiesOf(text);
  // Another reader finds the same in it.
  expect(await familiesByPrometheus(text)).toEqual(families);
  return families;
}

test("what happened in a home that is served is there to be scraped", async () => {
  await using model = scripted();
  await using home = await testHome();
  const [process, address] = await served(home, model.url);
  const before = await scrape(address);
  expect(sampleOf(before, "org_turn_ends_total", { reason: "complete" })).toBe(0);

  for (const text of ["run it", "run it slow", "an unknown one"]) await ask(address, text);
  await fetch(`${address}/no/such/path`);
  const completion = await fetch(`${address}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      model: "persona:python",
      messages: [{ role: "user", content: "plain words" }],
      tools: [{ type: "function", function: { name: "own", parameters: { type: "object" } } }],
    }),
  });
  expect(completion.status).toBe(200);
  await completion.text();
  const submitted = await fetch(`${address}/v1/jobs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ tool: "sh", args: { cmd: "echo hi" } }),
  });
  const { id } = z.object({ id: z.string() }).parse(await submitted.json());
  await (await fetch(`${address}/v1/jobs/${id}/events`)).text();
  {
    using gate = await Gate.open(home.path);
    const about = { candidate: "c", branch: "b", main: "m", intent: "", attempt: 1 };
    const rest = { reason: "", ms: 1, record: "{}", signature: "", at: 1 };
    gate.verdicts.add({ ...about, ...rest, verdict: "reject", stage: "S4" });
  }

  const families = await scrape(address);
  expect(complaintsOf(families)).toEqual([]);
  const value = (name: string, labels?: Record<string, string>) => sampleOf(families, name, labels);
  expect(value("org_tool_calls_total", { tool: "sh", result: "ok" })).toBe(2);
  expect(value("org_tool_calls_total", { tool: "sh", result: "failed" })).toBe(1);
  expect(value("org_tool_calls_total", { tool: "other", result: "failed" })).toBe(1);
  expect(value("org_tool_duration_seconds_count", { tool: "sh" })).toBe(3);
  expect(value("org_sandbox_kills_total", { limit: "wall" })).toBe(1);
  expect(value("org_turn_ends_total", { reason: "complete" })).toBe(3);
  expect(value("org_tokens_total", { persona: "agent", direction: "completion" })).toBeGreaterThan(
    0,
  );
  expect(value("org_tokens_total", { persona: "python", direction: "prompt" })).toBeGreaterThan(0);
  expect(value("org_gate_verdicts_total", { verdict: "reject", stage: "S4" })).toBe(1);
  expect(value("org_jobs_total", { kind: "tool", outcome: "done" })).toBe(1);
  expect(value("org_jobs", { state: "done" })).toBe(1);
  expect(value("org_job_run_seconds_count", { kind: "tool" })).toBe(1);
  const route = { method: "POST", route: "/v1/messages", status: "2xx" };
  expect(value("org_http_requests_total", route)).toBe(3);
  expect(value("org_http_requests_total", { route: "other", status: "4xx" })).toBe(1);
  expect(value("org_build_info", { generation: "current", commit: "none" })).toBe(1);
  expect(value("process_cpu_seconds_total")).toBeGreaterThan(0);
  process.signal("SIGTERM");
  expect((await process.ended).exitCode).toBe(143);
});

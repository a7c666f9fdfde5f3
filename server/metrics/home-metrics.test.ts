import { expect, test } from "bun:test";
import fc from "fast-check";
import type { ToolFinished, TurnEnd } from "#core/events.ts";
import { complaintsOf, familiesOf, sampleOf } from "#test/prometheus-text.ts";
import { BoundedLabel, OTHER } from "./bounded-label.ts";
import { HomeMetrics, LABEL_CAPS } from "./home-metrics.ts";

const build = { version: "1.0.0", commit: "c".repeat(40), generation: "current" };

const finished = (name: string, more: Partial<ToolFinished> = {}): ToolFinished => ({
  ...{ type: "tool-result", turn: "t", persona: "agent", id: "1", size: 0 },
  ...{ name, ok: true, ms: 20, ...more },
});

const ended = (persona: string, more: Partial<TurnEnd> = {}): TurnEnd => ({
  ...{ type: "turn-end", turn: "t", reason: "complete", persona },
  usage: { promptTokens: 10, completionTokens: 2 },
  ...more,
});

test("counts what happens, in a text that Prometheus can read", async () => {
  const verdicts = () => [{ verdict: "reject", stage: "S2", count: 3 }];
  const metrics = new HomeMetrics({ build, verdicts });
  await metrics.knowTools(() => Promise.resolve(["sh"]));
  metrics.observe(finished("sh"));
  metrics.observe(finished("sh", { ok: false, ms: 2000, killed: "memory" }));
  metrics.observe(finished("sh", { ok: false, ms: 0 }));
  metrics.observe(ended("agent", { reason: "looped" }));
  metrics.observe(ended("agent", { usage: undefined }));
  metrics.observeRequest({ method: "GET", route: "/health", status: 200 });
  metrics.observeAlarm({ reverts: true });
  const families = familiesOf(await metrics.text());
  expect(complaintsOf(families)).toEqual([]);
  const value = (name: string, labels?: Record<string, string>) => sampleOf(families, name, labels);
  expect(value("org_tool_calls_total", { tool: "sh", result: "failed" })).toBe(2);
  expect(value("org_tool_duration_seconds_count", { tool: "sh" })).toBe(2);
  expect(value("org_tool_duration_seconds_bucket", { tool: "sh", le: "0.05" })).toBe(1);
  expect(value("org_sandbox_kills_total", { limit: "memory" })).toBe(1);
  expect(value("org_watch_alarms_total", { reverts: "yes" })).toBe(1);
  expect(value("org_watch_alarms_total", { reverts: "no" })).toBe(0);
  expect(value("org_turn_ends_total", { reason: "looped" })).toBe(1);
  expect(value("org_tokens_total", { persona: "agent", direction: "prompt" })).toBe(10);
  expect(value("org_gate_verdicts_total", { verdict: "reject", stage: "S2" })).toBe(3);
  expect(value("org_http_requests_total", { route: "/health", status: "2xx" })).toBe(1);
});

test("a tool that came since the last scrape is known when it was of use; one that is not there is not", async () => {
  const metrics = new HomeMetrics({ build });
  metrics.observe(finished("new"));
  metrics.observe(finished("made-up", { ok: false, ms: 0 }));
  const families = familiesOf(await metrics.text());
  expect(sampleOf(families, "org_tool_calls_total", { tool: "new" })).toBe(1);
  expect(sampleOf(families, "org_tool_calls_total", { tool: "made-up" })).toBe(0);
  expect(sampleOf(families, "org_tool_calls_total", { tool: OTHER })).toBe(1);
});

test("verdicts are read anew at every scrape, and none is counted twice", async () => {
  let count = 1;
  const verdicts = () => [{ verdict: "promote", stage: null, count }];
  const metrics = new HomeMetrics({ build, verdicts });
  await metrics.text();
  count = 2;
  const families = familiesOf(await metrics.text());
  expect(sampleOf(families, "org_gate_verdicts_total", { stage: "none" })).toBe(2);
});

test("10,000 names of tools, personas and routes make no more series than the caps allow", async () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `n${index}`);
  const metrics = new HomeMetrics({ build });
  await metrics.knowTools(() => Promise.resolve(names));
  for (const name of names) {
    metrics.observe(finished(name));
    metrics.observe(ended(name));
    metrics.observeRequest({ method: name.toUpperCase(), route: `/${name}`, status: 200 });
  }
  const families = familiesOf(await metrics.text());
  const values = (label: string): number => {
    const all = families.flatMap(({ samples }) => samples.map(({ labels }) => labels[label]));
    return new Set(all.filter((value) => value !== undefined)).size;
  };
  expect(values("tool")).toBe(LABEL_CAPS.tool + 1);
  expect(values("persona")).toBe(LABEL_CAPS.persona + 1);
  expect(values("route")).toBe(LABEL_CAPS.route + 1);
  expect(values("method")).toBe(LABEL_CAPS.method + 1);
  expect(sampleOf(families, "org_tool_calls_total", { tool: OTHER })).toBe(9900);
});

test("a value is itself or the one for the rest, always the same, and there are only so many", () => {
  const texts = fc.oneof(fc.string(), fc.stringMatching(/^[a-z]{1,3}$/));
  const property = fc.property(fc.array(texts, { maxLength: 200 }), (values) => {
    const label = new BoundedLabel({ cap: 5 });
    const first = values.map((value) => label.of(value));
    expect(new Set(first).size).toBeLessThanOrEqual(6);
    expect(first.every((value, index) => value === values[index] || value === OTHER)).toBe(true);
    expect(first.join("")).toMatch(/^[\w.:/*-]*$/);
  });
  fc.assert(property);
});

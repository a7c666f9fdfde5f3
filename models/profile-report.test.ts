import { expect, test } from "bun:test";
import type { ModelLine, ModelReport } from "#core/model-facts.ts";
import type { Knowledge } from "./derive-profile.ts";
import { profileReport } from "./profile-report.ts";

const CODER: Knowledge = {
  name: "qwen2.5-coder:1.5b",
  server: { server: "llama.cpp", billions: 1.777, slots: 3, template: "<tool_call>" },
  learnt: { declared: 0, written: { json: 2, hermes: 1 } },
};

function lines(report: readonly ModelLine[]): string {
  return report.map(({ what, value, source }) => `${what}: ${value} (${source})`).join("\n");
}

function report(knowledge: Knowledge): ModelReport {
  return profileReport(knowledge, { tokens: 8192, isFinal: true });
}

test("each fact of a model says where it comes from", () => {
  expect(lines(report(CODER).facts)).toMatchInlineSnapshot(`
    "server: llama.cpp (server)
    weights, in billions: 1.777 (server)
    window, in tokens: 8192 (server)
    slots: 3 (server)
    takes shapes: true (server)
    dialect: hermes (template)
    calls seen: written as json in 2 answers (answers)
    calls seen: written as hermes in 1 answer (answers)
    family: Qwen2.5-Coder; tried: 1.5B Q4_K_M on llama.cpp and Ollama: the servers parsed none of its calls, 14 of 18 were found in its text (table)"
  `);
});

test("a small model on a server with shapes is asked by shape, with the lean prompt", () => {
  expect(lines(report(CODER).plan)).toMatchInlineSnapshot(`
    "calls by: shape (below 4 billion weights)
    prompt: lean (below 4 billion weights)
    temperature: the persona's (by default)"
  `);
});

test("a small model on a server without shapes is asked by template, and the report says why", () => {
  const [calls] = report({ name: "m:1b" }).plan;
  expect(calls).toEqual({
    ...{ what: "calls by", value: "template" },
    source: "the server is not known to take shapes",
  });
});

test("what a person has set is said to be set by hand", () => {
  const byHand = { calls: "text", lean: false, temperature: 0.7 } as const;
  expect(lines(report({ ...CODER, byHand }).plan)).toMatchInlineSnapshot(`
    "calls by: text (by hand)
    prompt: whole (by hand)
    temperature: 0.7 (by hand)"
  `);
});

test("a model of which nothing is known is asked as by default", () => {
  const { facts, plan } = profileReport({ name: "m" }, undefined);
  expect(facts).toEqual([]);
  expect(lines(plan)).toMatchInlineSnapshot(`
    "calls by: template (by default)
    prompt: whole (by default)
    temperature: the persona's (by default)"
  `);
});

test("a model of unknown size of which a call was declared is asked by template", () => {
  const { facts, plan } = profileReport(
    { name: "m", learnt: { declared: 1, written: {} } },
    undefined,
  );
  expect(lines(facts)).toBe("calls seen: declared by the server in 1 answer (answers)");
  expect(plan[0]).toEqual({ what: "calls by", value: "template", source: "answers" });
});

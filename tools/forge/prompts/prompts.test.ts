import { expect, test } from "bun:test";
import { estimateTokens } from "#models/context.ts";
import type { Contract } from "../../contract/spec.ts";
import type { PromptMessage } from "../ask.ts";
import { parseModule } from "../repairs/syntax.ts";
import { casesPrompt, moreCasesPrompt, reconsiderPrompt } from "./cases-prompt.ts";
import { codePrompt } from "./code-prompt.ts";
import { specPrompt } from "./spec-prompt.ts";
import { testsPrompt } from "./tests-prompt.ts";

/** What the instructions of one prompt may take of a small model's window, in tokens. */
const MOST = 1500;

const contract: Contract = {
  name: "a",
  description: "x",
  language: "ts",
  input: { type: "object" },
  output: { type: "object" },
  failures: [],
  deterministic: true,
  capabilities: [],
  properties: [],
  asks: [],
};
const python: Contract = { ...contract, language: "python" };
const one = { input: {}, output: {} };

const PROMPTS: Readonly<Record<string, readonly PromptMessage[]>> = {
  spec: specPrompt({ goal: "g", language: "ts" }),
  cases: casesPrompt(contract),
  "more cases": moreCasesPrompt(contract, [one], "few"),
  reconsider: reconsiderPrompt(contract, one),
  tests: testsPrompt(contract, [one]),
  "python tests": testsPrompt(python, [one]),
  code: codePrompt(contract, [one]),
  "python code": codePrompt(python, [one]),
};

test.each(Object.entries(PROMPTS))("%s takes at most 1,500 tokens by itself", (_name, messages) => {
  const [system] = messages;
  expect(system?.role).toBe("system");
  expect(estimateTokens(system?.content ?? "")).toBeLessThanOrEqual(MOST);
});

test.each(Object.entries(PROMPTS))(
  "%s shows a whole example in one fenced block",
  (_name, messages) => {
    const blocks = [...(messages[0]?.content ?? "").matchAll(/```(\w+)\n([\s\S]*?)\n```/g)];
    expect(blocks).toHaveLength(1);
    const [, language, text = ""] = blocks[0] ?? [];
    if (language === "json") expect(() => JSON.parse(text)).not.toThrow();
    if (language === "ts") expect(parseModule(text).ok).toBe(true);
  },
);

test("a tool without capabilities is told to leave ctx alone, another one what it holds", () => {
  const text = (messages: readonly PromptMessage[]) => messages[1]?.content ?? "";
  expect(text(codePrompt(contract, []))).toContain("ctx has no capability");
  const clock = { ...contract, capabilities: ["clock", "net:example.org"] };
  expect(text(codePrompt(clock, []))).toContain("clock: { now(): number }");
  expect(text(testsPrompt(clock, []))).toContain("fetch(url: string)");
});

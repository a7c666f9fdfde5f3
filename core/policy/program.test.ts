import { describe, expect, test } from "bun:test";
import { combinations } from "#test/combinations.ts";
import { DEFAULT_POLICY, PERMISSION_MODES, type Permission } from "./policy.ts";
import { narrowed, policyQuestion, readPolicyAnswer } from "./program.ts";

const ORDER: readonly Permission[] = ["allow", "ask", "deny"];
const ANSWERS = ["allow", "ask", "deny", "abstain"] as const;

test("an answer never makes a decision wider", () => {
  for (const [given, answer, mode] of combinations(ORDER, ANSWERS, PERMISSION_MODES)) {
    const decision = { permission: given, why: "a rule" };
    const now = narrowed({ decision, mode }, { decision: answer }, false);
    expect(ORDER.indexOf(now.permission)).toBeGreaterThanOrEqual(ORDER.indexOf(given));
    if (answer !== "abstain" && answer !== "allow")
      expect(ORDER.indexOf(now.permission)).toBeGreaterThanOrEqual(ORDER.indexOf(answer));
  }
});

test("where the user's file lets it, it may allow what would be asked about, and nothing else", () => {
  const after = (given: Permission, mode: string) =>
    narrowed({ decision: { permission: given, why: "w" }, mode }, { decision: "allow" }, true)
      .permission;
  expect(after("ask", "standard")).toBe("allow");
  expect(after("ask", "locked")).toBe("ask");
  expect(after("deny", "open")).toBe("deny");
});

test("the reason stands in what the model and the user read", () => {
  const decision = { permission: "allow", why: "w" } as const;
  const answer = { decision: "deny", reason: "not on Fridays" } as const;
  expect(narrowed({ decision, mode: "open" }, answer, false)).toEqual({
    permission: "deny",
    why: "the policy program says deny: not on Fridays",
  });
});

describe("what is not an answer", () => {
  test.each([
    ["", "it wrote nothing"],
    ["  \n", "it wrote nothing"],
    ["yes", "it did not write one JSON object"],
    ['{"decision":"allow"}{"decision":"allow"}', "it did not write one JSON object"],
    ['{"decision":NaN}', "it did not write one JSON object"],
    ['"allow"', "its answer: Invalid input: expected object, received string"],
    [
      '{"decision":"maybe"}',
      'decision: Invalid option: expected one of "allow"|"ask"|"deny"|"abstain"',
    ],
    ['{"decision":"allow","extra":1}', 'its answer: Unrecognized key: "extra"'],
    ['{"decision":"allow","ttl_s":301}', "ttl_s: Too big: expected number to be <=300"],
    [
      `{"decision":"deny","reason":"${"x".repeat(501)}"}`,
      "reason: Too big: expected string to have <=500 characters",
    ],
  ])("%p", (text, why) => {
    expect(readPolicyAnswer(text)).toBe(why);
  });
});

test("a question says what is called, with the secrets covered and the hosts named", () => {
  const facts = {
    ...({ tool: "web_request", persona: "agent", effect: "execute", branch: undefined } as const),
    capabilities: ["network"] as const,
    arguments: { url: "https://API.example.org/x", body: "token" },
  };
  const decision = { permission: "ask", why: "the network asks" } as const;
  const shown = { url: "https://API.example.org/x", body: "[…]" };
  const asked = policyQuestion(facts, {
    ...{ id: "c1", now: "2026-01-01T00:00:00.000Z" },
    ...{ decision, policy: DEFAULT_POLICY, room: "r1", turn: "t1", redacted: shown },
  });
  expect(asked).toEqual({
    ...{ id: "c1", now: "2026-01-01T00:00:00.000Z" },
    ...{ version: 1, room: "r1", turn: "t1", persona: "agent", decision, mode: "standard" },
    call: {
      ...{ tool: "web_request", effect: "execute", capabilities: ["network"] },
      ...{
        hosts: ["api.example.org"],
        arguments: shown,
        hash: expect.stringMatching(/^[\da-f]{64}$/),
      },
    },
  });
});

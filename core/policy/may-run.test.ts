import { expect, test } from "bun:test";
import fc from "fast-check";
import { decide } from "./decide.ts";
import { mayEverRun } from "./may-run.ts";
import { type CallFacts, DEFAULT_POLICY, PERMISSION_MODES, type Policy } from "./policy.ts";

const shell: Omit<CallFacts, "arguments"> = {
  tool: "sh",
  persona: "agent",
  effect: "execute",
  capabilities: ["shell"],
};
const web: Omit<CallFacts, "arguments"> = {
  ...shell,
  tool: "web_fetch",
  effect: "none",
  capabilities: ["network"],
};
const may = (policy: Partial<Policy>, tool = shell, canApprove = false) =>
  mayEverRun({ ...DEFAULT_POLICY, ...policy }, tool, canApprove);

test("a tool whose every call has to be approved is offered where a human can approve", () => {
  expect(may({ mode: "supervised" })).toBe(false);
  expect(may({ mode: "supervised" }, shell, true)).toBe(true);
  expect(may({}, web)).toBe(false);
  expect(may({}, web, true)).toBe(true);
});

test("a tool of the network is offered where a domain or a rule lets a call through", () => {
  expect(may({ domains: ["example.org"] }, web)).toBe(true);
  const rule = { tool: "web_*", host: "example.org", permission: "allow" } as const;
  expect(may({ rules: [rule] }, web)).toBe(true);
});

test("a tool that is denied whatever its arguments is never offered", () => {
  expect(may({ rules: [{ tool: "sh", permission: "deny" }] }, shell, true)).toBe(false);
  expect(may({ mode: "locked" }, shell, true)).toBe(false);
  const some = { tool: "sh", arguments: { cmd: "rm*" }, permission: "deny" } as const;
  expect(may({ rules: [some] })).toBe(true);
});

test("a tool that is not offered has no call that the policy would let run", () => {
  const patterns = fc.constantFrom("*", "sh", "web_fetch", "agent");
  const rules = fc.record(
    {
      tool: patterns,
      persona: patterns,
      capability: fc.constantFrom("shell" as const, "network" as const),
      host: fc.constantFrom("example.org", "*"),
      arguments: fc.constant({ url: "*example*" }),
      permission: fc.constantFrom("allow" as const, "ask" as const, "deny" as const),
    },
    { requiredKeys: ["tool", "permission"] },
  );
  const policies = fc.record({
    mode: fc.constantFrom(...PERMISSION_MODES),
    tools: fc.constant({}),
    rules: fc.array(rules, { maxLength: 4 }),
    domains: fc.subarray(["example.org", "*.example.com"]),
  });
  const urls = fc.constantFrom(
    "https://example.org/",
    "https://a.example.com/",
    "https://b.test/",
    "",
  );
  const calls = fc.record({
    tool: fc.constantFrom(shell, web),
    url: urls,
    canApprove: fc.boolean(),
  });
  fc.assert(
    fc.property(policies, calls, (policy, { tool, url, canApprove }) => {
      const { permission } = decide(policy, { ...tool, arguments: { url } }, () => undefined);
      const runs = permission === "allow" || (permission === "ask" && canApprove);
      if (runs) expect(mayEverRun(policy, tool, canApprove)).toBe(true);
    }),
  );
});

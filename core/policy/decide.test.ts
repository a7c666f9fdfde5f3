import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { decide } from "./decide.ts";
import {
  type CallFacts,
  DEFAULT_POLICY,
  PERMISSION_MODES,
  type Permission,
  type Policy,
  type Rule,
} from "./policy.ts";

const nothing = () => undefined;
const sh = (cmd: string, persona = "agent"): CallFacts => ({
  tool: "sh",
  persona,
  arguments: { cmd },
  effect: "execute",
  capabilities: ["shell"],
});
const reader: CallFacts = { ...sh(""), tool: "read", effect: "none", capabilities: ["file_read"] };
const chatMode: CallFacts = { ...sh(""), tool: "chat_mode", effect: "room", capabilities: [] };
const fetches = (url: string): CallFacts => ({
  ...sh(""),
  tool: "web_fetch",
  arguments: { url },
  capabilities: ["network"],
});
const asks = (policy: Partial<Policy>, call: CallFacts): Permission =>
  decide({ ...DEFAULT_POLICY, ...policy }, call, nothing).permission;

describe("without rules the mode decides", () => {
  test.each([
    ["open", "allow allow allow allow"],
    ["standard", "allow allow allow ask"],
    ["supervised", "ask allow allow ask"],
    ["locked", "deny allow deny deny"],
  ] as const)("%s: sh, reading, switching the mode, a new host: %s", (mode, expected) => {
    const calls = [sh("ls"), reader, chatMode, fetches("http://a.example/")];
    expect(calls.map((call) => asks({ mode }, call)).join(" ")).toBe(expected);
  });

  test.each([
    ["https://docs.example/a", "allow"],
    ["https://DOCS.example./", "allow"],
    ["https://a.b.example/", "allow"],
    ["https://b.example.evil/", "ask"],
    ["https://docs.example@evil.example/", "ask"],
    ["no address", "ask"],
  ] as const)("the network needs no asking for a listed host: %s is %s", (url, expected) => {
    expect(asks({ domains: ["docs.example", "*.b.example"] }, fetches(url))).toBe(expected);
  });

  test("a listed host in the arguments of a tool that others wrote spares no question", () => {
    const theirs = { ...fetches("https://good.example/"), tool: "web__send", hidesHosts: true };
    expect(asks({ domains: ["good.example"] }, theirs)).toBe("ask");
    const allow = { tool: "*", host: "good.example", permission: "allow" } as const;
    expect(asks({ rules: [allow] }, theirs)).toBe("ask");
    expect(asks({ rules: [{ ...allow, permission: "deny" }] }, theirs)).toBe("deny");
    expect(asks({ rules: [{ tool: "web__*", permission: "allow" }] }, theirs)).toBe("allow");
  });

  test("a host that was approved for what is open needs no other question, unless a rule speaks of it", () => {
    const opened = { ...fetches("https://a.example/"), approvedHosts: ["a.example"] };
    expect(asks({}, opened)).toBe("allow");
    expect(asks({}, { ...opened, arguments: { url: "https://b.example/" } })).toBe("ask");
    expect(
      asks({}, { ...opened, arguments: { url: "https://a.example/", hosts: ["b.example"] } }),
    ).toBe("ask");
    // What is open goes on with what was approved, and says so where it names no host.
    expect(asks({}, { ...opened, arguments: {} })).toBe("allow");
    expect(asks({ mode: "supervised" }, opened)).toBe("ask");
    expect(asks({ mode: "locked" }, opened)).toBe("deny");
    const deny = { tool: "*", host: "a.example", permission: "deny" } as const;
    expect(asks({ rules: [deny] }, opened)).toBe("deny");
    expect(asks({}, { ...opened, hidesHosts: true })).toBe("ask");
  });

  test("every host of a list is judged, and what is not a list of hosts is not known", () => {
    const with_ = (hosts: unknown) => ({ ...fetches("https://a.example/"), arguments: { hosts } });
    const domains = ["a.example", "b.example"];
    expect(asks({ domains }, with_(["a.example", "B.example."]))).toBe("allow");
    for (const hosts of [
      ["a.example", "c.example"],
      ["a.example", 3],
      "c.example",
      {},
      [["a.example"]],
    ]) {
      expect(asks({ domains }, with_(hosts))).toBe("ask");
    }
    const rules = [{ tool: "*", host: "c.example", permission: "deny" }] as const;
    expect(asks({ domains, rules }, with_(["a.example", "c.example"]))).toBe("deny");
  });

  test("a call that names no host has to be asked for", () => {
    expect(asks({ domains: ["*"] }, { ...fetches(""), arguments: {} })).toBe("ask");
  });

  test("a tool may have a mode of its own: the exact name, else the strictest pattern", () => {
    const tools = { sh: "supervised", "s*": "open", "web_*": "open", "*_fetch": "locked" } as const;
    expect(asks({ tools }, sh("ls"))).toBe("ask");
    expect(asks({ tools }, fetches("http://a.example/"))).toBe("deny");
  });
});

describe("rules", () => {
  const rule = (permission: Permission, rest: Partial<Rule> = {}): Rule => ({
    tool: "*",
    permission,
    ...rest,
  });

  test("deny beats ask, ask beats allow, whatever their order", () => {
    for (const rules of [
      [rule("deny"), rule("ask"), rule("allow")],
      [rule("allow"), rule("ask"), rule("deny")],
    ]) {
      expect(asks({ rules }, sh("ls"))).toBe("deny");
      expect(
        asks({ rules: rules.filter(({ permission }) => permission !== "deny") }, sh("ls")),
      ).toBe("ask");
    }
  });

  test("a rule speaks only of the tool, persona, capability and arguments that it names", () => {
    const allow = (rest: Partial<Rule>) => ({
      mode: "supervised" as const,
      rules: [rule("allow", rest)],
    });
    expect(asks(allow({ tool: "s?" }), sh("ls"))).toBe("allow");
    expect(asks(allow({ tool: "s" }), sh("ls"))).toBe("ask");
    expect(asks(allow({ persona: "py*" }), sh("ls", "python"))).toBe("allow");
    expect(asks(allow({ persona: "py*" }), sh("ls"))).toBe("ask");
    expect(asks(allow({ capability: "network" }), sh("ls"))).toBe("ask");
    expect(asks(allow({ arguments: { cmd: "ls *" } }), sh("ls -l\nx"))).toBe("allow");
    expect(asks(allow({ arguments: { cmd: "ls *" } }), sh("rm ls "))).toBe("ask");
    expect(asks(allow({ arguments: { path: "*" } }), sh("ls"))).toBe("ask");
  });

  test("says why", () => {
    const rules = [rule("deny", { tool: "sh", why: "not on a Friday" })];
    expect(decide({ ...DEFAULT_POLICY, rules }, sh("ls"), nothing)).toEqual({
      permission: "deny",
      why: "not on a Friday",
    });
  });

  test.each([
    ["http://evil.example/", "deny"],
    ["HTTP://EVIL.example./", "deny"],
    [" http:\\\\evil.example\\x", "deny"],
    ["http://good.example@evil.example/", "deny"],
    ["http://%65vil.example/", "deny"],
    ["http://a.evil.example/", "deny"],
    ["http://evil.example.good.example/", "allow"],
    ["http://other.example/", "ask"],
    ["no address", "ask"],
  ] as const)("a rule for a host knows every spelling of it: %j is %s", (url, expected) => {
    const rules = [
      rule("deny", { host: "*evil.example" }),
      rule("allow", { host: "*good.example" }),
    ];
    expect(asks({ rules }, fetches(url))).toBe(expected);
  });

  test("a rule for a host denies a call that names it beside others, and allows only what names no other", () => {
    const both = { ...fetches(""), arguments: { url: "http://a.example/", host: "b.example" } };
    expect(asks({ rules: [rule("deny", { host: "b.example" })] }, both)).toBe("deny");
    expect(asks({ rules: [rule("allow", { host: "b.example" })] }, both)).toBe("ask");
    const none = { ...fetches(""), arguments: {} };
    expect(asks({ rules: [rule("allow", { host: "*" })] }, none)).toBe("ask");
  });

  test("no rule widens what is locked", () => {
    expect(asks({ mode: "locked", rules: [rule("allow")] }, sh("ls"))).toBe("deny");
  });
});

describe("always", () => {
  const word = fc.constantFrom("sh", "web_fetch", "*", "s?", "agent", "python");
  const permission = fc.constantFrom<Permission[]>("allow", "ask", "deny");
  const rules = fc.array(
    fc.record({ tool: word, persona: word, permission }, { requiredKeys: ["tool", "permission"] }),
  );
  const policy = fc.record({
    mode: fc.constantFrom(...PERMISSION_MODES),
    tools: fc.dictionary(word, fc.constantFrom(...PERMISSION_MODES)),
    rules,
    domains: fc.array(fc.constantFrom("*", "a.example")),
  });
  const call = fc.constantFrom(
    sh("ls"),
    sh("ls", "python"),
    reader,
    chatMode,
    fetches("http://b/"),
  );

  test("one more denial never allows anything, and one more allowance never lifts a denial", () => {
    const rank = { allow: 0, ask: 1, deny: 2 };
    fc.assert(
      fc.property(policy, call, word, (given, facts, tool) => {
        const before = asks(given, facts);
        const denied = asks(
          { ...given, rules: [...given.rules, { tool, permission: "deny" }] },
          facts,
        );
        expect(rank[denied]).toBeGreaterThanOrEqual(rank[before]);
        const allowed = asks(
          { ...given, rules: [...given.rules, { tool, permission: "allow" }] },
          facts,
        );
        if (before === "deny") expect(allowed).toBe("deny");
      }),
    );
  });
});

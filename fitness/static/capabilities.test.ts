import { describe, expect, test } from "bun:test";
import { hostOf, judgeUses, type Use } from "./capabilities.ts";

function judge(uses: readonly Partial<Use>[], declared: readonly string[], isOpaque = false) {
  const whole = uses.map((use) => ({ capability: "clock", what: "ctx.clock", line: 1, ...use }));
  const { capabilities, findings } = judgeUses(
    { file: "tool.ts", uses: whole, isOpaque },
    declared,
  );
  return { capabilities, messages: findings.map(({ message }) => message) };
}

describe("capabilities used are those declared", () => {
  test("what is used and declared is in order", () => {
    expect(judge([{}, {}], ["clock"])).toEqual({ capabilities: ["clock"], messages: [] });
  });

  test("what is used and not declared is named with where", () => {
    expect(judge([{ what: "Date.now" }], []).messages).toEqual([
      'uses Date.now, which needs the capability "clock" that its contract does not name',
    ]);
  });

  test("what is declared and not used is an excess", () => {
    expect(judge([], ["random"])).toEqual({
      capabilities: [],
      messages: ['capabilities: names "random", which tool.ts does not use'],
    });
  });

  test("where the use cannot be seen, nothing counts as excess", () => {
    expect(judge([], ["random"], true)).toEqual({ capabilities: ["random"], messages: [] });
  });
});

describe("hosts", () => {
  const request = (host?: string) => [{ capability: "net", what: "ctx.fetch", host }];

  test.each([
    ["api.example.com", "net:api.example.com"],
    ["a.b.example.com", "net:*.example.com"],
    [undefined, "net:api.example.com"],
  ])("%s is covered by %s", (host, declared) => {
    expect(judge(request(host), [declared]).messages).toEqual([]);
  });

  test.each([
    ["example.com", "net:*.example.com"],
    ["example.com.evil.org", "net:example.com"],
    ["evilexample.com", "net:*.example.com"],
    ["example.com", "clock"],
    ["example.com", "netexample.com"],
  ])("%s is not covered by %s", (host, declared) => {
    expect(judge(request(host), [declared]).messages[0]).toContain(`"net:${host}"`);
  });

  test("a host that the code does not name is asked for as HOST", () => {
    expect(judge(request(), ["clock"]).messages[0]).toContain('the capability "net:HOST"');
  });

  test.each([
    ["https://api.example.com/v1", true, "api.example.com"],
    ["HTTPS://API.example.com", true, "api.example.com"],
    ["https://user@evil.org:8080/", true, "evil.org"],
    ["https://user@evil.org:8080/", false, "evil.org"],
    // What comes behind makes the first part a password.
    ["https://api.example.com:", false, undefined],
    ["https://evil.org\\@api.example.com/", true, "evil.org"],
    ["https://api.example.com\n.evil.org/", false, "api.example.com.evil.org"],
    ["https://api.", false, undefined],
    ["https://api.example.com/", false, "api.example.com"],
    ["/relative", true, undefined],
  ] as const)("%s (whole: %p) goes to %p", (address, isWhole, host) => {
    expect(hostOf(address, isWhole)).toBe(host);
  });
});

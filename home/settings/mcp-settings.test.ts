import { expect, test } from "bun:test";
import { mcpSchema, mcpSettings } from "./mcp-settings.ts";

const read = (servers: unknown) =>
  mcpSettings(mcpSchema.parse({ servers }), "/home/x", "org.config");

test("a program and a url are read, files from the home on, and what is disabled is left out", () => {
  const servers = read({
    files: { command: "bun", args: ["server.ts"], files: ["docs", "/srv"], network: ["a.example"] },
    web: { url: "https://mcp.example/x", headers: { authorization: "Bearer t" }, seconds: 5 },
    off: { command: "true", enabled: false },
  });
  expect(servers).toEqual([
    {
      ...{ kind: "program", name: "files", tools: ["*"], callMs: 60_000 },
      ...{ command: ["bun", "server.ts"], environment: {}, network: ["a.example"] },
      files: ["/home/x/docs", "/srv"],
    },
    {
      ...{ kind: "url", name: "web", tools: ["*"], callMs: 5000 },
      ...{ url: "https://mcp.example/x", headers: { authorization: "Bearer t" } },
    },
  ]);
});

test.each([
  [{}, "either a command or a url is needed"],
  [{ command: "a", url: "https://b.example" }, "either a command or a url is needed"],
  [{ command: "a", headers: { a: "b" } }, "headers belong to a url"],
  [{ url: "https://b.example", files: ["x"] }, "args, env, network and files belong to a command"],
  [
    { url: "http://mcp.example/x", headers: { Authorization: "Bearer t" } },
    "Authorization would go over plain HTTP, where everyone on the way to mcp.example can read it; write https:// in url, or key_over_http = true on a network that you trust",
  ],
  [{ command: "a", files: ["."] }, "files: /home/x shows what org keeps in /home/x/.org"],
  [{ command: "a", files: ["/"] }, "files: / shows what org keeps in /home/x/.org"],
  [
    { command: "a", files: [".org/state"] },
    "files: /home/x/.org/state shows what org keeps in /home/x/.org",
  ],
  [
    { command: "a", files: ["docs/../.org"] },
    "files: /home/x/.org shows what org keeps in /home/x/.org",
  ],
])("%j cannot be", (entry, why) => {
  const given = mcpSchema.parse({ servers: { one: entry } });
  const failed = Promise.try(() => mcpSettings(given, "/home/x", "org.config"));
  expect(failed).rejects.toMatchObject({ why: `mcp.servers.one: ${why}` });
});

test.each([
  { url: "http://127.0.0.1:9/x", headers: { authorization: "Bearer t" } },
  { url: "http://[::1]:9/x", headers: { "x-api-key": "t" } },
  { url: "http://mcp.example/x", headers: { "accept-language": "de" } },
  { url: "http://mcp.example/x", headers: { authorization: "Bearer t" }, key_over_http: true },
])(
  "%j can be: its headers tell no one on the way a secret, or a person said that they may",
  (one) => {
    expect(read({ one })).toMatchObject([{ kind: "url", headers: one.headers }]);
  },
);

test("names, addresses and times out of their bounds are refused", () => {
  for (const one of [
    { url: "ftp://a.example" },
    { command: "a", seconds: 181 },
    { command: "a", more: 1 },
  ]) {
    expect(mcpSchema.safeParse({ servers: { one } }).success).toBe(false);
  }
  expect(mcpSchema.safeParse({ servers: { "A b": { command: "a" } } }).success).toBe(false);
});

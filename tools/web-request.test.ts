import { describe, expect, test } from "bun:test";
import { WebServer } from "#test/web-server.ts";
import { type WebRequestOptions, webRequestTool } from "./web-request.ts";

const context = { signal: new AbortController().signal, persona: "agent" };

const openServer = () =>
  WebServer.open(async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { host: _, connection: __, ...headers } = request.headers;
    if (request.url === "/moved") response.writeHead(307, { Location: "/elsewhere" });
    else response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ headers, body: Buffer.concat(chunks).toString() }));
  });

/** Sends one request to a server under the name `api.example`. */
async function sent(args: Record<string, unknown>, options: WebRequestOptions = {}) {
  await using server = await openServer();
  const url = server.url("/", "api.example");
  const tool = webRequestTool({ rules: server.rules, ...options });
  const result = await tool.run({ method: "POST", url, ...args }, context);
  return {
    ...result,
    asked: server.asked.map((line) => line.replace(String(server.port), "PORT")),
  };
}

test("sends a request and shows the answer", async () => {
  const body = JSON.stringify({ größe: 1 });
  const args = { method: "PUT", body, content_type: "application/json", headers: { "X-A": "b" } };
  const { ok, output, asked } = await sent(args);
  expect([ok, asked]).toEqual([true, ["PUT api.example:PORT/"]]);
  const [line, content = ""] = output.split("\n");
  expect(line).toMatch(/^200 http:\/\/api\.example:\d+\/ \(application\/json, \d+ bytes\)$/);
  expect(JSON.parse(content)).toMatchObject({
    body,
    headers: { "content-type": "application/json", "x-a": "b", "content-length": "13" },
  });
});

test.each(["POST", "PUT", "PATCH", "DELETE", "HEAD"])("knows the method %s", async (method) => {
  expect((await sent({ method })).asked).toEqual([`${method} api.example:PORT/`]);
});

test.each(["GET", "CONNECT", "TRACE", "OPTIONS", "post", "POST / HTTP/1.1\r\nX:"])(
  "does not know the method %j",
  async (method) => {
    const { ok, asked } = await sent({ method });
    expect([ok, asked]).toEqual([false, []]);
  },
);

test("an address is judged, however it is spelled", async () => {
  for (const url of [
    "http://127.0.0.1/",
    "http://localhost/",
    "https://api.example@127.0.0.1/",
    "https://127.0.0.1\\@api.example/",
    "https://api.example%2e@[::1]/",
    "file:///etc/passwd",
  ]) {
    const { ok, output } = await webRequestTool().run({ method: "POST", url }, context);
    expect([url, ok, output.includes("NETWORK_REFUSED")]).toEqual([url, false, true]);
  }
});

test.each(["POST", "HEAD"])("a redirect of %s is shown and not followed", async (method) => {
  await using server = await openServer();
  const tool = webRequestTool({ rules: server.rules });
  const url = server.url("/moved", "api.example");
  const { output } = await tool.run({ method, url }, context);
  expect(output).toContain("\nlocation: /elsewhere");
  expect(server.asked).toHaveLength(1);
});

describe("headers", () => {
  test.each([
    "Host",
    "Cookie",
    "Authorization",
    "Proxy-Authorization",
    "Content-Length",
    "Transfer-Encoding",
    "Connection",
    "Upgrade",
    "TE",
    "Expect",
    "X-Forwarded-For",
    "Forwarded",
    "X-HTTP-Method-Override",
    "X-Original-URL",
    "Sec-Fetch-Site",
    "Origin",
    "Metadata-Flavor",
    "Metadata",
    "X-Google-Metadata-Request",
    "X-aws-ec2-metadata-token",
  ])("%s is not for a model to set", async (name) => {
    const { ok, output, asked } = await sent({ headers: { [name]: "x" } });
    expect([ok, asked]).toEqual([false, []]);
    expect(output).toContain('Wall "header"');
  });

  test.each([
    ["two in one value", { "X-A": "b\r\nX-B: c" }],
    ["a value that is not ASCII", { "X-A": "größe" }],
    ["a name with a space", { "X A": "b" }],
    ["a name with a line end", { "X-A: b\r\nX-B": "c" }],
    ["no name", { "": "b" }],
    ["the same twice", { "X-A": "b", "x-a": "c" }],
    ["a long value", { "X-A": "b".repeat(5000) }],
    ["very many", Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`x-${i}`, "b"]))],
    ["a second type", { "Content-Type": "text/plain" }],
  ])("%s", async (_what, headers) => {
    const { ok, output, asked } = await sent({ headers, content_type: "a/b" });
    expect([ok, asked]).toEqual([false, []]);
    expect(output).toContain('Wall "header"');
  });

  test("a person may allow one by name", async () => {
    const headers = { Authorization: "Bearer test" };
    const options = { allowedHeaders: ["authorization"] };
    expect((await sent({ headers }, options)).output).toContain('"authorization":"Bearer test"');
  });
});

test("the schema stays small", () => {
  expect(JSON.stringify(webRequestTool().schema).length / 4).toBeLessThan(190);
});

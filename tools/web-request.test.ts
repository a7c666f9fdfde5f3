import { describe, expect, test } from "bun:test";
import { WebServer } from "#test/web-server.ts";
import { type RequestToApprove, type WebRequestOptions, webRequestTool } from "./web-request.ts";

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

const allowed: WebRequestOptions = { allowsHost: (host) => host === "api.example" };

test("sends a request to a domain on the list, and shows the answer", async () => {
  const body = JSON.stringify({ größe: 1 });
  const args = { method: "PUT", body, content_type: "application/json", headers: { "X-A": "b" } };
  const { ok, output, asked } = await sent(args, allowed);
  expect([ok, asked]).toEqual([true, ["PUT api.example:PORT/"]]);
  const [line, content = ""] = output.split("\n");
  expect(line).toMatch(/^200 http:\/\/api\.example:\d+\/ \(application\/json, \d+ bytes\)$/);
  expect(JSON.parse(content)).toMatchObject({
    body,
    headers: { "content-type": "application/json", "x-a": "b", "content-length": "13" },
  });
});

test.each(["POST", "PUT", "PATCH", "DELETE", "HEAD"])("knows the method %s", async (method) => {
  expect((await sent({ method }, allowed)).asked).toEqual([`${method} api.example:PORT/`]);
});

test.each(["GET", "CONNECT", "TRACE", "OPTIONS", "post", "POST / HTTP/1.1\r\nX:"])(
  "does not know the method %j",
  async (method) => {
    const { ok, asked } = await sent({ method }, allowed);
    expect([ok, asked]).toEqual([false, []]);
  },
);

describe("a domain that is not on the list", () => {
  test("is not asked, and the result says in data what is missing", async () => {
    const args = { method: "POST", url: "https://other.example/a?b" };
    const { ok, output } = await webRequestTool(allowed).run(args, context);
    expect(ok).toBe(false);
    expect(JSON.parse(output)).toEqual({
      error: "approval_needed",
      host: "other.example",
      method: "POST",
      url: "https://other.example/a?b",
      what: 'Nothing was sent: the user has not allowed requests to "other.example".',
    });
  });

  test("is asked when somebody approves just this request", async () => {
    const shown: RequestToApprove[] = [];
    const approve = async (request: RequestToApprove) => {
      shown.push(request);
      return shown.length === 1;
    };
    const args = { body: "x", headers: { "X-A": "b" } };
    expect((await sent(args, { approve })).ok).toBe(true);
    expect((await sent(args, { approve })).ok).toBe(false);
    expect(shown[0]).toEqual({
      persona: "agent",
      method: "POST",
      url: expect.stringMatching(/^http:\/\/api\.example:\d+\/$/),
      host: "api.example",
      headers: { "x-a": "b" },
      body: "x",
    });
    expect(shown).toHaveLength(2);
  });

  test("does not become allowed by another spelling", async () => {
    for (const url of [
      "https://api.example@evil.example/",
      "https://api.example.evil.example/",
      "https://evil.example/api.example",
      "https://evil.example\\@api.example.evil/",
      "https://api.example%2eevil.example/",
    ]) {
      const { ok, output } = await sent({ url }, allowed);
      expect([url, ok]).toEqual([url, false]);
      expect(output).toMatch(/approval_needed|NETWORK_REFUSED/);
    }
  });

  test("is still judged by its address after the approval", async () => {
    const tool = webRequestTool({ approve: async () => true });
    const { ok, output } = await tool.run({ method: "POST", url: "http://127.0.0.1/" }, context);
    expect([ok, output.includes('Wall "address"')]).toEqual([false, true]);
  });
});

test("a redirect is shown and not followed", async () => {
  await using server = await openServer();
  const tool = webRequestTool({ rules: server.rules, ...allowed });
  const url = server.url("/moved", "api.example");
  const { output } = await tool.run({ method: "POST", url }, context);
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
    const { ok, output, asked } = await sent({ headers: { [name]: "x" } }, allowed);
    expect([ok, asked]).toEqual([false, []]);
    expect(output).toContain('Wall "header"');
  });

  test.each([
    ["two in one value", { "X-A": "b\r\nX-B: c" }],
    ["a value that is no ASCII", { "X-A": "größe" }],
    ["a name with a space", { "X A": "b" }],
    ["a name with a line end", { "X-A: b\r\nX-B": "c" }],
    ["no name", { "": "b" }],
    ["the same twice", { "X-A": "b", "x-a": "c" }],
    ["a long value", { "X-A": "b".repeat(5000) }],
    ["very many", Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`x-${i}`, "b"]))],
    ["a second type", { "Content-Type": "text/plain" }],
  ])("%s", async (_what, headers) => {
    const { ok, output, asked } = await sent({ headers, content_type: "a/b" }, allowed);
    expect([ok, asked]).toEqual([false, []]);
    expect(output).toContain('Wall "header"');
  });

  test("a person may allow one by name", async () => {
    const headers = { Authorization: "Bearer test" };
    const options = { ...allowed, allowedHeaders: ["authorization"] };
    expect((await sent({ headers }, options)).output).toContain('"authorization":"Bearer test"');
  });
});

test("may be called ten times a minute, whether or not it is allowed to send", async () => {
  let now = 0;
  const tool = webRequestTool({ now: () => now });
  const call = () => tool.run({ method: "POST", url: "https://other.example/" }, context);
  for (let calls = 0; calls < 10; calls += 1) {
    expect((await call()).output).toContain("approval_needed");
  }
  expect((await call()).output).toBe(
    '"web_request" may be called 10 times a minute; nothing was sent. The next call is possible in 6 s.',
  );
  now = 6000;
  expect((await call()).output).toContain("approval_needed");
});

test("the schema stays small", () => {
  expect(JSON.stringify(webRequestTool({}).schema).length / 4).toBeLessThan(190);
});

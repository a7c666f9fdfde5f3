import { afterAll, beforeAll, expect, test } from "bun:test";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { type TestGeneration, testGeneration } from "#test/generation-fixture.ts";
import { mcpFetch } from "./http-fetch.ts";
import { McpConnection } from "./mcp-connection.ts";

const TEXTS = {
  ...{ name: "texts", description: "Gives texts.", input: { type: "object" }, output: {} },
};

const TEXTS_TOOL = { name: "texts", inputSchema: { type: "object" } };

let generation: TestGeneration;
let elsewhere: Bun.Server<undefined>;
const asked: string[] = [];
beforeAll(async () => {
  generation = await testGeneration({
    mcp: {
      cleaner: new TextCleaner(),
      tools: async () => [TEXTS],
      call: async () => ({ kind: "done", value: "sun" }),
      ask: () => {
        throw new Error("not asked");
      },
    },
  });
  elsewhere = Bun.serve({
    ...{ hostname: "127.0.0.1", port: 0 },
    fetch: (request) => {
      asked.push(
        `${request.method} ${new URL(request.url).pathname} ${request.headers.get("authorization")}`,
      );
      const location = "http://169.254.169.254/latest/meta-data/";
      return new Response(null, { status: 307, headers: { location } });
    },
  });
});
afterAll(async () => {
  await generation[Symbol.asyncDispose]();
  await elsewhere.stop(true);
});

const at = (url: string, headers: Readonly<Record<string, string>> = {}) =>
  new McpConnection({
    settings: { kind: "url", name: "weather", tools: ["texts"], callMs: 20_000, url, headers },
    connectMs: 5000,
  });

test("a server over HTTP is asked, on the address that the human wrote down", async () => {
  await using connection = at(`${generation.url}/mcp`);
  expect((await connection.tools()).tools.map(({ name }) => name)).toEqual(["texts"]);
  const { signal } = new AbortController();
  expect((await connection.call(TEXTS_TOOL, {}, signal)).content).toEqual([
    { type: "text", text: "sun" },
  ]);
});

test("a redirect is not followed, wherever it leads", async () => {
  await using connection = at(`${elsewhere.url}mcp`, { authorization: "Bearer one" });
  await expect(connection.tools()).rejects.toMatchObject({
    code: "MCP_UNREACHABLE",
    why: "Version negotiation probe failed: it redirects to another address (status 307)",
  });
  expect(new Set(asked)).toEqual(new Set(["POST /mcp Bearer one"]));
});

test("no other origin is asked, and no stream without a reader is opened", async () => {
  const fetch = mcpFetch(new URL(`${generation.url}/mcp`));
  expect((await fetch(`${generation.url}/mcp`, { method: "GET" })).status).toBe(405);
  const other = fetch(`${elsewhere.url}mcp`, { method: "POST", body: "{}" });
  await expect(other).rejects.toThrow(`instead of ${generation.url}`);
});

test("a name that leads to this machine is refused, as for every tool", async () => {
  const rules = { resolver: async () => ["127.0.0.1"] };
  const fetch = mcpFetch(new URL("http://weather.example:80/mcp"), rules);
  const sent = fetch("http://weather.example/mcp", { method: "POST", body: "{}" });
  await expect(sent).rejects.toMatchObject({ code: "NETWORK_REFUSED" });
});

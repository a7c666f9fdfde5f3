/** What a hostile server does with its connections: each ends with the words that say so. */
import { expect, test } from "bun:test";
import { z } from "zod";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { hostileServer } from "#test/hostile-mcp-server.ts";
import { McpConnection } from "./mcp-connection.ts";

type Answer = (request: Request) => Response | Promise<Response>;

const JSON_TYPE = { "content-type": "application/json" };

/** A body that begins, and goes on as long as a client reads it. */
function endless(type: string, text: string, again = true): Response {
  const bytes = new TextEncoder().encode(text);
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(bytes),
    pull: async (controller) => {
      await Bun.sleep(10);
      if (again) controller.enqueue(bytes);
    },
  });
  return new Response(body, { headers: { "content-type": type } });
}

const LATE = "it did not answer within 300 ms";

test.each<[string, string, Answer]>([
  ["a body that begins and does not end", LATE, () => endless("application/json", "{", false)],
  ["a stream that never says anything", LATE, () => endless("text/event-stream", ": x\n\n")],
  [
    "another id than was asked",
    LATE,
    () => Response.json({ jsonrpc: "2.0", id: 999, result: { tools: [] } }),
  ],
  [
    "a page",
    "Version negotiation probe failed: the server answered with an unusable reply (Unexpected content type: text/html)",
    () => new Response("<html>", { headers: { "content-type": "text/html" } }),
  ],
  [
    "half of a message",
    "Version negotiation probe failed: the server answered with an unusable reply (JSON Parse error: Expected '}')",
    () => new Response("{{{", { headers: JSON_TYPE }),
  ],
  [
    "another place to ask",
    "Version negotiation probe failed: it redirects to another address (status 308)",
    () => new Response(null, { status: 308, headers: { location: "http://169.254.169.254/" } }),
  ],
])("that answers with %s cannot be asked: %s", async (_what, why, fetch) => {
  await using server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch });
  await using connection = connect(`${server.url}mcp`, 300);
  await expect(connection.tools()).rejects.toMatchObject({ code: "MCP_UNREACHABLE", why });
});

test("one that names a place to ask for a token is told nothing there", async () => {
  const asked: string[] = [];
  await using elsewhere = Bun.serve({
    ...{ hostname: "127.0.0.1", port: 0 },
    fetch: ({ url }) => {
      asked.push(url);
      return Response.json({});
    },
  });
  const challenge = `Bearer resource_metadata="${elsewhere.url}oauth"`;
  await using server = Bun.serve({
    ...{ hostname: "127.0.0.1", port: 0 },
    fetch: () => new Response(null, { status: 401, headers: { "www-authenticate": challenge } }),
  });
  await using connection = connect(`${server.url}mcp`);
  await expect(connection.tools()).rejects.toMatchObject({
    why: "Version negotiation failed: the server requires authorization (HTTP 401)",
  });
  expect(asked).toEqual([]);
});

test("one that is ended while it is connected is a failed call, not a bug", async () => {
  const asked = Promise.withResolvers<void>();
  const discover = () => {
    asked.resolve();
    return new Promise(() => undefined);
  };
  await using silent = hostileServer({ list: () => ({ tools: [] }), discover });
  await using connection = connect(silent.url);
  const listed = connection.tools();
  await asked.promise;
  await connection.restart();
  await expect(listed).rejects.toMatchObject({ code: "MCP_UNREACHABLE", why: "it was ended" });
});

// Cleaned, 4,000 characters of long secrets are shorter than what is told: the end of it would be a half of one.
test("one that fails with many secrets is told of without a part of any", async () => {
  const secret = "Zq9".repeat(140);
  const cleaner = new TextCleaner([secret]);
  await using server = Bun.serve({
    ...{ hostname: "127.0.0.1", port: 0 },
    fetch: async (request) => {
      const { id } = z.looseObject({ id: z.unknown() }).parse(await request.json());
      const error = { code: -32_000, message: `${secret} `.repeat(40) };
      return Response.json({ jsonrpc: "2.0", id, error });
    },
  });
  const clean = (text: string) => cleaner.clean(text);
  await using connection = connect(`${server.url}mcp`, undefined, clean);
  const failure = await connection.tools().catch(({ why }: { readonly why: string }) => why);
  expect(failure).toContain("[redacted]");
  expect(failure).not.toContain("Zq9");
});

function connect(url: string, connectMs?: number, clean?: (text: string) => string): McpConnection {
  const shared = { kind: "url", name: "weather", tools: ["*"], callMs: 20_000 } as const;
  return new McpConnection({ settings: { ...shared, url, headers: {} }, connectMs, clean });
}

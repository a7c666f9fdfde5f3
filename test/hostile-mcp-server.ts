/** A server of the Model Context Protocol over HTTP in this process, which says whatever a test wants it to say. */

/** A message as it came. */
interface Message {
  readonly id?: string | number | undefined;
  readonly method: string;
  readonly params?: Readonly<Record<string, unknown>> | undefined;
}

export interface HostileServer extends AsyncDisposable {
  readonly url: string;
  /** Methods that were asked for, in their order. */
  readonly asked: readonly string[];
  /** `authorization` of each request. */
  readonly tokens: readonly (string | null)[];
  /** Sessions of before are unknown from now on, as after a restart of the server. */
  forget(): void;
}

/** It answers with an error of the protocol. */
export class HostileError extends Error {}

/** What it says: the result of the request, or a {@link HostileError}. */
interface HostileAnswers {
  readonly list: () => unknown;
  readonly call?: (params: Readonly<Record<string, unknown>>) => unknown;
  /** It speaks 2026-07-28, where it answers this. @default 2025-11-25, with sessions */
  readonly discover?: () => unknown;
}

/** @param name of the tool. */
export function hostileTool(name: string, changes: Readonly<Record<string, unknown>> = {}): object {
  const inputSchema = { type: "object", properties: { town: { type: "string" } } };
  return { name, description: `Does ${name}.`, inputSchema, ...changes };
}

export function hostileServer({ list, call, discover }: HostileAnswers): HostileServer {
  const asked: string[] = [];
  const tokens: (string | null)[] = [];
  let session = crypto.randomUUID();
  const answerOf = ({ method, params = {} }: Message): unknown => {
    switch (method) {
      case "server/discover":
        return discover?.();
      case "initialize": {
        const serverInfo = { name: "hostile", version: "1" };
        return { protocolVersion: "2025-11-25", capabilities: { tools: {} }, serverInfo };
      }
      case "tools/list":
        return list();
      case "tools/call":
        return call?.(params) ?? { content: [{ type: "text", text: "sun" }] };
      default:
        return undefined;
    }
  };
  const server = Bun.serve({
    ...{ hostname: "127.0.0.1", port: 0 },
    fetch: async (request) => {
      const message = (await request.json()) as Message;
      asked.push(message.method);
      tokens.push(request.headers.get("authorization"));
      const given = request.headers.get("mcp-session-id");
      if (given !== null && given !== session) return new Response(null, { status: 404 });
      if (message.id === undefined) return new Response(null, { status: 202 });
      const answer = await answerOf(message);
      const { id } = message;
      const error = { code: -32_601, message: "no such method" };
      const unknown = answer === undefined ? { error } : { result: answer };
      const said =
        answer instanceof HostileError
          ? { error: { code: -32_000, message: answer.message } }
          : unknown;
      const headers = { "mcp-session-id": session };
      return Response.json(
        { jsonrpc: "2.0", id, ...said },
        message.method === "initialize" ? { headers } : {},
      );
    },
  });
  return {
    url: `${server.url}mcp`,
    asked,
    tokens,
    forget: () => {
      session = crypto.randomUUID();
    },
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

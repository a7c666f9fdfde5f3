/** The Model Context Protocol over one connection or request, in both of its eras. */
import {
  createMcpHandler,
  McpServer,
  ProtocolError,
  ProtocolErrorCode,
} from "@modelcontextprotocol/server";
import { OrgError } from "#core/errors.ts";
import { version } from "../../package.json";
import { callTool, listTools, type McpParts } from "./mcp-tools.ts";
import { ToolChanges } from "./tool-changes.ts";

/**
 * @returns a server that is not connected yet; each connection, and each request over HTTP, takes one of its own.
 * @see https://modelcontextprotocol.io/specification/2026-07-28
 */
export function mcpServer(parts: McpParts): McpServer {
  const info = { name: "org", title: "org", version };
  const mcp = new McpServer(info, { capabilities: { tools: { listChanged: true } } });
  const { server } = mcp;
  server.setRequestHandler("tools/list", async () => ({ tools: await listTools(parts) }));
  server.setRequestHandler("tools/call", async ({ params }, { mcpReq }) => {
    const token = params._meta?.progressToken;
    let steps = 0;
    const progress = (message: string): void => {
      if (token === undefined) return;
      steps += 1;
      const about = { progressToken: token, progress: steps, message };
      // A client that has gone meanwhile is told by its signal.
      mcpReq.notify({ method: "notifications/progress", params: about }).catch(() => undefined);
    };
    const { name, arguments: args } = params;
    try {
      return await callTool(parts, { name, args, signal: mcpReq.signal, progress });
    } catch (error) {
      throw protocolError(error);
    }
  });
  return mcp;
}

/**
 * The protocol over HTTP: a server for each request.
 *
 * @param report told of what went wrong here and is not told to the caller.
 */
export function mcpHandler(
  parts: McpParts,
  report: (error: unknown) => void,
): (request: Request, body: unknown) => Promise<Response> {
  const bus = new ToolChanges(parts.tools, report);
  const handler = createMcpHandler(() => mcpServer(parts), { bus, onerror: report });
  return async (request, parsedBody) => await handler.fetch(request, { parsedBody });
}

/** What a client is told of a call that could not be made; nothing of this machine is in it. */
function protocolError(error: unknown): unknown {
  if (error instanceof OrgError && error.code === "TOOL_UNKNOWN") {
    return new ProtocolError(ProtocolErrorCode.InvalidParams, `${error.message}: ${error.why}`);
  }
  return error;
}

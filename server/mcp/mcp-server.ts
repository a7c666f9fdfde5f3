/** The Model Context Protocol over one connection or request, in both of its eras. */
import {
  createMcpHandler,
  McpServer,
  ProtocolError,
  ProtocolErrorCode,
} from "@modelcontextprotocol/server";
import { OrgError } from "#core/errors.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { version } from "../../package.json";
import { callTool, listTools, type McpParts } from "./mcp-tools.ts";
import { ToolChanges } from "./tool-changes.ts";

/**
 * @returns a server that is not connected yet; each connection, and each request over HTTP, takes one of its own.
 * @param report told of what went wrong here and is not told to the caller.
 * @see https://modelcontextprotocol.io/specification/2026-07-28
 */
export function mcpServer(parts: McpParts, report: (error: unknown) => void): McpServer {
  const info = { name: "org", title: "org", version };
  const mcp = new McpServer(info, { capabilities: { tools: { listChanged: true } } });
  const { server } = mcp;
  const toProtocolError = (error: unknown): ProtocolError =>
    protocolError(error, parts.cleaner, report);
  server.setRequestHandler("tools/list", async () => {
    try {
      return { tools: await listTools(parts) };
    } catch (error) {
      throw toProtocolError(error);
    }
  });
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
      // No client reads the answer to a call that it has cancelled.
      throw mcpReq.signal.aborted ? error : toProtocolError(error);
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
  const handler = createMcpHandler(() => mcpServer(parts, report), { bus, onerror: report });
  return async (request, parsedBody) => await handler.fetch(request, { parsedBody });
}

/** What a client is told of what could not be done; of a bug, nothing of this machine. */
function protocolError(
  error: unknown,
  cleaner: TextCleaner,
  report: (error: unknown) => void,
): ProtocolError {
  if (error instanceof OrgError) {
    const { code, message, why } = error;
    const isUnknown = code === "TOOL_UNKNOWN";
    return new ProtocolError(
      isUnknown ? ProtocolErrorCode.InvalidParams : ProtocolErrorCode.InternalError,
      cleaner.clean(why === undefined ? message : `${message}: ${why}`),
    );
  }
  report(error);
  return new ProtocolError(ProtocolErrorCode.InternalError, "something went wrong here");
}

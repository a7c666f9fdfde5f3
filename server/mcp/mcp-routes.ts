/** `POST /mcp`: the Model Context Protocol behind the same gateway as every other route. */
import { z } from "zod";
import type { Routes } from "../api/routes.ts";
import type { OpenTurns } from "../http/open-turns.ts";
import type { McpParts } from "./mcp-tools.ts";

export interface McpRouteParts extends McpParts {
  /** Counts the answers under way. */
  readonly turns: OpenTurns;
}

/** What every message has; for the rest the protocol's own check says what is wrong, in the protocol's own words. */
const messageSchema = z.looseObject({
  jsonrpc: z.literal("2.0"),
  id: z.union([z.string(), z.number()]).nullish(),
  method: z.string().optional(),
});

export function mcpRoutes(routes: Routes, { turns, ...parts }: McpRouteParts): void {
  const ask: McpParts["ask"] = (question, signal) => {
    const { room, events } = parts.ask(question, signal);
    return { room, events: turns.during(events) };
  };
  const open = async () => {
    // 30 MB that a home without such clients does not need.
    const { mcpHandler } = await import("./mcp-server.ts");
    return mcpHandler({ ...parts, ask }, routes.report);
  };
  let opened: ReturnType<typeof open> | undefined;
  routes.add(
    {
      ...{ method: "post", path: "/mcp", scope: "run", body: messageSchema },
      summary: "The Model Context Protocol: promoted tools, and the room as the tool ask_room",
      answers: { 200: { description: "A message of the protocol, or a stream of them." } },
    },
    async (context, { body }) => {
      opened ??= open();
      return await (await opened)(context.req.raw, body);
    },
  );
}

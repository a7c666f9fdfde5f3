/** What MCP clients reach of a home: its promoted tools, and its rooms by one question at a time. */
import { newId } from "#core/ids.ts";
import type { ToolsApi } from "#server/api/tools.ts";
import type { McpParts, PromotedTool } from "#server/mcp/mcp-tools.ts";
import type { HomeService, RoomChoice } from "#server/socket/home-service.ts";
import { newRoomId } from "#server/socket/room-ids.ts";
import type { RegisteredTool } from "#tools/registry/registered-tool.ts";
import type { AppParts } from "./context.ts";

export interface McpApiParts {
  readonly app: Pick<AppParts, "registry" | "cleaner">;
  readonly call: ToolsApi["call"];
  readonly ask: HomeService["ask"];
  /** No caller needs a room for now. @default it is closed by who asks */
  readonly close?: ((room: string) => Promise<void>) | undefined;
}

export function mcpApi({ app, call, ask, close }: McpApiParts): McpParts {
  return {
    cleaner: app.cleaner,
    call,
    tools: async () => (await (await app.registry()).list()).flatMap(promoted),
    ask: ({ text, room }, signal) => {
      const id = room ?? newRoomId();
      const choice: RoomChoice = { kind: room === undefined ? "own" : "named", id };
      const events = async function* () {
        try {
          yield* ask({ text, room: choice, raw: false, id: newId("client") }, signal);
        } finally {
          await close?.(id);
        }
      };
      return { room: id, events: events() };
    },
  };
}

function promoted({ name, state, verified }: RegisteredTool): readonly PromotedTool[] {
  if (state !== "ready" || verified === undefined) return [];
  const { description, input, output } = verified.metadata.spec;
  return [{ name, description, input, output }];
}

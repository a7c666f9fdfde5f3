/** Starts MCP servers again in the process that owns a home: there they are connected. */
import { z } from "zod";
import type { HomePaths } from "#home/home-paths.ts";
import { describeOwner } from "#platform/owner.ts";
import { askOwner, NoOwner } from "#server/socket/owner-client.ts";
import type { Handlers } from "#server/socket/owner-server.ts";
import type { AppParts } from "./context.ts";

const RELOAD = "mcp-reload";

const bodySchema = z.strictObject({ server: z.string().optional() });
const answerSchema = z.array(z.string());

/** The owner's side. */
export function reloadHandlers(app: Pick<AppParts, "mcpServers">): Handlers {
  return {
    [RELOAD]: async function* (body) {
      yield await (await app.mcpServers()).reload(bodySchema.parse(body).server);
    },
  };
}

/**
 * The side of every process, the owner too.
 *
 * @param server all of them without it.
 * @returns the names of those that were ended; `undefined` when no process owns the home.
 */
export async function reloadMcp(
  { socket, ownerRecord }: Pick<HomePaths, "socket" | "ownerRecord">,
  server: string | undefined,
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  const question = { name: RELOAD, body: { server } };
  const owner = () => describeOwner(ownerRecord);
  try {
    for await (const line of askOwner(socket, question, { signal, owner })) {
      return answerSchema.parse(line);
    }
  } catch (error) {
    if (!(error instanceof NoOwner)) throw error;
  }
  return undefined;
}

import type { ToolListing } from "#core/tool-listing.ts";
import type { Tool } from "#tools/tool.ts";
import type { RoomRegistry } from "./room-options.ts";

/** Every tool that can be called in a room, and the generated ones that cannot. */
export async function listedTools(
  tools: readonly Tool[],
  registry: Pick<RoomRegistry, "list"> | undefined,
): Promise<readonly ToolListing[]> {
  const own = tools.map(({ name, schema: { description } }): ToolListing => {
    return { name, description, origin: "built-in", state: "ready" };
  });
  const all = (await registry?.list()) ?? [];
  return [...own, ...all.filter(({ origin }) => origin === "generated")];
}

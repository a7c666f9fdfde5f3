import type { Client } from "@modelcontextprotocol/client";
import { MCP_LIMITS } from "./definition.ts";

const MOST_PAGES = 64;

/**
 * All tools that a server lists. Not by the library's own method, which takes the server's word for how long a list holds and prints
 * names of tools as they came.
 *
 * @throws {Error} when it goes on for too long.
 */
export async function listOf(client: Client): Promise<readonly unknown[]> {
  let definitions: readonly unknown[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const params = cursor === undefined ? {} : { cursor };
    const answer = await client.request({ method: "tools/list", params });
    definitions = [...definitions, ...answer.tools];
    cursor = answer.nextCursor;
    // What is too much is refused anyway.
    if (cursor === undefined || definitions.length > MCP_LIMITS.tools) return definitions;
  }
  throw new Error(`its list has more than ${MOST_PAGES} pages`);
}

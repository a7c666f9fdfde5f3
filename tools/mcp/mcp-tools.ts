/** The tools of MCP servers that a person approved, as tools of a room. */
import { aborted } from "#core/aborted.ts";
import { canonicalJson } from "#core/canonical-json.ts";
import { explain, OrgError } from "#core/errors.ts";
import { isFields } from "#core/json.ts";
import { globMatches } from "#core/policy/glob.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { contentStems } from "#language/text.ts";
import type { DynamicTools } from "../dynamic-tools.ts";
import type { Tool } from "../tool.ts";
import { outputOf, type SaveImage } from "./call-result.ts";
import { calledName, type McpDefinition } from "./definition.ts";
import type { McpConnection } from "./mcp-connection.ts";
import type { PinStore } from "./pin-store.ts";

/** A server that the human's file names. */
interface McpServer {
  readonly name: string;
  /** Of the names of its tools; others are not offered. */
  readonly patterns: readonly string[];
  readonly connection: Pick<McpConnection, "tools" | "call">;
}

export interface McpToolsParts {
  readonly servers: readonly McpServer[];
  readonly pins: Pick<PinStore, "of">;
  readonly cleaner: TextCleaner;
  /** @default pictures of results are left out */
  readonly saveImage?: SaveImage | undefined;
}

/** So many are declared with each request; the others can be called all the same. */
const MOST_DECLARED = 16;

/**
 * Adds what was approved to what can be called anyway. No server is asked for it: what was approved is on disk.
 *
 * @param about what is being talked about: tools with words of it are declared first.
 */
export function withMcpTools(
  dynamic: DynamicTools | undefined,
  parts: McpToolsParts,
  about = "",
): DynamicTools | undefined {
  const tools = readable(parts);
  if (typeof tools === "string") {
    const notice = [dynamic?.notice, tools].filter((text) => text !== undefined).join("\n");
    const [declared, names] = [dynamic?.declared ?? [], dynamic?.names ?? []];
    return { declared, names, notice, find: (name) => dynamic?.find(name) };
  }
  if (tools.length === 0) return dynamic;
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  const declared = nearest(tools, about).slice(0, MOST_DECLARED);
  return {
    get declared() {
      return [...(dynamic?.declared ?? []), ...declared];
    },
    names: [...(dynamic?.names ?? []), ...byName.keys()],
    notice: dynamic?.notice,
    find: (name) => dynamic?.find(name) ?? byName.get(name),
  };
}

/** @returns a sentence for the user where it cannot be read what was approved; other tools can be called all the same. */
function readable(parts: McpToolsParts): readonly Tool[] | string {
  try {
    return approvedTools(parts);
  } catch (error) {
    if (error instanceof OrgError) return explain(error);
    throw error;
  }
}

/** Those that share most words with a text first, else in the order of the user's file. */
function nearest(tools: readonly Tool[], about: string): readonly Tool[] {
  const stems = new Set(contentStems(about));
  const shared = ({ name, schema }: Tool): number => {
    const words = new Set(contentStems(`${name.replaceAll(/[_-]/g, " ")} ${schema.description}`));
    return words.intersection(stems).size;
  };
  return tools.toSorted((one, other) => shared(other) - shared(one));
}

/** @throws {OrgError} `FILE_FAILED` where it cannot be read what was approved. */
export function approvedTools(parts: McpToolsParts): readonly Tool[] {
  const { servers, pins } = parts;
  return servers.flatMap((server) => {
    const approved = pins.of(server.name);
    if (approved === undefined || !approved.isEnabled) return [];
    const named = approved.tools.filter(({ name }) =>
      server.patterns.some((pattern) => globMatches(pattern, name)),
    );
    return named.map((definition) => toolOf(server, definition, parts));
  });
}

function toolOf(
  server: McpServer,
  definition: McpDefinition,
  { cleaner, saveImage }: Pick<McpToolsParts, "cleaner" | "saveImage">,
): Tool {
  const name = calledName(server.name, definition.name);
  const about = cleaner.clean(definition.description ?? definition.title ?? "");
  return {
    name,
    // What a server says of its own tools widens nothing.
    effect: "execute",
    capabilities: ["network"],
    hidesHosts: true,
    schema: {
      name,
      description: `${about} (tool of the MCP server ${server.name})`.trimStart(),
      parameters: cleaner.cleanData(definition.inputSchema),
    },
    run: async (args, { signal, clean }) => {
      // Connecting takes its time, and goes on for the next call.
      await Promise.race([requireUnchanged(server, definition), aborted(signal)]);
      signal.throwIfAborted();
      const input = isFields(args) ? args : {};
      const result = await server.connection.call(definition, input, signal);
      return await outputOf(result, { clean, saveImage });
    },
  };
}

/** @throws {OrgError} `MCP_CHANGED` when the tool is not the one that was approved. */
async function requireUnchanged(
  { name, connection }: McpServer,
  approved: McpDefinition,
): Promise<void> {
  const { tools } = await connection.tools();
  const now = tools.find((one) => one.name === approved.name);
  if (now !== undefined && canonicalJson(now) === canonicalJson(approved)) return;
  throw new OrgError(`The tool ${calledName(name, approved.name)} is not the one you approved`, {
    code: "MCP_CHANGED",
    why:
      now === undefined
        ? "the server has no such tool any more"
        : "the server describes it otherwise now",
    remedies: [`org mcp diff ${name}`, `org mcp approve ${name}   # when you have looked at it`],
    unchanged: "It was not called.",
  });
}

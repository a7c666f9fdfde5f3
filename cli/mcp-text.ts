/** What the tools of an MCP server are to the user who approves them, word for word. */
import { canonicalJson } from "#core/canonical-json.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { calledName, type McpDefinition, pinOf } from "#tools/mcp/definition.ts";
import type { ApprovedServer } from "#tools/mcp/pin-store.ts";

/** What became of a tool since it was approved. */
type State = "approved" | "changed" | "new" | "gone";

/** A tool as it is now, or was where it is gone. */
export interface McpRow {
  readonly state: State;
  readonly tool: McpDefinition;
  /** As it was approved. */
  readonly before?: McpDefinition | undefined;
}

export function mcpRows(
  approved: ApprovedServer | undefined,
  tools: readonly McpDefinition[],
): readonly McpRow[] {
  const before = new Map(approved?.tools.map((tool) => [tool.name, tool]));
  const rows = tools.map((tool): McpRow => {
    const previous = before.get(tool.name);
    before.delete(tool.name);
    if (previous === undefined) return { state: "new", tool };
    const isSame = canonicalJson(previous) === canonicalJson(tool);
    return isSame ? { state: "approved", tool } : { state: "changed", tool, before: previous };
  });
  const gone = [...before.values()].map((tool): McpRow => ({ state: "gone", tool, before: tool }));
  return [...rows, ...gone];
}

/** All that a model would read of a tool. */
export function mcpToolText(server: string, tool: McpDefinition): string {
  return `${calledName(server, tool.name)}  sha256 ${pinOf(tool)}\n${bodyOf(tool)}`;
}

/** What a model would read of a tool now, and what it read before. */
export function mcpRowText(
  server: string,
  { state, tool, before }: McpRow,
  cleaner: TextCleaner,
): string {
  const text = (one: McpDefinition) => cleaner.clean(mcpToolText(server, one));
  const was = before === undefined ? "" : marked("-", text(before));
  const now = state === "gone" ? "" : marked("+", text(tool));
  const isHidden =
    state === "changed" &&
    before !== undefined &&
    cleaner.clean(bodyOf(before)) === cleaner.clean(bodyOf(tool));
  const hidden = isHidden ? "! it differs only in invisible characters\n" : "";
  return `${state} ${calledName(server, tool.name)}\n${was}${now}${hidden}`;
}

/** Twelve hexadecimal digits that name exactly these tools. */
export function mcpSetHash(tools: readonly McpDefinition[]): string {
  const pins = tools.map(pinOf).toSorted().join("\n");
  return new Bun.CryptoHasher("sha256").update(pins).digest("hex").slice(0, 12);
}

function bodyOf(tool: McpDefinition): string {
  const { title, description = "", inputSchema, outputSchema, annotations } = tool;
  const rest = { title, inputSchema, outputSchema, annotations };
  return `  ${description.replaceAll("\n", "\n  ")}\n  ${JSON.stringify(rest)}\n`;
}

function marked(sign: string, text: string): string {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => `${sign} ${line}\n`)
    .join("");
}

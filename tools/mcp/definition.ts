/** What a server of the Model Context Protocol says of its tools: read with limits, named so that nothing is imitated. */
import { z } from "zod";
import { canonicalJson } from "#core/canonical-json.ts";
import { globMatches } from "#core/policy/glob.ts";
import { headerProblem } from "./header-arguments.ts";

/** Everything of a tool that a model reads, or that decides how it is called. */
export interface McpDefinition {
  readonly name: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly inputSchema: Readonly<Record<string, unknown>>;
  readonly outputSchema?: Readonly<Record<string, unknown>> | undefined;
  readonly annotations?: Readonly<Record<string, unknown>> | undefined;
}

/** What is taken of a server: so many tools, bytes of a title with its description, and bytes of all schemas of a tool. */
export const MCP_LIMITS = { tools: 128, descriptionBytes: 2048, schemaBytes: 16_384 } as const;
/** Longest name that servers of models take. */
const LONGEST_NAME = 64;
const HASH_LENGTH = 8;

const fields = z.record(z.string(), z.unknown());
export const definitionSchema: z.ZodType<McpDefinition> = z.object({
  name: z.string().min(1).max(128),
  title: z.string().optional(),
  description: z.string().optional(),
  inputSchema: fields,
  outputSchema: fields.optional(),
  annotations: fields.optional(),
});

/** SHA-256 in hexadecimal of a definition; the order of fields plays no part. */
export function pinOf(definition: McpDefinition): string {
  return new Bun.CryptoHasher("sha256").update(canonicalJson(definition)).digest("hex");
}

/** The name under which personas call a tool. The prefix keeps a server's "sh" from being taken for ours. */
export function calledName(server: string, tool: string): string {
  const name = `${server}__${tool}`.replaceAll(/[^\w-]/g, "_");
  if (name.length <= LONGEST_NAME) return name;
  const hash = new Bun.CryptoHasher("sha256").update(`${server}\0${tool}`).digest("hex");
  return `${name.slice(0, LONGEST_NAME - HASH_LENGTH - 1)}_${hash.slice(0, HASH_LENGTH)}`;
}

export interface McpTools {
  readonly tools: readonly McpDefinition[];
  /** Why others are not among them; a clause for each. */
  readonly refused: readonly string[];
}

/** @param patterns of the names that the human wants. */
export function readDefinitions(
  listed: readonly unknown[],
  server: string,
  patterns: readonly string[],
): McpTools {
  const refused: string[] = [];
  const read = listed.slice(0, MCP_LIMITS.tools).flatMap((one) => {
    const parsed = definitionSchema.safeParse(one);
    if (parsed.success && !patterns.some((pattern) => globMatches(pattern, parsed.data.name)))
      return [];
    const why = parsed.success ? unfit(parsed.data) : "a tool that cannot be read";
    if (why === undefined && parsed.success) return [parsed.data];
    refused.push(why ?? "");
    return [];
  });
  if (listed.length > MCP_LIMITS.tools) refused.push(`more than ${MCP_LIMITS.tools} tools`);
  const looks = Map.groupBy(read, ({ name }) => lookOf(calledName(server, name)));
  const tools = [...looks.values()].flatMap((alike) => (alike.length === 1 ? alike : []));
  for (const alike of looks.values()) {
    const [first] = alike;
    if (first === undefined || alike.length === 1) continue;
    refused.push(
      `${calledName(server, first.name)}: ${alike.length} tools have names that look alike`,
    );
  }
  return { tools, refused };
}

/** What a reader takes a called name for: a person who approves one must not be shown another. */
function lookOf(name: string): string {
  const letters: Readonly<Record<string, string>> = { i: "1", l: "1", o: "0", "-": "_" };
  return name.toLowerCase().replaceAll(/[ilo-]/g, (letter) => letters[letter] ?? letter);
}

/** @returns why it is not offered, a clause with its name. */
function unfit(definition: McpDefinition): string | undefined {
  const why = tooLarge(definition) ?? headerProblem(definition.inputSchema);
  return why === undefined ? undefined : `${definition.name.slice(0, 80)}: ${why}`;
}

function tooLarge({
  description = "",
  title = "",
  inputSchema,
  outputSchema = {},
  annotations = {},
}: McpDefinition): string | undefined {
  if (Buffer.byteLength(description) + Buffer.byteLength(title) > MCP_LIMITS.descriptionBytes) {
    return `its description is longer than ${MCP_LIMITS.descriptionBytes} bytes`;
  }
  const schemas = JSON.stringify([inputSchema, outputSchema, annotations]);
  return Buffer.byteLength(schemas) > MCP_LIMITS.schemaBytes
    ? `its schemas are longer than ${MCP_LIMITS.schemaBytes} bytes`
    : undefined;
}

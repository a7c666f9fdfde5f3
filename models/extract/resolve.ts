import type { ToolSchema } from "#core/calls.ts";
import { aliasedTool } from "#core/tool-aliases.ts";
import { Tokens } from "./tokens.ts";

/** What a model means by the name of a tool. */
export interface Resolved {
  /** The declared name; without a match the name as it was written, prefixes removed. */
  readonly name: string;
  /** Absent when no declared tool matches, or more than one. */
  readonly tool?: ToolSchema | undefined;
}

const PREFIX = /^(?:functions?|tools?|default_api)[.:/]/;
const INDEX_SUFFIX = /:\d+$/;

/** The declared tools, made ready for looking up what models call them. */
export class ToolIndex {
  readonly tools: readonly ToolSchema[];
  /** The declared names, to be looked for at the start of an answer. */
  readonly names: Tokens;
  readonly #exact: ReadonlyMap<string, ToolSchema>;
  readonly #foldedNames: Tokens;
  readonly #folded: ReadonlyMap<string, readonly ToolSchema[]>;

  constructor(tools: readonly ToolSchema[]) {
    this.tools = tools;
    this.names = new Tokens(tools.map((tool) => tool.name));
    this.#exact = new Map(tools.map((tool) => [tool.name, tool]));
    this.#foldedNames = new Tokens(tools.map((tool) => fold(tool.name)));
    this.#folded = Map.groupBy(tools, (tool) => fold(tool.name));
  }

  /**
   * Exact name, then without a prefix such as `functions.` or a suffix such as `:0`, then the only
   * one that differs in nothing but case and `-` for `_`, then by a name that models know it by, such as
   * `bash` for `sh`. Never by likeness: a guess would run.
   */
  resolve(name: string): Resolved {
    const exact = this.#exact.get(name);
    if (exact !== undefined) return { name, tool: exact };
    const bare = name.replace(PREFIX, "").replace(INDEX_SUFFIX, "");
    const tool = this.#exact.get(bare);
    if (tool !== undefined) return { name: bare, tool };
    const [only, ...others] = this.#folded.get(fold(bare)) ?? [];
    if (others.length > 0) return { name: bare };
    const resolved = only ?? this.#exact.get(aliasedTool(bare) ?? "");
    return resolved === undefined ? { name: bare } : { name: resolved.name, tool: resolved };
  }

  /** Whether the text holds a declared name, whatever its case. */
  isNamedIn(text: string): boolean {
    return this.#foldedNames.find(fold(text), 0) !== undefined;
  }

  isDeclared(name: string): boolean {
    return this.resolve(name).tool !== undefined;
  }
}

function fold(name: string): string {
  return name.toLowerCase().replaceAll("-", "_");
}

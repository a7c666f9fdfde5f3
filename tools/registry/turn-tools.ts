import { z } from "zod";
import { defineTool } from "../define-tool.ts";
import type { DynamicTools } from "../dynamic-tools.ts";
import type { Tool } from "../tool.ts";

/** What the declared tools may take of a prompt, as JSON in bytes: about 550 tokens. */
const DECLARED_BYTES = 2000;
/** What may be added when a model has searched. */
const FOUND_BYTES = 6000;
/** So many are listed for a search. */
const MOST_FOUND = 5;
/** Built-in tools are found too, and passed over: so many in all are looked at. */
const MOST_LOOKED_AT = 20;
/** As much of a description as tells whether to call it, in characters. */
const MAX_DESCRIPTION = 300;

/** Finds tools by what they do. @returns names, best first. */
export type FindTools = (query: string, most: number) => Promise<readonly string[]>;

export interface TurnToolsOptions {
  /** Over the names of the tools and others. */
  readonly find: FindTools;
  readonly notice?: string | undefined;
}

/** The generated tools of one turn: as they were when it began, so that none changes under a model. */
export class TurnTools implements DynamicTools {
  readonly #tools: ReadonlyMap<string, Tool>;
  readonly #search: Tool;
  readonly notice: string | undefined;
  #declared: readonly Tool[];

  /** @param tools the most useful first; as many are declared as fit. */
  constructor(tools: readonly Tool[], { find, notice }: TurnToolsOptions) {
    this.notice = notice;
    this.#tools = new Map(tools.map((tool) => [tool.name, tool]));
    this.#search = searchTool(async (query) => this.#found(await find(query, MOST_LOOKED_AT)));
    this.#declared = fitting(tools, DECLARED_BYTES);
  }

  get declared(): readonly Tool[] {
    // Where a model is told of all there is, there is nothing to search for.
    const hidden = this.#declared.length < this.#tools.size;
    return hidden ? [...this.#declared, this.#search] : this.#declared;
  }

  get names(): readonly string[] {
    return [...this.#tools.keys()];
  }

  find(name: string): Tool | undefined {
    return name === this.#search.name ? this.#search : this.#tools.get(name);
  }

  /** From the next request on the model is told of what it has found. */
  #found(names: readonly string[]): readonly Tool[] {
    const found = names.flatMap((name) => this.#tools.get(name) ?? []).slice(0, MOST_FOUND);
    this.#declared = fitting([...new Set([...found, ...this.#declared])], FOUND_BYTES);
    return found;
  }
}

function searchTool(search: (query: string) => Promise<readonly Tool[]>): Tool {
  return defineTool({
    name: "tools_search",
    effect: "none",
    description: "Finds more tools by what they do. Call what it finds by its name.",
    input: z.object({ query: z.string().min(1).max(300) }),
    run: async ({ query }) => {
      const found = await search(query);
      if (found.length === 0) return { ok: true, output: "No tool matches that." };
      return { ok: true, output: found.map(listing).join("\n") };
    },
  });
}

function listing({ schema }: Tool): string {
  const { name, description, parameters } = schema;
  const text = description.slice(0, MAX_DESCRIPTION).toWellFormed();
  return `${name}: ${text}\n  arguments: ${JSON.stringify(parameters)}`;
}

/** The first of them, as long as they fit; one that is too large keeps none behind it away. */
function fitting(tools: readonly Tool[], bytes: number): readonly Tool[] {
  let remaining = bytes;
  return tools.filter(({ schema }) => {
    const size = Buffer.byteLength(JSON.stringify(schema));
    if (size > remaining) return false;
    remaining -= size;
    return true;
  });
}

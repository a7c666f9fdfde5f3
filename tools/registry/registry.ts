import { OrgError } from "#core/errors.ts";
import { nearestNames } from "#core/nearest.ts";
import type { ToolListing } from "#core/tool-listing.ts";
import { loadKnowledge } from "#language/load-knowledge.ts";
import type { DynamicTools } from "../dynamic-tools.ts";
import type { SearchDocument } from "../search/document.ts";
import type { ToolEmbeddings } from "../search/tool-embeddings.ts";
import { ToolSearch } from "../search/tool-search.ts";
import type { Tool } from "../tool.ts";
import type { RegistryMemory } from "./memory-store.ts";
import { type ReadTool, readRegisteredTool } from "./read-tool.ts";
import type { RegisteredTool, VerifiedTool } from "./registered-tool.ts";
import { ToolScanner } from "./scan.ts";
import { ToolSwitches } from "./switches.ts";
import { type FindTools, TurnTools } from "./turn-tools.ts";

export interface RegistryOptions {
  /** Absolute path of the folder with a folder for each tool. */
  readonly root: string;
  /** Absolute path of the folder that says which are switched off; no tool may write there. */
  readonly switches: string;
  /** Their names are reserved, and they are found by a search as well. */
  readonly builtIn: readonly Tool[];
  /** Decides whether a folder is a tool. @default only what was verified, byte for byte */
  readonly read?: ReadTool | undefined;
  /** Ranks by an embedding model. @default the table of words that comes with the program */
  readonly embeddings?: ToolEmbeddings | undefined;
  /** What tools keep between calls; that of a tool which is gone is deleted. @default nothing is stored */
  readonly memory?: RegistryMemory | undefined;
  /** Makes a tool callable. */
  readonly toolOf: (verified: VerifiedTool) => Tool;
}

/** The index of a set of tools; building it costs, so it is kept as long as the set is the same. */
interface Indexed {
  readonly key: string;
  readonly documents: readonly SearchDocument[];
  readonly search: ToolSearch;
}

/** For those who wait as long as it takes. */
const NEVER = new AbortController().signal;

/**
 * The tools of a home. Each question looks at the folder again, so that a tool which was promoted, changed
 * or switched off counts at once; what was read before and has not changed is not read again.
 */
export class ToolRegistry implements Disposable {
  readonly #options: RegistryOptions;
  readonly #scanner: ToolScanner;
  readonly #switches: ToolSwitches;
  readonly #callable = new WeakMap<VerifiedTool, Tool>();
  #indexed: Indexed | undefined;
  #embeddings: ToolEmbeddings | undefined;
  /** Names of the tools that may keep something. */
  #remembered: string | undefined;

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.#embeddings = options.embeddings;
    const reserved = [...options.builtIn.map(({ name }) => name), "tools_search"];
    this.#scanner = new ToolScanner(options.root, reserved, options.read ?? readRegisteredTool);
    this.#switches = new ToolSwitches(options.switches);
  }

  /** Built-in tools, then the generated ones by name. @throws {OrgError} `FILE_FAILED` */
  async list(): Promise<readonly RegisteredTool[]> {
    const builtIn = this.#options.builtIn.map(({ name, schema }): RegisteredTool => {
      return { name, description: schema.description, origin: "built-in", state: "ready" };
    });
    return [...builtIn, ...(await this.#generated())];
  }

  /** @throws {OrgError} `TOOL_UNKNOWN` with the nearest names. */
  async get(name: string): Promise<RegisteredTool> {
    const tools = await this.list();
    const tool = tools.find((one) => one.name === name);
    if (tool !== undefined) return tool;
    const names = tools.map((one) => one.name);
    const near = nearestNames(name, names).map((one) => `org tools show ${one}`);
    throw new OrgError(`There is no tool "${name.slice(0, 80)}"`, {
      code: "TOOL_UNKNOWN",
      why: `there are ${names.length} tools`,
      remedies: [...near, `org tools search "${name.slice(0, 80)}"`, "org tools list"],
      unchanged: "Nothing was changed.",
    });
  }

  /** Those that can be called, best first. */
  async search(
    query: string,
    most: number,
    signal: AbortSignal = NEVER,
  ): Promise<readonly ToolListing[]> {
    const tools = await this.#ready();
    const find = await this.#finder(tools, signal);
    const byName = new Map(tools.map((tool) => [tool.name, tool]));
    return (await find(query, most)).flatMap((name) => byName.get(name) ?? []);
  }

  /** From now on, ranks by an embedding model: which one is known only when the rooms of a process are opened. */
  rankBy(embeddings: ToolEmbeddings | undefined): void {
    this.#embeddings = embeddings;
  }

  /** What a person should know of the last searches, once. */
  takeNotice(): string | undefined {
    return this.#embeddings?.takeNotice();
  }

  /**
   * Switches a generated tool on or off, for everybody and until it is switched again.
   *
   * @throws {OrgError} `TOOL_UNKNOWN`, `USAGE` for a built-in one, `FILE_FAILED`.
   */
  async switch(name: string, on: boolean): Promise<RegisteredTool> {
    const { origin } = await this.get(name);
    if (origin === "built-in") {
      throw new OrgError(`"${name}" is built in and cannot be switched ${on ? "on" : "off"}`, {
        code: "USAGE",
        why: "what built-in tools may do, the rules in org.config say",
        remedies: ["org config get permissions"],
        unchanged: "Nothing was changed.",
      });
    }
    await this.#switches.set(name, on);
    return await this.get(name);
  }

  /** What a turn can call beside the built-in tools. @param about what is being talked about. */
  async dynamic(about: string, signal: AbortSignal = NEVER): Promise<DynamicTools | undefined> {
    const ready = await this.#ready();
    const tools = ready.flatMap(({ verified }) =>
      verified === undefined ? [] : [this.#toolOf(verified)],
    );
    if (tools.length === 0) return undefined;
    const find = await this.#finder(ready, signal);
    const found = await find(about, ready.length);
    const ranks = new Map(found.map((name, rank) => [name, rank]));
    const rankOf = ({ name }: Tool) => ranks.get(name) ?? tools.length;
    return new TurnTools(
      tools.toSorted((a, b) => rankOf(a) - rankOf(b)),
      {
        find,
        notice: this.takeNotice(),
      },
    );
  }

  [Symbol.dispose](): void {
    this.#indexed?.search[Symbol.dispose]();
    this.#indexed = undefined;
    this.#options.memory?.[Symbol.dispose]();
  }

  async #ready(): Promise<readonly RegisteredTool[]> {
    return (await this.list()).filter(({ state }) => state === "ready");
  }

  async #generated(): Promise<readonly RegisteredTool[]> {
    const [tools, off] = await Promise.all([this.#scanner.scan(), this.#switches.off()]);
    this.#forgetOthers(tools.map(({ name }) => name));
    return tools.map((tool): RegisteredTool => {
      if (tool.state !== "ready" || !off.has(tool.name)) return tool;
      return { ...tool, state: "disabled", why: "the user has switched it off" };
    });
  }

  #forgetOthers(names: readonly string[]): void {
    const key = names.join(" ");
    if (key === this.#remembered) return;
    this.#options.memory?.keepOnly(names);
    this.#remembered = key;
  }

  #toolOf(verified: VerifiedTool): Tool {
    const cached = this.#callable.get(verified);
    if (cached !== undefined) return cached;
    const tool = this.#options.toolOf(verified);
    this.#callable.set(verified, tool);
    return tool;
  }

  /** Finds among these tools as they are now. */
  async #finder(tools: readonly RegisteredTool[], signal: AbortSignal): Promise<FindTools> {
    const { documents, search } = await this.#index(tools);
    return async (query, most) => {
      const nearest = await this.#embeddings?.nearest(documents, query, signal);
      return search.search(query, most, nearest);
    };
  }

  async #index(tools: readonly RegisteredTool[]): Promise<Indexed> {
    const documents = tools.map(documentOf);
    const key = JSON.stringify(documents);
    if (this.#indexed?.key === key) return this.#indexed;
    // The old one may still be in use by a turn; it goes when no turn holds it any more.
    this.#indexed = { key, documents, search: new ToolSearch(documents, await loadKnowledge()) };
    return this.#indexed;
  }
}

function documentOf({ name, description, verified }: RegisteredTool): SearchDocument {
  return { name, description, asks: verified?.metadata.spec.asks ?? [] };
}

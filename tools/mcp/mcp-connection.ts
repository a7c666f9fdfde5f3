import {
  type CallToolResult,
  Client,
  StreamableHTTPClientTransport,
  type Transport,
} from "@modelcontextprotocol/client";
import { OrgError, reasonOf } from "#core/errors.ts";
import type { McpServerSettings } from "#core/mcp-server.ts";
import type { HttpRules } from "#platform/net/http-client.ts";
import { POLICIES } from "#platform/sandbox/policy.ts";
import { type McpTools, readDefinitions } from "./definition.ts";
import { mcpFetch } from "./http-fetch.ts";
import { SandboxTransport } from "./sandbox-transport.ts";

export interface McpConnectionOptions {
  readonly settings: McpServerSettings;
  /** How servers are reached over HTTP. @default public addresses, and the one that the human wrote down */
  readonly rules?: HttpRules | undefined;
  /** Takes what a server writes beside its messages; not clean. */
  readonly onStderr?: ((text: string) => void) | undefined;
  /** How long a connection may take, and a list, in milliseconds. @default 10,000 */
  readonly connectMs?: number | undefined;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: (() => number) | undefined;
}

const CONNECT_MS = 10_000;
/** Waits after a failure, doubled up to the second; so many failures in a window, and only a person starts it again. */
const RETRY = { firstMs: 1000, longestMs: 60_000, most: 5, windowMs: 600_000 } as const;

interface Open {
  readonly client: Client;
  readonly tools: McpTools;
}

/** One server: connected at the first need, and again after it has ended, with growing waits. */
export class McpConnection implements AsyncDisposable {
  readonly #options: McpConnectionOptions;
  readonly #now: () => number;
  #open: Promise<Open> | undefined;
  #failures: number[] = [];
  #clients = new Set<Client>();

  constructor(options: McpConnectionOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** Its tools as it lists them now. @throws {OrgError} `MCP_UNREACHABLE` */
  async tools(): Promise<McpTools> {
    return (await this.#opened()).tools;
  }

  /** @throws {OrgError} `MCP_UNREACHABLE` when it does not answer in time, or says that it cannot. */
  async call(
    name: string,
    args: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<CallToolResult> {
    const { client } = await this.#opened();
    const timeout = this.#options.settings.callMs;
    try {
      return await client.callTool({ name, arguments: args }, { signal, timeout });
    } catch (error) {
      signal.throwIfAborted();
      throw this.#unreachable(reasonOf(error), error);
    }
  }

  /** Ends the server; the next need connects again. */
  async restart(): Promise<void> {
    this.#failures = [];
    this.#open = undefined;
    const clients = [...this.#clients];
    this.#clients.clear();
    await Promise.all(clients.map((client) => client.close().catch(() => undefined)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.restart();
  }

  async #opened(): Promise<Open> {
    const open = this.#open ?? this.#connect();
    this.#open = open;
    try {
      return await open;
    } catch (error) {
      if (this.#open === open) this.#open = undefined;
      throw error;
    }
  }

  async #connect(): Promise<Open> {
    this.#requirePatience();
    const client = new Client(
      { name: "org", version: "0" },
      { versionNegotiation: { mode: "auto" }, enforceStrictCapabilities: true },
    );
    this.#clients.add(client);
    const { connectMs = CONNECT_MS } = this.#options;
    try {
      await within(connectMs, client.connect(this.#transport()), "it did not answer");
      const tools = await within(connectMs, this.#list(client), "it did not list its tools");
      client.onclose = () => this.#ended(client);
      return { client, tools };
    } catch (error) {
      this.#failures.push(this.#now());
      this.#clients.delete(client);
      await client.close().catch(() => undefined);
      throw this.#unreachable(reasonOf(error), error);
    }
  }

  async #list(client: Client): Promise<McpTools> {
    const { name, tools: patterns } = this.#options.settings;
    // It reads 64 pages, and refuses a list that goes on.
    const { tools } = await client.listTools();
    return readDefinitions(tools, name, patterns);
  }

  #transport(): Transport {
    const { settings, rules, onStderr = () => undefined } = this.#options;
    if (settings.kind === "url") {
      const url = new URL(settings.url);
      const requestInit = { headers: { ...settings.headers } };
      return new StreamableHTTPClientTransport(url, { fetch: mcpFetch(url, rules), requestInit });
    }
    const { command, environment, files, network } = settings;
    const policy = {
      ...POLICIES.mcpServer,
      environment,
      readOnly: files.map((path) => ({ from: path, to: path })),
      network: network.length === 0 ? (false as const) : { hosts: network },
    };
    return new SandboxTransport({ command, policy, onStderr });
  }

  #ended(client: Client): void {
    this.#clients.delete(client);
    this.#failures.push(this.#now());
    this.#open = undefined;
  }

  /** @throws {OrgError} `MCP_UNREACHABLE` while it is too early to try again. */
  #requirePatience(): void {
    const now = this.#now();
    this.#failures = this.#failures.filter((at) => now - at < RETRY.windowMs);
    const last = this.#failures.at(-1);
    // One end is an accident: the next call works.
    if (last === undefined || this.#failures.length === 1) return;
    if (this.#failures.length >= RETRY.most) {
      throw this.#unreachable(`it ended ${RETRY.most} times within ten minutes`);
    }
    const wait = Math.min(RETRY.longestMs, RETRY.firstMs * 2 ** (this.#failures.length - 2));
    const left = Math.ceil((last + wait - now) / 1000);
    if (left > 0) throw this.#unreachable(`it ended; it is started again in ${left} s`);
  }

  #unreachable(why: string, cause?: unknown): OrgError {
    const { name } = this.#options.settings;
    return new OrgError(`The MCP server "${name}" cannot be asked`, {
      code: "MCP_UNREACHABLE",
      why: why.slice(0, 500),
      remedies: ["org mcp list   # connects, and says what is wrong", `org help mcp`],
      left: "Whether the call had an effect there is not known where it had begun.",
      cause,
    });
  }
}

/** @throws when it takes longer. */
async function within<Result>(ms: number, work: Promise<Result>, what: string): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>();
  const late = new Error(`${what} within ${ms.toLocaleString("en")} ms`);
  const timer = setTimeout(() => reject(late), ms);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
    // Its own end comes later, and has no reader.
    work.catch(() => undefined);
  }
}

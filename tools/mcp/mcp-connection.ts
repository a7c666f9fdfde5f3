import {
  type CallToolResult,
  Client,
  ProtocolError,
  SdkError,
  SdkErrorCode,
  type Transport,
  type VersionNegotiationMode,
} from "@modelcontextprotocol/client";
import { aborted } from "#core/aborted.ts";
import { OrgError, reasonOf } from "#core/errors.ts";
import type { McpServerSettings } from "#core/mcp-server.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import type { HttpRules } from "#platform/net/http-client.ts";
import { Late, within } from "./deadline.ts";
import { type McpDefinition, type McpTools, readDefinitions } from "./definition.ts";
import { Restarts } from "./restarts.ts";
import { SandboxTransport } from "./sandbox-transport.ts";
import { listOf } from "./tool-list.ts";
import { transportFor } from "./transport.ts";

export interface McpConnectionOptions {
  readonly settings: McpServerSettings;
  /** How servers are reached over HTTP. @default public addresses, and the one that the human wrote down */
  readonly rules?: HttpRules | undefined;
  /** How long a connection may take, and a list, in milliseconds. @default 10,000 */
  readonly connectMs?: number | undefined;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: (() => number) | undefined;
  /** Takes control characters and secrets out of what a server says of itself. @default knows what secrets look like */
  readonly clean?: ((text: string) => string) | undefined;
  /** Told of each line that a program writes to standard error, as it came. */
  readonly onLine?: ((line: string) => void) | undefined;
  /** Waits before a server is started again, in milliseconds. @default Bun.sleep */
  readonly sleep?: ((ms: number) => Promise<void>) | undefined;
}

const CONNECT_MS = 10_000;
/** Of a reason that a server gives, in characters. */
const LONGEST_REASON = 500;
const MOST_CLEANED = 4000;

interface Session {
  readonly client: Client;
  /** What ended it where the transport knows. */
  readonly problem: () => string | undefined;
}

/** One server: connected at the first need, and again after it has ended, with growing waits. */
export class McpConnection implements AsyncDisposable {
  readonly #options: McpConnectionOptions;
  readonly #restarts: Restarts;
  #session: Session | undefined;
  #opening: Promise<Session> | undefined;
  /** Of all that were not closed yet. */
  readonly #clients = new Set<Client>();
  #stop = new AbortController();
  /** Which version a program spoke last: asking for it costs some of them a process. */
  #mode: VersionNegotiationMode | undefined;

  constructor(options: McpConnectionOptions) {
    this.#options = options;
    this.#restarts = new Restarts(options.now ?? (() => performance.now()));
  }

  /**
   * Its tools as it lists them at this moment; a server that has ended meanwhile is connected again.
   *
   * @throws {OrgError} `MCP_UNREACHABLE`
   */
  async tools(): Promise<McpTools> {
    const before = this.#session;
    if (before !== undefined) {
      try {
        return await this.#list(before);
      } catch {
        await this.#drop(before);
      }
    }
    const session = await this.#opened();
    try {
      return await this.#list(session);
    } catch (error) {
      await this.#drop(session);
      throw this.#unreachable(session.problem() ?? reasonOf(error), error);
    }
  }

  /**
   * An error that the server answers with is a result, too: the model reads it.
   *
   * @throws {OrgError} `MCP_UNREACHABLE` when it does not answer in time.
   */
  async call(
    { name, inputSchema }: Pick<McpDefinition, "name" | "inputSchema">,
    args: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<CallToolResult> {
    const session = await this.#opened();
    // Without its output schema: the library would run a pattern that the server wrote over what the server says.
    const toolDefinition = { name, inputSchema: { ...inputSchema, type: "object" as const } };
    const timeout = this.#options.settings.callMs;
    try {
      const request = { name, arguments: args };
      return await session.client.callTool(request, { signal, timeout, toolDefinition });
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ProtocolError) return failed(`${error.message} (${error.code})`);
      if (isError(error, SdkErrorCode.UnsupportedResultType)) {
        return failed("It asks for input in the middle of a call, and none is given to it.");
      }
      const why = session.problem() ?? reasonOf(error);
      throw this.#unreachable(why, error, "Whether the call had an effect there is not known.");
    }
  }

  /** Ends the server and forgets how often it ended; the next need connects again. */
  async restart(): Promise<void> {
    this.#restarts.forget();
    this.#session = undefined;
    this.#opening = undefined;
    this.#mode = undefined;
    this.#stop.abort();
    this.#stop = new AbortController();
    const clients = [...this.#clients];
    this.#clients.clear();
    await Promise.all(clients.map((client) => client.close().catch(() => undefined)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.restart();
  }

  async #opened(): Promise<Session> {
    if (this.#session !== undefined) return this.#session;
    const opening = this.#opening ?? this.#connect(this.#stop.signal);
    this.#opening = opening;
    try {
      return await opening;
    } finally {
      if (this.#opening === opening) this.#opening = undefined;
    }
  }

  async #connect(stop: AbortSignal): Promise<Session> {
    await this.#waitForTurn(stop);
    const modes = this.#mode === undefined ? this.#modes() : [this.#mode];
    for (const [at, mode] of modes.entries()) {
      const session = this.#newSession(mode);
      try {
        await this.#connectTo(session, stop);
        return session;
      } catch (error) {
        await this.#drop(session);
        this.#requireOpen(stop);
        if (at < modes.length - 1 && isOtherVersion(error)) continue;
        this.#restarts.failed();
        this.#mode = undefined;
        throw this.#unreachable(session.problem() ?? reasonOf(error), error);
      }
    }
    throw new Error("No version was tried");
  }

  /** Programs of the older version may end at a request that they do not know, or say nothing: they are asked anew. */
  #modes(): readonly VersionNegotiationMode[] {
    return this.#options.settings.kind === "program" ? ["auto", "legacy"] : ["auto"];
  }

  #newSession(mode: VersionNegotiationMode): Session & { readonly transport: Transport } {
    const { settings, rules, onLine } = this.#options;
    const transport = transportFor(settings, {
      ...{ rules, onLine, connectMs: this.#connectMs },
      clean: (text) => this.#clean(text),
    });
    const client = new Client(
      { name: "org", version: "0" },
      {
        enforceStrictCapabilities: true,
        inputRequired: { autoFulfill: false },
        versionNegotiation: { mode, probe: { timeoutMs: this.#probeMs } },
      },
    );
    const problem = () => (transport instanceof SandboxTransport ? transport.problem : undefined);
    const session = { client, transport, problem };
    client.onclose = () => this.#ended(session);
    this.#clients.add(client);
    return session;
  }

  async #connectTo(
    session: Session & { readonly transport: Transport },
    stop: AbortSignal,
  ): Promise<void> {
    const { client, transport } = session;
    const connected = within(this.#connectMs, client.connect(transport), "it did not answer");
    await Promise.race([connected, aborted(stop)]);
    this.#requireOpen(stop);
    if (this.#options.settings.kind === "program") {
      const version = client.getNegotiatedProtocolVersion();
      const isModern = client.getProtocolEra() === "modern" && version !== undefined;
      this.#mode = isModern ? { pin: version } : "legacy";
    }
    this.#session = session;
  }

  async #list({ client }: Session): Promise<McpTools> {
    const { name, tools: patterns } = this.#options.settings;
    const pages = within(this.#connectMs, listOf(client), "it did not list its tools");
    return readDefinitions(await pages, name, patterns);
  }

  /** A program that is asked twice needs time for both. */
  get #probeMs(): number {
    return this.#options.settings.kind === "program" ? this.#connectMs / 2 : this.#connectMs;
  }

  get #connectMs(): number {
    return this.#options.connectMs ?? CONNECT_MS;
  }

  async #drop(session: Session): Promise<void> {
    this.#ended(session);
    await session.client.close().catch(() => undefined);
  }

  #ended(session: Session): void {
    this.#clients.delete(session.client);
    // Not one that was never connected, was ended by us, or has a successor.
    if (this.#session !== session) return;
    this.#session = undefined;
    this.#restarts.failed();
  }

  /** @throws {OrgError} `MCP_UNREACHABLE` after too many failures. */
  async #waitForTurn(stop: AbortSignal): Promise<void> {
    const waitMs = this.#restarts.wait();
    if (typeof waitMs === "string") throw this.#unreachable(waitMs);
    const { sleep = Bun.sleep } = this.#options;
    if (waitMs > 0) await Promise.race([sleep(waitMs), aborted(stop)]);
    this.#requireOpen(stop);
  }

  /** @throws {OrgError} `MCP_UNREACHABLE` once it was restarted or disposed of. */
  #requireOpen(stop: AbortSignal): void {
    if (stop.aborted) throw this.#unreachable("it was ended");
  }

  #clean(text: string): string {
    return (this.#options.clean ?? ((raw) => new TextCleaner().clean(raw)))(text);
  }

  #unreachable(why: string, cause?: unknown, unchanged = "It was not called."): OrgError {
    const { name } = this.#options.settings;
    return new OrgError(`The MCP server "${name}" cannot be asked`, {
      code: "MCP_UNREACHABLE",
      why: this.#clean(beginningOf(why)).slice(0, LONGEST_REASON),
      remedies: [
        "org mcp list   # connects, and says what is wrong",
        `org mcp reload ${name}   # starts it again where a room runs`,
      ],
      unchanged,
      cause,
    });
  }
}

function failed(text: string): CallToolResult {
  return { isError: true, content: [{ type: "text", text }] };
}

/** Whether a program may speak an older version than it was asked for. */
function isOtherVersion(error: unknown): boolean {
  return (
    error instanceof Late ||
    isError(error, SdkErrorCode.EraNegotiationFailed) ||
    isError(error, SdkErrorCode.RequestTimeout)
  );
}

function isError(error: unknown, code: SdkErrorCode): boolean {
  return error instanceof SdkError && error.code === code;
}

/** What is cleaned of a reason, which can be megabytes: without the word at the cut, which may be half a secret. */
function beginningOf(why: string): string {
  if (why.length <= MOST_CLEANED) return why;
  const words = why.slice(0, MOST_CLEANED).split(/(?<=\s)/);
  return words.slice(0, -1).join("") || "its reason is too long";
}

/** `org mcp` without words: what a home has, for the client at standard input and output. */
import type { Readable, Writable } from "node:stream";
import { StdioServerTransport, serveStdio } from "@modelcontextprotocol/server/stdio";
import { mcpApi } from "#app/mcp-api.ts";
import { reloadHandlers } from "#app/mcp-reload.ts";
import { toolsApi } from "#app/tools-api.ts";
import { EXIT } from "#core/error-codes.ts";
import { explain } from "#core/errors.ts";
import type { RoomEvent } from "#core/events.ts";
import { Opening } from "#core/opening.ts";
import { homePaths } from "#home/home-paths.ts";
import { mcpServer } from "#server/mcp/mcp-server.ts";
import { ToolChanges } from "#server/mcp/tool-changes.ts";
import type { AskRequest } from "#server/socket/home-service.ts";
import { type OpenHome, openHome } from "#server/socket/open-home.ts";
import { NoOwner } from "#server/socket/owner-client.ts";
import type { CommandContext } from "../context.ts";

/** Where the client is: what it writes, and what it reads. */
interface Connected {
  readonly stdin: Readable;
  readonly stdout: Writable;
}

/** Until the client closes what it writes to, or the command is told to leave. @returns the exit code. */
export async function serveMcp(
  context: CommandContext,
  { stdin, stdout }: Connected,
): Promise<number> {
  const { app, cleaner, output, signal } = context;
  const report = (error: unknown): void => output.say(`${cleaner.clean(explain(error, true))}\n`);
  await using home = new HomeClient(context);
  const { call } = toolsApi(app, { persona: "mcp" });
  const parts = mcpApi({ app, call, ask: (request, stop) => home.ask(request, stop) });
  const changes = new ToolChanges(parts.tools, report);
  const ended = Promise.withResolvers<void>();
  const connection = serveStdio(
    () => {
      const server = mcpServer(parts, report);
      // A client that has gone meanwhile is not a reason to end.
      const tell = () => void server.server.sendToolListChanged().catch(report);
      server.server.onclose = changes.subscribe(tell);
      return server;
    },
    { onerror: report, transport: new StdioServerTransport(stdin, stdout) },
  );
  stdin.once("end", ended.resolve).once("close", ended.resolve);
  signal.addEventListener("abort", () => ended.resolve(), { once: true });
  await ended.promise;
  await connection.close();
  return EXIT.done;
}

/** The home of the rooms: another process's, or ours from the first question that no owner answers to the end. */
class HomeClient implements AsyncDisposable {
  readonly #context: CommandContext;
  readonly #parts = new AsyncDisposableStack();
  #home = new Opening(() => this.#open());

  constructor(context: CommandContext) {
    this.#context = context;
  }

  async *ask(request: AskRequest, signal: AbortSignal): AsyncGenerator<RoomEvent, void> {
    for (let hasBegun = false; ; ) {
      const { service } = await this.#home.value();
      try {
        for await (const event of service.ask(request, signal)) {
          hasBegun = true;
          yield event;
        }
        return;
      } catch (error) {
        // The owner left before it took the question: the next one is asked, or we are the next one.
        if (!(error instanceof NoOwner) || hasBegun || signal.aborted) throw error;
        this.#home = new Opening(() => this.#open());
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.disposeAsync();
  }

  async #open(): Promise<OpenHome> {
    const { app, settings, signal } = this.#context;
    return this.#parts.use(
      await openHome({
        paths: homePaths(settings.home),
        command: "org mcp",
        ...app.kept,
        handlers: reloadHandlers(app),
        signal,
        openRoom: async (id, journal) => await (await app.participants()).open(id, journal),
      }),
    );
  }
}

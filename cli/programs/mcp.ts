import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { mcpApi } from "#app/mcp-api.ts";
import { reloadHandlers, reloadMcp } from "#app/mcp-reload.ts";
import { toolsApi } from "#app/tools-api.ts";
import { EXIT } from "#core/error-codes.ts";
import { explain } from "#core/errors.ts";
import type { RoomEvent } from "#core/events.ts";
import { createHome, homePaths } from "#home/home-paths.ts";
import { mcpServer } from "#server/mcp/mcp-server.ts";
import { ToolChanges } from "#server/mcp/tool-changes.ts";
import type { AskRequest } from "#server/socket/home-service.ts";
import { type OpenHome, openHome } from "#server/socket/open-home.ts";
import { NoOwner } from "#server/socket/owner-client.ts";
import type { CommandContext } from "../context.ts";
import { runMcp } from "../mcp-command.ts";

/** `org mcp`. @returns the exit code. */
export async function mcp(context: CommandContext): Promise<number> {
  const { app, line, settings, cleaner, output, signal } = context;
  const paths = homePaths(settings.home);
  await createHome(paths);
  if (line.operands.length === 0) return await serve(context);
  const { servers, pins } = await app.mcpServers();
  const reload = (server?: string) => reloadMcp(paths, server, signal);
  const about = { servers, pins, reload, cleaner, output, json: line.options.has("json") };
  return await runMcp(line.operands, { ...about, now: Date.now });
}

/** Until the client closes standard input. */
async function serve(context: CommandContext): Promise<number> {
  const { app, cleaner, output, signal } = context;
  const report = (error: unknown): void => output.say(`${cleaner.clean(explain(error, true))}\n`);
  await using home = new AskedHome(context);
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
    { onerror: report },
  );
  process.stdin.once("end", ended.resolve).once("close", ended.resolve);
  signal.addEventListener("abort", () => ended.resolve(), { once: true });
  await ended.promise;
  await connection.close();
  return EXIT.done;
}

/** The home of the rooms: another process's, or ours from the first question that no owner answers to the end. */
class AskedHome implements AsyncDisposable {
  readonly #context: CommandContext;
  readonly #parts = new AsyncDisposableStack();
  #home: Promise<OpenHome> | undefined;

  constructor(context: CommandContext) {
    this.#context = context;
  }

  async *ask(request: AskRequest, signal: AbortSignal): AsyncGenerator<RoomEvent, void> {
    for (let hasBegun = false; ; ) {
      const { service } = await this.#opened();
      try {
        for await (const event of service.ask(request, signal)) {
          hasBegun = true;
          yield event;
        }
        return;
      } catch (error) {
        // The owner left before it took the question: the next one is asked, or we are the next one.
        if (!(error instanceof NoOwner) || hasBegun || signal.aborted) throw error;
        this.#home = undefined;
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.disposeAsync();
  }

  async #opened(): Promise<OpenHome> {
    const home = this.#home ?? this.#open();
    this.#home = home;
    // What could not be opened may be opened later, when the reason is gone.
    home.catch(() => {
      this.#home = undefined;
    });
    return await home;
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

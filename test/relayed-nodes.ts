/** Nodes in one process: a home each, one journal and one queue, and a table of who has which room. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { AsyncQueue } from "#core/async-queue.ts";
import { OrgError } from "#core/errors.ts";
import type { RoomEvent } from "#core/events.ts";
import { DEFAULT_POLICY } from "#core/policy/policy.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { openSqliteJournal, type SqliteJournal } from "#home/journal/sqlite-journal.ts";
import { openSqliteQueue, type SqliteQueue } from "#home/queue/sqlite-queue.ts";
import type { NodeLines } from "#server/nodes/node-lines.ts";
import { RoomRelay } from "#server/nodes/room-relay.ts";
import type { OpenQuestion } from "#server/socket/home-service.ts";
import { RoomHost } from "#server/socket/room-host.ts";
import { defineTool } from "#tools/define-tool.ts";
import { openTestRoom } from "./room-fixture.ts";
import { type Script, type ScriptedServer, scriptedServer } from "./scripted-server.ts";

/** Of the one room that there is. */
export const ROOM = "2026-01-01-0000-00000000";

const SUPERVISED = {
  policy: { ...DEFAULT_POLICY, mode: "supervised" },
  resolveProgram: () => undefined,
} as const;

export class RelayedNodes implements AsyncDisposable {
  readonly journal: SqliteJournal;
  readonly queue: SqliteQueue;
  /** Nodes by the rooms that they have. */
  readonly holders: Map<string, string> = new Map();
  /** What the tool was called with. */
  readonly ran: string[] = [];
  /** Questions of rooms that another node has. */
  asked: readonly OpenQuestion[] = [];
  readonly #server: ScriptedServer;
  readonly #parts: AsyncDisposableStack;
  /** What nodes tell each other, by the names of calls. */
  readonly #told = new Map<string, AsyncQueue<unknown>>();

  private constructor(
    parts: AsyncDisposableStack,
    kept: { readonly journal: SqliteJournal; readonly queue: SqliteQueue },
    server: ScriptedServer,
  ) {
    this.#parts = parts;
    this.journal = kept.journal;
    this.queue = kept.queue;
    this.#server = server;
  }

  static async start(script: Script): Promise<RelayedNodes> {
    const folder = mkdtempSync(join(tmpdir(), "org-relay-"));
    const parts = new AsyncDisposableStack();
    parts.defer(() => rmSync(folder, { recursive: true }));
    const journal = parts.use(await openSqliteJournal(join(folder, "journal.sqlite")));
    const queue = parts.use(await openSqliteQueue(join(folder, "queue.sqlite")));
    return new RelayedNodes(parts, { journal, queue }, parts.use(scriptedServer(script)));
  }

  get requests(): ScriptedServer["requests"] {
    return this.#server.requests;
  }

  async node(name: string): Promise<RoomHost> {
    const { journal, queue, holders } = this;
    const relay = new RoomRelay({
      ...{ queue, journal, lines: this.#lines(), node: name, lookMs: 5 },
      holderOf: async (room) => holders.get(room),
      questions: async () => this.asked,
      cleaner: new TextCleaner(),
      report: (error) => {
        throw error;
      },
    });
    const home = this.#parts.use(
      new RoomHost({
        ...{ journal, others: relay },
        openRoom: async (id) => {
          const holder = holders.get(id) ?? name;
          holders.set(id, holder);
          if (holder !== name) {
            throw new OrgError(`on ${holder}`, { code: "LOCK_HELD", remedies: [] });
          }
          const how = { tools: [this.#tool()], permissions: SUPERVISED };
          return await openTestRoom({ journal, url: this.#server.url, id, ...how });
        },
      }),
    );
    this.#parts.use(await relay.serve({ home, handlers: home.ownHandlers }));
    return home;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.disposeAsync();
  }

  #tool() {
    return defineTool({
      ...{ name: "sh", effect: "execute", description: "Prints." },
      input: z.object({ cmd: z.string() }),
      run: async ({ cmd }) => {
        this.ran.push(cmd);
        return { ok: true, output: "printed" };
      },
    });
  }

  #lines(): NodeLines {
    const toldOf = (call: string): AsyncQueue<unknown> => {
      const known = this.#told.get(call) ?? new AsyncQueue();
      this.#told.set(call, known);
      return known;
    };
    const { signal: unread } = new AbortController();
    return {
      read: async function* (call, signal) {
        const told = toldOf(call);
        signal.addEventListener("abort", () => told.close(), { once: true });
        if (signal.aborted) told.close();
        yield* told;
        return true;
      },
      write: (call) => ({
        unread,
        push: (line) => toldOf(call).push(JSON.parse(JSON.stringify(line))),
        [Symbol.asyncDispose]: async () => toldOf(call).close(),
      }),
    };
  }
}

export function typesOf(events: readonly RoomEvent[]): readonly string[] {
  return events.map(({ type }) => type);
}

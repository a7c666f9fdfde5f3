/**
 * Lines, answers and screens for rooms that another node has. What is sent are jobs of a queue for each node, so they wait
 * while that one is busy, and one that no node takes any more can be withdrawn. A line has an id, under which a room writes
 * it once.
 */
import { AsyncQueue } from "#core/async-queue.ts";
import type { RoomEvent } from "#core/events.ts";
import type { Journal } from "#core/journal.ts";
import type { Job } from "#core/queue.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { visibleEvent } from "#room/entries.ts";
import type { RoomClient } from "#room/room-client.ts";
import { hideTypedSecrets } from "#room/typed-secrets.ts";
import { WorkerPool } from "../jobs/worker-pool.ts";
import type { AnswerRequest, HomeService, OpenQuestion } from "../socket/home-service.ts";
import type { OtherNodes, Relayed, RelayedLine } from "../socket/other-nodes.ts";
import type { Handlers } from "../socket/owner-server.ts";
import { RemoteRoom } from "../socket/remote-room.ts";
import { LineEvents } from "./line-events.ts";
import type { NodeLines } from "./node-lines.ts";
import { relayedError } from "./relay-outcome.ts";
import { readRelayed } from "./relayed-work.ts";
import { screenCalls } from "./screen-calls.ts";
import { callsOf, queueOf, type Sent, SentWork, type SentWorkOptions } from "./sent-work.ts";
import { readStreamed, StreamedText, streamedLine } from "./streamed-text.ts";

export interface RoomRelayOptions extends SentWorkOptions {
  /** Shared by all nodes. */
  readonly journal: Pick<Journal, "head" | "read">;
  /** What nodes tell each other while they work. */
  readonly lines: NodeLines;
  /** Questions of rooms that other nodes have. */
  readonly questions: () => Promise<readonly OpenQuestion[]>;
  readonly cleaner: TextCleaner;
}

/** Lines that a node answers at once for others; those of one room wait for each other anyway. */
const AT_ONCE = 64;
/** Calls of screens that a node answers at once: each open screen of another node is two. */
const CALLS_AT_ONCE = 512;
/** How long a node that is not heard of any more keeps a line, in milliseconds. */
const LEASE_MS = 10_000;
/** How long lines of others may go on when this process leaves, in milliseconds. */
const DRAIN_MS = 3000;

/** What a node does for others. */
interface Served {
  readonly home: Pick<HomeService, "ask" | "answer">;
  /** Calls of screens at rooms of this node. */
  readonly handlers: Handlers;
}

type Serving = Served & Pick<RoomRelayOptions, "lines">;

export class RoomRelay implements OtherNodes {
  readonly #options: RoomRelayOptions;
  readonly #work: SentWork;

  constructor(options: RoomRelayOptions) {
    this.#options = options;
    this.#work = new SentWork(options);
  }

  async *ask(
    room: string,
    line: RelayedLine,
    signal: AbortSignal,
  ): AsyncGenerator<RoomEvent, Relayed> {
    const { journal, cleaner, node: reader } = this.#options;
    const { text, notice } = await hideTypedSecrets(line.text, cleaner);
    // Before it is sent: all that comes of it stands behind this.
    const from = (await journal.head(room)) + 1;
    const sent = await this.#work.send(room, {
      ...({ kind: "ask", room, reader } as const),
      line: { ...line, text },
    });
    if (sent === undefined) return "free";
    if (notice !== undefined) yield notice;
    const over = new AbortController();
    const outcome = this.#work.settled(sent, signal).finally(() => over.abort());
    // It is waited for below; until then a failure must not count as unhandled.
    outcome.catch(() => undefined);
    try {
      yield* this.#follow({ sent, from, line }, over.signal);
      const record = await outcome;
      if (record === "free") return "free";
      return record === undefined ? "answered" : relayedError(sent.holder, record);
    } finally {
      // A caller that leaves reads no answer any more, so it must not go on; what has ended cannot be withdrawn.
      if (!over.signal.aborted) await this.#work.withdraw(sent);
    }
  }

  questions(): Promise<readonly OpenQuestion[]> {
    return this.#options.questions();
  }

  async answer(request: AnswerRequest, signal?: AbortSignal): Promise<OpenQuestion | undefined> {
    const id = request.id.trim().toUpperCase();
    const open = await this.questions();
    const found = open.filter(
      ({ room, asked }) => asked.id === id && (request.room ?? room) === room,
    );
    const [first] = found;
    if (first === undefined || found.length > 1) return undefined;
    const { room } = first;
    const sent = await this.#work.send(room, { kind: "answer", ...request, room });
    if (sent === undefined) return undefined;
    const record = await this.#work.settled(sent, signal ?? new AbortController().signal);
    if (record === "free") return undefined;
    return record === undefined ? first : relayedError(sent.holder, record);
  }

  /** A screen at a room, wherever it is. @param local what this node does in rooms that no other one has. */
  async open(room: string, local: Handlers): Promise<RoomClient> {
    const { lines, node, cleaner } = this.#options;
    const call = screenCalls({ work: this.#work, lines, node, cleaner }, room, local);
    return await RemoteRoom.open({ call, cleaner, choice: { kind: "own", id: room } });
  }

  /** Does for other nodes what they send, until it is disposed of. */
  async serve(served: Served): Promise<AsyncDisposable> {
    const { queue, node, report, lines } = this.#options;
    const pools = [
      { name: queueOf(node), workers: AT_ONCE, drainMs: DRAIN_MS },
      // A screen has no end to wait for: it looks for the next node of its room.
      { name: callsOf(node), workers: CALLS_AT_ONCE, drainMs: 0 },
    ].map(({ drainMs, ...about }) => {
      const run = (job: Job, signal: AbortSignal) => workOn({ ...served, lines }, job, signal);
      const pool = new WorkerPool({ ...about, queue, leaseMs: LEASE_MS, report, run });
      return { pool, drainMs };
    });
    for (const { pool } of pools) await pool.start();
    return {
      [Symbol.asyncDispose]: async () => {
        await Promise.all(pools.map(({ pool, drainMs }) => pool.drain(drainMs)));
      },
    };
  }

  /** What the journal holds of the line until `over`, and then what was written before that; what is streamed between. */
  async *#follow(
    about: { readonly sent: Sent; readonly from: number; readonly line: RelayedLine },
    over: AbortSignal,
  ): AsyncGenerator<RoomEvent, void> {
    const events = new AsyncQueue<RoomEvent>();
    const text = new StreamedText();
    const stop = new AbortController();
    // It is there to see the words as they come: what it does not tell, the journal does.
    const streaming = this.#stream(about.sent, AbortSignal.any([over, stop.signal]), (line) => {
      for (const event of text.streamed(line)) events.push(event);
    }).catch(this.#options.report);
    const journaling = this.#journaled(about, over, (event) => {
      const { before, behind } = text.journaled(event);
      const relayed = about.line.raw ? event : visibleEvent(event);
      for (const one of [...before, relayed, ...behind]) events.push(one);
    }).finally(() => events.close());
    journaling.catch(() => undefined);
    try {
      yield* events;
      await journaling;
    } finally {
      stop.abort();
      await streaming;
    }
  }

  async #stream(
    { job }: Sent,
    signal: AbortSignal,
    take: (line: NonNullable<ReturnType<typeof readStreamed>>) => void,
  ): Promise<void> {
    for await (const line of this.#options.lines.read(job, signal)) {
      const streamed = readStreamed(line);
      if (streamed !== undefined) take(streamed);
    }
  }

  async #journaled(
    {
      sent,
      from,
      line,
    }: { readonly sent: Sent; readonly from: number; readonly line: RelayedLine },
    over: AbortSignal,
    take: (event: RoomEvent) => void,
  ): Promise<void> {
    const own = new LineEvents(line.id);
    let next = from;
    for (const how of [{ live: true, signal: over }, {}]) {
      for await (const { seq, event } of this.#options.journal.read(sent.room, next, how)) {
        next = seq + 1;
        if (own.has(event)) take(event);
      }
    }
  }
}

async function workOn(
  { home, handlers, lines }: Serving,
  { body, id }: Job,
  signal: AbortSignal,
): Promise<string> {
  const work = readRelayed(body);
  if (work.kind === "answer") {
    await home.answer(work, signal);
    return "null";
  }
  await using writer = lines.write(id, work.reader);
  if (work.kind === "ask") {
    const room = { kind: "own", id: work.room } as const;
    for await (const event of home.ask({ ...work.line, room }, signal)) {
      // The rest its caller reads in the journal.
      const line = streamedLine(event);
      if (line !== undefined) writer.push(line);
    }
    return "null";
  }
  const isRead = AbortSignal.any([signal, writer.unread]);
  for await (const line of handlers[work.name]?.(work.body, isRead) ?? []) writer.push(line);
  return "null";
}

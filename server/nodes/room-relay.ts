/**
 * Lines and answers for rooms that another node has. They are jobs of a queue for each node, so they wait while that one
 * is busy, and one that no node takes any more can be withdrawn. A line has an id, under which a room writes it once.
 */
import type { RoomEvent } from "#core/events.ts";
import { newId } from "#core/ids.ts";
import type { Journal } from "#core/journal.ts";
import type { Job, Queue } from "#core/queue.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { shown } from "#room/entries.ts";
import { hideTypedSecrets } from "#room/typed-secrets.ts";
import { WorkerPool } from "../jobs/worker-pool.ts";
import type { AnswerRequest, HomeService, OpenQuestion } from "../socket/home-service.ts";
import type { OtherNodes, Relayed, RelayedLine } from "../socket/other-nodes.ts";
import { LineEvents } from "./line-events.ts";
import { outcomeOf, relayedError } from "./relay-outcome.ts";
import { type RelayedWork, readRelayed } from "./relayed-work.ts";

export interface RoomRelayOptions {
  /** Shared by all nodes. */
  readonly queue: Queue;
  /** Shared by all nodes. */
  readonly journal: Pick<Journal, "head" | "read">;
  /** This one. */
  readonly node: string;
  /** The node that has a room, while it is heard of. */
  readonly holderOf: (room: string) => Promise<string | undefined>;
  /** Questions of rooms that other nodes have. */
  readonly questions: () => Promise<readonly OpenQuestion[]>;
  readonly cleaner: TextCleaner;
  /** Told of what no caller hears. */
  readonly report: (error: unknown) => void;
  /** How often to look whether the other node still has the room, in milliseconds. @default 1,000 */
  readonly lookMs?: number | undefined;
}

/** Lines that a node answers at once for others; those of one room wait for each other anyway. */
const AT_ONCE = 64;
/** How long a node that is not heard of any more keeps a line, in milliseconds. */
const LEASE_MS = 10_000;
/** How long lines of others may go on when this process leaves, in milliseconds. */
const DRAIN_MS = 3000;

interface Sent {
  readonly room: string;
  readonly holder: string;
  readonly job: string;
}

export class RoomRelay implements OtherNodes {
  readonly #options: RoomRelayOptions;

  constructor(options: RoomRelayOptions) {
    this.#options = options;
  }

  async *ask(
    room: string,
    line: RelayedLine,
    signal: AbortSignal,
  ): AsyncGenerator<RoomEvent, Relayed> {
    const { journal, cleaner } = this.#options;
    const { text, notice } = hideTypedSecrets(line.text, cleaner);
    // Before it is sent: all that comes of it stands behind this.
    const from = (await journal.head(room)) + 1;
    const sent = await this.#send(room, { kind: "ask", room, line: { ...line, text } });
    if (sent === undefined) return "free";
    if (notice !== undefined) yield notice;
    const over = new AbortController();
    const outcome = this.#settled(sent, signal).finally(() => over.abort());
    // It is waited for below; until then a failure must not count as unhandled.
    outcome.catch(() => undefined);
    try {
      yield* this.#follow({ room, from, line }, over.signal);
      const record = await outcome;
      if (record === "free") return "free";
      return record === undefined ? "answered" : relayedError(sent.holder, record);
    } finally {
      // A caller that leaves reads no answer any more, so it must not go on; what has ended cannot be withdrawn.
      if (!over.signal.aborted) await this.#withdraw(sent);
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
    const sent = await this.#send(room, { kind: "answer", ...request, room });
    if (sent === undefined) return undefined;
    const record = await this.#settled(sent, signal ?? new AbortController().signal);
    if (record === "free") return undefined;
    return record === undefined ? first : relayedError(sent.holder, record);
  }

  /** Does for other nodes what they send, until it is disposed of. */
  async serve(home: Pick<HomeService, "ask" | "answer">): Promise<AsyncDisposable> {
    const { queue, node, report } = this.#options;
    const pool = new WorkerPool({
      ...{ queue, name: queueOf(node), workers: AT_ONCE, leaseMs: LEASE_MS, report },
      run: (job, signal) => workOn(home, job, signal),
    });
    await pool.start();
    return { [Symbol.asyncDispose]: () => pool.drain(DRAIN_MS) };
  }

  /** @returns nothing where no node has the room. */
  async #send(room: string, work: RelayedWork): Promise<Sent | undefined> {
    const { queue, holderOf, node } = this.#options;
    const holder = await holderOf(room);
    if (holder === undefined || holder === node) return undefined;
    const job = newId("relay");
    // Once: a node that was killed over it must not begin it again.
    const how = { id: job, kind: work.kind, maxAttempts: 1 };
    await queue.enqueue(queueOf(holder), JSON.stringify(work), how);
    return { room, holder, job };
  }

  /** What the journal holds of the line until `over`, and then what was written before that. */
  async *#follow(
    { room, from, line }: { room: string; from: number; line: RelayedLine },
    over: AbortSignal,
  ): AsyncGenerator<RoomEvent, void> {
    const own = new LineEvents(line.id);
    let next = from;
    for (const how of [{ live: true, signal: over }, {}]) {
      for await (const { seq, event } of this.#options.journal.read(room, next, how)) {
        next = seq + 1;
        if (!own.has(event)) continue;
        if (event.type === "answer" && event.text !== "") {
          // A screen shows what is streamed.
          const { turn, persona, text } = event;
          yield { type: "text-delta", turn, persona, text };
        }
        yield line.raw ? event : shown(event);
      }
    }
  }

  /** @returns nothing once it was done; `free` where it was withdrawn; else why it failed. */
  async #settled(sent: Sent, signal: AbortSignal): Promise<ReturnType<typeof outcomeOf>> {
    const { queue } = this.#options;
    const name = queueOf(sent.holder);
    using _ = this.#watch(sent);
    await Array.fromAsync(queue.events(name, sent.job, { from: 1, signal }));
    if (signal.aborted) await this.#withdraw(sent);
    return outcomeOf(await queue.get(name, sent.job));
  }

  /** Withdraws it once its node has the room no more. */
  #watch(sent: Sent): Disposable {
    const { holderOf, lookMs = 1000, report } = this.#options;
    const look = async (): Promise<void> => {
      if ((await holderOf(sent.room)) !== sent.holder) await this.#withdraw(sent);
    };
    // One after the other: a server that is away is asked once at a time.
    let isLooking = false;
    const timer = setInterval(() => {
      if (isLooking) return;
      isLooking = true;
      void look()
        .catch(report)
        .finally(() => {
          isLooking = false;
        });
    }, lookMs);
    return { [Symbol.dispose]: () => clearInterval(timer) };
  }

  async #withdraw({ holder, job }: Sent): Promise<void> {
    await this.#options.queue.cancel(queueOf(holder), job);
  }
}

async function workOn(
  home: Pick<HomeService, "ask" | "answer">,
  { body }: Job,
  signal: AbortSignal,
): Promise<string> {
  const work = readRelayed(body);
  if (work.kind === "answer") {
    await home.answer(work, signal);
    return "null";
  }
  const room = { kind: "own", id: work.room } as const;
  // Its asker reads the journal.
  for await (const _event of home.ask({ ...work.line, room }, signal));
  return "null";
}

/** Where a node finds what others send to it. */
function queueOf(node: string): string {
  return `room:${node}`;
}

/** What one node tells another while it works for it: lines under the name of a call, in their order, as they come. */
import { createHash } from "node:crypto";
import type { PgCalls } from "#platform/postgres/pg-client.ts";
import { Wakeups } from "../journal/wakeups.ts";
import { requireStorable } from "./storable.ts";

export interface NodeLinesOptions {
  /** Stays open. */
  readonly client: PgCalls;
  /** This one. */
  readonly node: string;
  /** Told why lines could not be written. */
  readonly report: (error: unknown) => void;
  /** Longest pause of a reader without a look, for a notification may be lost, in milliseconds. @default 1000 */
  readonly pollMs?: number;
}

interface Piece {
  readonly lines: readonly unknown[];
  readonly isEnd: boolean;
}

/** Lines that come within so many milliseconds travel together: words are quicker than commits. */
const TOGETHER_MS = 40;
/** How often a writer without lines looks whether it is read, in milliseconds. */
const SIGN_MS = 10_000;

export class NodeLines implements AsyncDisposable {
  readonly #options: NodeLinesOptions;
  readonly #wakeups = new Wakeups();
  readonly #subscription: AsyncDisposable;

  constructor(options: NodeLinesOptions) {
    this.#options = options;
    const { client, node } = options;
    this.#subscription = client.listen(channelOf(client, node), {
      onNotify: (call) => this.#wakeups.wake(call),
      onListen: () => this.#wakeups.wakeAll(),
    });
  }

  /**
   * Reads what is written under a name until its writer ends. Aborted, it gives what is there already, and ends.
   *
   * @returns whether all was read: the server may have lost some with a crash.
   * @throws {OrgError} as the client does.
   */
  async *read(call: string, signal: AbortSignal): AsyncGenerator<unknown, boolean> {
    requireStorable("call", call);
    for (let next = 1; ; ) {
      using pause = this.#beginToWait(call, signal);
      const isLast = signal.aborted;
      const pieces = await this.#hear(call, next);
      for (const [seq, piece] of pieces) {
        if (seq !== next) return false;
        next += 1;
        yield* piece.lines;
        if (!piece.isEnd) continue;
        await this.#hear(call, next);
        return true;
      }
      if (pieces.length > 0) continue;
      if (isLast) return true;
      await pause.over;
    }
  }

  /** @param reader the node that reads. Dispose of what is returned to end the lines. */
  write(call: string, reader: string): LineWriter {
    const { client, report } = this.#options;
    const channel = channelOf(client, reader);
    return new LineWriter(async (seq, piece) => {
      try {
        const [row] = await client.query<{ readonly isRead: boolean }>(
          `select node_tell($1::text, $2::text::int, $3::text, $4::text) as "isRead"`,
          [call, String(seq), JSON.stringify(piece), channel],
        );
        return row?.isRead === true;
      } catch (error) {
        report(error);
        return false;
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#subscription[Symbol.asyncDispose]();
  }

  async #hear(call: string, next: number): Promise<readonly (readonly [number, Piece])[]> {
    const [row] = await this.#options.client.query<{ readonly found: string }>(
      "select node_hear($1::text, $2::text::int)::text as found",
      [call, String(next)],
    );
    const found: readonly (readonly [number, string])[] = JSON.parse(row?.found ?? "[]");
    return found.map(([seq, piece]) => [seq, parsePiece(piece)] as const);
  }

  /** Begun before the look: notifications of writes in between are received. */
  #beginToWait(call: string, signal: AbortSignal): Disposable & { readonly over: Promise<void> } {
    const ended = new AbortController();
    const end = (): void => ended.abort();
    const timer = setTimeout(end, this.#options.pollMs ?? 1000);
    signal.addEventListener("abort", end);
    return {
      over: this.#wakeups.wait(call, ended.signal),
      [Symbol.dispose]: () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        end();
      },
    };
  }
}

/** Writes in the background, in order. */
export class LineWriter implements AsyncDisposable {
  readonly #send: (seq: number, piece: Piece) => Promise<boolean>;
  readonly #unread = new AbortController();
  readonly #sign: Timer;
  #waiting: unknown[] = [];
  #timer: Timer | undefined;
  #seq: number = 0;
  #sending: Promise<void> = Promise.resolve();

  /** @param send answers whether the lines are read. */
  constructor(send: (seq: number, piece: Piece) => Promise<boolean>) {
    this.#send = send;
    this.#sign = setInterval(() => this.#flush(false), SIGN_MS);
  }

  /** Aborted once no node reads the lines, or they cannot be written. */
  get unread(): AbortSignal {
    return this.#unread.signal;
  }

  push(line: unknown): void {
    this.#waiting.push(line);
    this.#timer ??= setTimeout(() => this.#flush(false), TOGETHER_MS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#sign);
    this.#flush(true);
    await this.#sending;
  }

  #flush(isEnd: boolean): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#seq += 1;
    const [seq, piece] = [this.#seq, { lines: this.#waiting, isEnd }];
    this.#waiting = [];
    this.#sending = this.#sending.then(async () => {
      if (this.unread.aborted) return;
      if (!(await this.#send(seq, piece))) this.#unread.abort(new Error("no node reads the lines"));
    });
  }
}

/** Names of channels have 63 bytes at most, and names of nodes any length. */
function channelOf({ schema }: PgCalls, node: string): string {
  return `${schema}_lines_${createHash("sha256").update(node).digest("hex").slice(0, 16)}`;
}

/** Only {@link NodeLines.write} writes them. */
function parsePiece(text: string): Piece {
  return JSON.parse(text);
}

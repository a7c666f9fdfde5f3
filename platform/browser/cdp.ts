/**
 * The Chrome DevTools Protocol over a pipe: JSON messages that end with a zero byte.
 *
 * @see https://chromedevtools.github.io/devtools-protocol/
 */
import { z } from "zod";
import { parseJson } from "#core/json.ts";

/** Longest message in characters: a page may be made to have an endless description. */
const MAX_MESSAGE = 64 * 1024 * 1024;

/** Named values of a command or an event. */
export type CdpParams = Readonly<Record<string, unknown>>;

/** Something happened in the browser, or in the page of a session. */
export interface CdpEvent {
  readonly method: string;
  readonly params: CdpParams;
  /** Absent: in the browser itself. */
  readonly session?: string | undefined;
}

/** A command was answered with a failure, or the browser is gone. */
export class CdpFailure extends Error {
  /** The browser or the page of the session is not there any more. */
  readonly isGone: boolean;

  constructor(message: string, isGone = false) {
    super(message);
    this.isGone = isGone;
  }
}

export interface CdpOptions {
  /** Takes one whole message, its zero byte included. */
  readonly write: (bytes: Uint8Array) => void;
  /** Must not throw. */
  readonly onEvent: (event: CdpEvent) => void;
  /** Called once when a message breaks the protocol; nothing is read afterwards. */
  readonly onBroken: (why: string) => void;
}

const messageSchema = z.object({
  id: z.number().optional(),
  method: z.string().optional(),
  params: z.record(z.string(), z.unknown()).default({}),
  sessionId: z.string().optional(),
  result: z.unknown().optional(),
  error: z.object({ message: z.string() }).optional(),
});

interface Waiting {
  readonly session: string | undefined;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: CdpFailure) => void;
}

/** Commands out, answers and events in. It knows no process: bytes are handed to it. */
export class CdpConnection {
  readonly #options: CdpOptions;
  readonly #waiting = new Map<number, Waiting>();
  #next = 1;
  #ended: string | undefined;
  // Pieces are joined once a message is whole: a picture comes in hundreds of them.
  #pieces: string[] = [];
  #length = 0;

  constructor(options: CdpOptions) {
    this.#options = options;
  }

  /**
   * Sends a command.
   *
   * @param session of a page; absent: to the browser.
   * @returns its result.
   * @throws {CdpFailure}
   */
  send(method: string, params: CdpParams = {}, session?: string): Promise<unknown> {
    if (this.#ended !== undefined) return Promise.reject(new CdpFailure(this.#ended, true));
    const id = this.#next;
    this.#next += 1;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.set(id, { session, resolve, reject });
    const message = JSON.stringify({ id, method, params, sessionId: session });
    this.#options.write(new TextEncoder().encode(`${message}\0`));
    return promise;
  }

  /** Takes what the browser wrote, in pieces of any size. */
  take(text: string): void {
    let rest = text;
    for (let end = rest.indexOf("\0"); end >= 0; end = rest.indexOf("\0")) {
      const message = [...this.#pieces, rest.slice(0, end)].join("");
      this.#pieces = [];
      this.#length = 0;
      rest = rest.slice(end + 1);
      this.#handle(message);
    }
    if (rest === "" || this.#ended !== undefined) return;
    this.#pieces.push(rest);
    this.#length += rest.length;
    if (this.#length > MAX_MESSAGE) this.#break("it sent a message of more than 64 MiB");
  }

  /** Fails what waits for a page that is gone. */
  endSession(session: string): void {
    for (const [id, waiting] of this.#waiting) {
      if (waiting.session !== session) continue;
      this.#waiting.delete(id);
      waiting.reject(new CdpFailure("the page is gone", true));
    }
  }

  /** Fails all that waits, and everything that is sent from now on. @param why one clause. */
  end(why: string): void {
    if (this.#ended !== undefined) return;
    this.#ended = why;
    this.#pieces = [];
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(new CdpFailure(why, true));
  }

  #break(why: string): void {
    this.end(why);
    this.#options.onBroken(why);
  }

  #handle(text: string): void {
    if (this.#ended !== undefined) return;
    const message = messageSchema.safeParse(parseJson(text)).data;
    if (message === undefined) {
      this.#break("it sent what is not a message");
      return;
    }
    const { id, method, params, sessionId: session, result, error } = message;
    if (method !== undefined) {
      this.#options.onEvent({ method, params, session });
      return;
    }
    const waiting = id === undefined ? undefined : this.#waiting.get(id);
    if (id === undefined || waiting === undefined) return;
    this.#waiting.delete(id);
    if (error === undefined) waiting.resolve(result);
    else waiting.reject(new CdpFailure(error.message));
  }
}

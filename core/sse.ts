/** Bytes of a server-sent event stream to its events, whatever the pieces they arrive in. */
import { createParser, type EventSourceParser } from "eventsource-parser";
import type { OrgError } from "./errors.ts";
import { streamTooLong } from "./stream-limit.ts";

export interface SseEvent {
  /** The event's type, where the server names one. */
  readonly event?: string | undefined;
  readonly data: string;
}

export interface SseLimits {
  /**
   * Longest event in characters.
   *
   * @default 8 Mi
   */
  readonly maxEventLength?: number;
}

const DEFAULT_MAX_EVENT_LENGTH = 8 * 1024 * 1024;

/**
 * One stream. Feeding it whole or in any pieces gives the same events.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export class SseReader {
  readonly #decoder = new TextDecoder();
  readonly #parser: EventSourceParser;
  #ready: SseEvent[] = [];
  #failure: OrgError | undefined;

  constructor({ maxEventLength = DEFAULT_MAX_EVENT_LENGTH }: SseLimits = {}) {
    this.#parser = createParser({
      maxBufferSize: maxEventLength,
      onEvent: (event) => this.#ready.push(event),
      onError: ({ type }) => {
        // Fields that the standard does not know are to be ignored.
        if (type === "max-buffer-size-exceeded")
          this.#failure = streamTooLong("an event", maxEventLength);
      },
    });
  }

  /** Set once an event was too long; the stream cannot be read any further. */
  get failure(): OrgError | undefined {
    return this.#failure;
  }

  push(bytes: Uint8Array): readonly SseEvent[] {
    return this.#feed(this.#decoder.decode(bytes, { stream: true }));
  }

  /** The body is over: a last event counts although no blank line follows it. */
  end(): readonly SseEvent[] {
    return this.#feed(`${this.#decoder.decode()}\n\n`);
  }

  #feed(text: string): readonly SseEvent[] {
    if (this.#failure === undefined) this.#parser.feed(text);
    if (this.#ready.length === 0) return NOTHING;
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }
}

const NOTHING: readonly SseEvent[] = [];

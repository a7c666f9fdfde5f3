/**
 * Server-sent events out of anything that is iterated.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
import { OrgError } from "#core/errors.ts";
import { jsonLine } from "#core/text/json-line.ts";
import { inThisRequest } from "#platform/log/request-context.ts";

export interface ServerEvent {
  /** What a reader sends as `Last-Event-ID` when it comes back. */
  readonly id?: string | number | undefined;
  /** Absent: a plain message. */
  readonly event?: string | undefined;
  readonly data?: unknown;
  /** Sent as it is instead of `data`; one line. */
  readonly text?: string | undefined;
}

/** A reader that hears nothing for longer takes the connection for dead; so do proxies. */
const HEARTBEAT_MS = 15_000;
/** A reader that takes nothing for longer is dropped: what it does not read is kept in memory for it. */
const STALLED_MS = 60_000;

interface Streaming {
  /** Aborted when the reader leaves, or is dropped. */
  readonly stop: AbortController;
  /** What the last event says of a failure. @default failures end the connection */
  readonly failure?: (error: unknown) => unknown;
  /** Told of a reader that was dropped. */
  readonly report?: ((error: OrgError) => void) | undefined;
  /** In milliseconds. @default 15 and 60 seconds */
  readonly timing?: { readonly heartbeatMs: number; readonly stalledMs: number };
}

/**
 * Streams events until they end, or until the reader leaves or reads nothing for a minute, which aborts `stop`. What goes
 * wrong on the way is the last event, named `error`, with what `failure` makes of it.
 */
export function eventStream(events: AsyncIterable<ServerEvent>, streaming: Streaming): Response {
  const { stop, failure = rethrown, report } = streaming;
  const { heartbeatMs, stalledMs } = streaming.timing ?? TIMING;
  const encoder = new TextEncoder();
  const iterator = events[Symbol.asyncIterator]();
  let heartbeat: ReturnType<typeof setInterval> | undefined;
  let fullSince: number | undefined;
  const beat = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
    if ((controller.desiredSize ?? 0) > 0) {
      fullSince = undefined;
      controller.enqueue(encoder.encode(": \n\n"));
      return;
    }
    fullSince ??= performance.now();
    if (performance.now() - fullSince < stalledMs) return;
    clearInterval(heartbeat);
    const error = stalledReader(stalledMs);
    report?.(error);
    stop.abort(error);
    controller.error(error);
    // It may be waiting for its next event, and ends once that comes or the abort reaches it.
    void Promise.resolve(iterator.return?.()).catch(() => undefined);
  };
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      // At once: it shows that a server listens, before there is anything to say.
      controller.enqueue(encoder.encode(": open\n\n"));
      heartbeat = setInterval(() => beat(controller), heartbeatMs);
    },
    // Called by the sender of the answer, when the request itself is long over.
    pull: inThisRequest(async (controller: ReadableStreamDefaultController<Uint8Array>) => {
      fullSince = undefined;
      try {
        const { done, value } = await iterator.next();
        if (done !== true) return controller.enqueue(encoder.encode(frame(value)));
      } catch (error) {
        const data = failure(error);
        if (!stop.signal.aborted)
          controller.enqueue(encoder.encode(frame({ event: "error", data })));
      }
      clearInterval(heartbeat);
      controller.close();
    }),
    cancel: inThisRequest(async () => {
      clearInterval(heartbeat);
      stop.abort();
      await iterator.return?.();
    }),
  });
  return new Response(body, {
    headers: { "content-type": "text/event-stream", "cache-control": "no-store" },
  });
}

const TIMING = { heartbeatMs: HEARTBEAT_MS, stalledMs: STALLED_MS };

function stalledReader(stalledMs: number): OrgError {
  return new OrgError("A client of an event stream was disconnected", {
    code: "STREAM_CUT",
    why: `It read nothing for ${Math.round(stalledMs / 1000)} s.`,
    remedies: [
      "connect again; if the stream has ids, Last-Event-ID continues after the last event",
    ],
    unchanged: "What happened is in the journal.",
  });
}

function frame({ id, event, data, text }: ServerEvent): string {
  const number = id === undefined ? "" : `id: ${id}\n`;
  const name = event === undefined ? "" : `event: ${event}\n`;
  // JSON in one line: no line end of a text can end the event.
  return `${number}${name}data: ${text === undefined ? jsonLine(data) : `${text}\n`}\n`;
}

/** For events that tell of their failures themselves. */
function rethrown(error: unknown): never {
  throw error;
}

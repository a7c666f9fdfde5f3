/**
 * Server-sent events out of anything that is iterated.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
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

/**
 * Streams events until they end or the reader leaves, which aborts `stop`. What goes wrong on the way is
 * the last event, named `error`, with what `failure` makes of it.
 */
export function eventStream(
  events: AsyncIterable<ServerEvent>,
  {
    stop,
    failure = rethrown,
  }: { readonly stop: AbortController; readonly failure?: (error: unknown) => unknown },
): Response {
  const encoder = new TextEncoder();
  const iterator = events[Symbol.asyncIterator]();
  let heartbeat: ReturnType<typeof setInterval> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      // At once: it shows that a server listens, before there is anything to say.
      controller.enqueue(encoder.encode(": open\n\n"));
      heartbeat = setInterval(() => controller.enqueue(encoder.encode(": \n\n")), HEARTBEAT_MS);
    },
    // Called by the sender of the answer, when the request itself is long over.
    pull: inThisRequest(async (controller: ReadableStreamDefaultController<Uint8Array>) => {
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

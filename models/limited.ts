import type { Price } from "#core/budget.ts";
import type { CallReservation, LimitLedger } from "#core/cycles/limit-ledger.ts";
import type { Usage } from "#core/events.ts";
import { BYTES_PER_TOKEN, requestTokens } from "./context.ts";
import type { ChatRequest, Provider, ProviderEvent } from "./provider.ts";

export interface LimitedOptions {
  readonly ledger: LimitLedger;
  /** By the name of the model. */
  readonly priceOf?: ((model: string) => Price | undefined) | undefined;
  /** Awaited when a question is reserved and before it is sent. */
  readonly reserved?: (() => Promise<void>) | undefined;
}

/** Longest answer in tokens where the request names none. */
const ANSWER_TOKENS = 512;

/**
 * A provider that obeys although its server does not: each question is reserved in a ledger before it is sent, the
 * answer is cut at the requested length, what the server counts below our own count is raised to it, and a
 * stream that goes on after an abort is abandoned.
 *
 * Its streams throw `LimitReached` before anything is sent.
 */
export function limited(provider: Provider, options: LimitedOptions): Provider {
  return {
    ...provider,
    stream: (request, signal) => reserve(provider, request, { ...options, signal }),
  };
}

async function* reserve(
  provider: Provider,
  request: ChatRequest,
  { ledger, priceOf, reserved, signal }: LimitedOptions & { readonly signal: AbortSignal },
): AsyncGenerator<ProviderEvent, void> {
  signal.throwIfAborted();
  const promptTokens = requestTokens(request);
  const estimate = { promptTokens, completionTokens: request.maxTokens ?? ANSWER_TOKENS };
  const reservation = ledger.beginCall(estimate, priceOf?.(request.model));
  await reserved?.();
  const { maxTokens } = reservation;
  const limitedRequest = { ...request, maxTokens };
  yield* bounded(obedient(provider.stream(limitedRequest, signal), signal), {
    promptTokens,
    reservation,
  });
}

interface Bounds {
  readonly promptTokens: number;
  readonly reservation: CallReservation;
}

async function* bounded(
  events: AsyncIterable<ProviderEvent>,
  { promptTokens, reservation }: Bounds,
): AsyncGenerator<ProviderEvent, void> {
  const answer = new AnswerBytes(reservation.maxTokens);
  let claimed: Usage | undefined;
  const usage = (): Usage => ({ promptTokens, completionTokens: answer.tokens });
  const end = function* (reason: "length" | "stop" | "cut" | "filtered"): Generator<ProviderEvent> {
    yield { type: "usage", usage: believed(usage(), claimed) };
    yield { type: "finish", reason };
  };
  try {
    for await (const event of events) {
      if (event.type === "usage") claimed = event.usage;
      if (event.type === "usage") continue;
      if (event.type === "finish") {
        yield* end(event.reason);
        return;
      }
      const fitting = answer.take(event);
      if (fitting !== undefined) yield fitting;
      if (!answer.isFull) continue;
      yield* end("length");
      return;
    }
    yield* end("cut");
  } finally {
    reservation.settle(usage(), claimed);
  }
}

/** The larger of the two counts; the cache is the server's to know. */
function believed(counted: Usage, claimed: Usage | undefined): Usage {
  if (claimed === undefined) return counted;
  return {
    ...claimed,
    promptTokens: atLeast(counted.promptTokens, claimed.promptTokens),
    completionTokens: atLeast(counted.completionTokens, claimed.completionTokens),
  };
}

/** A claim that is not an amount, such as 1e999 in JSON, would spend every budget for good. */
function atLeast(counted: number, claimed: number): number {
  return Number.isFinite(claimed) ? Math.max(counted, claimed) : counted;
}

/** How much of an answer has come, and what of the rest still fits. */
class AnswerBytes {
  readonly #most: number;
  #bytes = 0;
  isFull: boolean = false;

  constructor(maxTokens: number) {
    this.#most = Math.floor(maxTokens * BYTES_PER_TOKEN);
  }

  get tokens(): number {
    return Math.ceil(this.#bytes / BYTES_PER_TOKEN);
  }

  /** @returns what of it fits; `undefined` where nothing does. */
  take(event: ProviderEvent): ProviderEvent | undefined {
    if (event.type === "text" || event.type === "reasoning") {
      const text = this.#fitting(event.text);
      return text === "" ? undefined : { ...event, text };
    }
    if (event.type !== "call") return event;
    const size = Buffer.byteLength(JSON.stringify(event.call));
    // Half a call is none.
    if (this.#bytes + size > this.#most) this.isFull = true;
    else this.#bytes += size;
    return this.isFull ? undefined : event;
  }

  #fitting(text: string): string {
    // Nothing at all, over and over, is a flood as well.
    const size = Math.max(1, Buffer.byteLength(text));
    if (this.#bytes + size <= this.#most) {
      this.#bytes += size;
      return text;
    }
    this.isFull = true;
    const remaining = Buffer.from(text).subarray(0, this.#most - this.#bytes);
    this.#bytes = this.#most;
    // A character that is cut in two is omitted.
    return new TextDecoder().decode(remaining, { stream: true });
  }
}

/** The same events until the signal aborts; from then on the stream is not waited for. */
async function* obedient(
  events: AsyncGenerator<ProviderEvent, void>,
  signal: AbortSignal,
): AsyncGenerator<ProviderEvent, void> {
  const aborted = Promise.withResolvers<never>();
  // It may abort when no step is awaited.
  aborted.promise.catch(() => undefined);
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  try {
    for (;;) {
      const step = await Promise.race([events.next(), aborted.promise]);
      if (step.done === true) return;
      yield step.value;
    }
  } finally {
    const closed = events.return().catch(() => undefined);
    await Promise.race([closed, aborted.promise.catch(() => undefined)]);
    signal.removeEventListener("abort", abort);
  }
}

/** Second tries, where one can help and nothing was emitted yet. */
import { setTimeout as delay } from "node:timers/promises";
import type { Provider, ProviderEvent } from "./provider.ts";
import { MORE, type Step, Tries } from "./retry-plan.ts";

export interface ResilientOptions {
  /**
   * Waits that many milliseconds, or rejects when the signal aborts.
   *
   * @default a timer
   */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * The same provider with second tries, each of them announced by a notice:
 *
 * - a busy server gets the request up to three times, after the wait that it asks for;
 * - a model that takes no tools is asked without them, with the tools described in the text, and is
 *   from then on;
 * - an empty answer, or a connection that broke before the first word, is asked for once more.
 *
 * No request is sent again once a word or a call was handed on, or where it is to be sent once.
 */
export function resilient(provider: Provider, options: ResilientOptions = {}): Provider {
  const sleep = options.sleep ?? wait;
  const withoutTools = new Set<string>();
  return {
    ...provider,
    stream: (request, signal) =>
      request.once === true
        ? provider.stream(request, signal)
        : stream(new Tries(request, withoutTools), { provider, sleep, signal }),
  };
}

interface Context {
  readonly provider: Provider;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
}

async function* stream(tries: Tries, context: Context): AsyncGenerator<ProviderEvent, void> {
  const { provider, signal } = context;
  for (let step = MORE; step.again; ) {
    tries.begin();
    try {
      for await (const event of provider.stream(tries.request, signal)) {
        if (tries.take(event)) yield event;
      }
    } catch (error) {
      tries.fail(error);
    }
    step = tries.next();
    for (const text of step.notices) yield { type: "notice", text };
    if (step.waitMs !== undefined) yield* countDown(step, context);
  }
  yield* tries.end();
}

/** One notice at the start and at each of these remaining seconds: enough to see that it goes on. */
const NOTICE_SECONDS: readonly number[] = [60, 50, 40, 30, 20, 10, 5, 4, 3, 2, 1];

async function* countDown(
  { waitMs = 0, what = "" }: Step,
  { sleep, signal }: Context,
): AsyncGenerator<ProviderEvent, void> {
  let remainingMs = waitMs;
  while (remainingMs > 0) {
    const seconds = Math.ceil(remainingMs / 1000);
    yield { type: "notice", text: `${what} in ${seconds} s.` };
    const next = (NOTICE_SECONDS.find((second) => second < seconds) ?? 0) * 1000;
    await sleep(remainingMs - next, signal);
    remainingMs = next;
  }
}

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
}

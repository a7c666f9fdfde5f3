/** Keeps turns from waiting for a model server that is known not to answer. */
import { OrgError } from "#core/errors.ts";
import type { ChatRequest, Provider, ProviderEvent } from "./provider.ts";

/** So often the server is tried all the same, in milliseconds. */
const TRIED_MS = 30_000;
/** Longest wait for the list of its models, in milliseconds. */
const ANSWER_MS = 5000;

/** Closed, requests go through; open, they fail at once, but for one every 30 s that may close it. */
export class Breaker {
  readonly #now: () => number;
  /** When the next request goes through; absent: it is closed. */
  #nextAt: number | undefined;

  /** @param now milliseconds of a clock that only goes forward. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  get isOpen(): boolean {
    return this.#nextAt !== undefined;
  }

  /** The same provider behind this breaker. */
  guard(provider: Provider): Provider {
    return { ...provider, stream: (request, signal) => this.#stream(provider, request, signal) };
  }

  /** Asks the server for its models: closes the breaker when it answers, and opens it when it does not. */
  async check(provider: Provider, signal: AbortSignal): Promise<"up" | "paused"> {
    if (await answers(provider, signal)) {
      this.#nextAt = undefined;
      return "up";
    }
    this.#nextAt ??= this.#now() + TRIED_MS;
    return "paused";
  }

  async *#stream(
    provider: Provider,
    request: ChatRequest,
    signal: AbortSignal,
  ): AsyncGenerator<ProviderEvent, void> {
    if (this.#nextAt !== undefined) {
      const remainingMs = this.#nextAt - this.#now();
      if (remainingMs > 0) throw paused(provider.endpoint, remainingMs);
      // One is let through; the others go on failing until it has an answer.
      this.#nextAt = this.#now() + TRIED_MS;
    }
    for await (const event of provider.stream(request, signal)) {
      this.#nextAt = undefined;
      yield event;
    }
  }
}

/** Whether the server lists its models. @throws the reason of the signal. */
export async function answers(provider: Provider, signal: AbortSignal): Promise<boolean> {
  try {
    await provider.listModels(AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]));
    return true;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

function paused(endpoint: string, remainingMs: number): OrgError {
  return new OrgError(`Requests to the model server at ${endpoint} are paused`, {
    code: "PROVIDER_PAUSED",
    why: `it failed several times in a row; the next try is in ${Math.ceil(remainingMs / 1000)} s`,
    remedies: ["start the server, then wait or send the message again", "org models"],
    unchanged: "Nothing was sent.",
  });
}

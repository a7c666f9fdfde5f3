/** A model server without a wire, for what does not depend on one: who speaks when, and how it ends. */
import type { ChatRequest, Provider, ProviderEvent } from "#models/provider.ts";

/** What one completion brings: events in order, an error that breaks it, or a moment to wait for. */
export type Beat = ProviderEvent | Error | (() => Promise<unknown>);

export interface MemoryProvider extends Provider {
  readonly requests: readonly ChatRequest[];
  /** Completions whose stream was left or came to its end. */
  readonly closed: number;
}

/** @param script what to say to the request of that index, from 0. */
export function memoryProvider(
  script: (request: ChatRequest, index: number) => readonly Beat[],
): MemoryProvider {
  const requests: ChatRequest[] = [];
  let closed = 0;
  async function* stream(
    request: ChatRequest,
    signal: AbortSignal,
  ): AsyncGenerator<ProviderEvent, void> {
    requests.push(request);
    try {
      for (const beat of script(request, requests.length - 1)) {
        signal.throwIfAborted();
        if (beat instanceof Error) throw beat;
        if (typeof beat === "function") await orAborted(beat(), signal);
        else yield beat;
      }
    } finally {
      closed += 1;
    }
  }
  return {
    endpoint: "memory",
    requests,
    get closed() {
      return closed;
    },
    stream,
    listModels: async () => ["m"],
  };
}

/** Text in a single piece, and its end. */
export function saying(text: string): readonly Beat[] {
  return [{ type: "text", text }, DONE];
}

export function calling(name: string, args: unknown, id = "call_0"): Beat {
  return { type: "call", call: { id, name, arguments: args } };
}

export const DONE: Beat = { type: "finish", reason: "stop" };

async function orAborted(waiting: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  await Promise.race([waiting, promise]).finally(() =>
    signal.removeEventListener("abort", onAbort),
  );
}

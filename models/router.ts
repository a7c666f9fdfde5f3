/** Which model answers when the requested one cannot. */
import { OrgError } from "#core/errors.ts";
import type { ChatRequest, Provider, ProviderEvent } from "./provider.ts";
import { ProviderError } from "./provider-error.ts";

/** One that answers instead. */
export interface Route {
  readonly provider: Provider;
  /** Absent: the requested model. */
  readonly model?: string | undefined;
}

/**
 * The same provider with others behind it, tried one after the other while a model is missing or a server does
 * not answer. Each change is announced; no other model is tried once a word or a call was handed on, or for any
 * other reason.
 *
 * The lock of the endpoint is that of the first one: a small price for what happens while it is down.
 *
 * @param routes in the order in which they are tried.
 */
export function routed(provider: Provider, routes: readonly Route[]): Provider {
  if (routes.length === 0) return provider;
  return {
    ...provider,
    stream: (request, signal) => stream([{ provider }, ...routes], request, signal),
  };
}

async function* stream(
  routes: readonly Route[],
  request: ChatRequest,
  signal: AbortSignal,
): AsyncGenerator<ProviderEvent, void> {
  for (const [index, { provider, model = request.model }] of routes.entries()) {
    const next = routes[index + 1];
    let hasBegun = false;
    try {
      for await (const event of provider.stream({ ...request, model }, signal)) {
        hasBegun ||= event.type !== "notice";
        yield event;
      }
      return;
    } catch (error) {
      if (hasBegun || next === undefined || signal.aborted || !isAbsent(error)) throw error;
      yield {
        type: "notice",
        text: `${error.message}; ${nameOf(next, request)} is asked instead.`,
      };
    }
  }
}

/** A missing model, or a server that is not there: what a second one can help with. */
function isAbsent(error: unknown): error is OrgError {
  if (error instanceof ProviderError && error.isBroken) return true;
  return (
    error instanceof OrgError &&
    ["MODEL_MISSING", "PROVIDER_UNREACHABLE", "PROVIDER_PAUSED"].includes(error.code)
  );
}

function nameOf({ provider, model }: Route, request: ChatRequest): string {
  return `"${model ?? request.model}" on ${provider.endpoint}`;
}

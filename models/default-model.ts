import { OrgError } from "#core/errors.ts";
import type { ChatRequest, Provider, ProviderEvent } from "#models/provider.ts";

/** Stands for "whatever model the server has" until the server can be asked. */
export const ANY_MODEL = "default";

/** Models that cannot chat; their names are all a plain list tells of them. */
const NO_CHAT = /embed|rerank|whisper|tts|clip/i;

/**
 * Replaces {@link ANY_MODEL} by the first model that the server lists, asked when it is first needed:
 * a room opens also while its server is down.
 */
export function withDefaultModel(provider: Provider): Provider {
  let chosen: string | undefined;
  async function* stream(
    request: ChatRequest,
    signal: AbortSignal,
  ): AsyncGenerator<ProviderEvent, void> {
    if (request.model !== ANY_MODEL) return yield* provider.stream(request, signal);
    chosen ??= chatModel(await provider.listModels(signal), provider.endpoint);
    yield* provider.stream({ ...request, model: chosen }, signal);
  }
  return { ...provider, stream };
}

/** @throws {OrgError} `MODEL_MISSING` when the server has none. */
export function chatModel(names: readonly string[], endpoint: string): string {
  const name = names.find((one) => !NO_CHAT.test(one));
  if (name !== undefined) return name;
  throw new OrgError(`The server "${endpoint}" has no model that can chat`, {
    code: "MODEL_MISSING",
    why: names.length === 0 ? "it lists none" : `it lists ${names.slice(0, 8).join(", ")}`,
    remedies: ["ollama pull llama3.2", "org --model NAME"],
    left: "Nothing was sent.",
  });
}

import { OrgError } from "#core/errors.ts";
import { ANY_MODEL } from "#core/model-facts.ts";
import type { ChatRequest, Provider, ProviderEvent } from "./provider.ts";

/** Models that cannot chat; their names are all that a plain list reports of them. */
const NO_CHAT = /embed|rerank|whisper|tts|clip/i;

function canChat(model: string): boolean {
  return !NO_CHAT.test(model);
}

/**
 * Replaces {@link ANY_MODEL} by the first model that the server lists, requested when it is first needed:
 * a room opens also while its server is down.
 */
export function withDefaultModel(provider: Provider): Provider {
  let chosen: string | undefined;
  async function* stream(
    request: ChatRequest,
    signal: AbortSignal,
  ): AsyncGenerator<ProviderEvent, void> {
    yield* provider.stream({ ...request, model: await named(request.model, signal) }, signal);
  }
  async function named(model: string, signal: AbortSignal): Promise<string> {
    if (model !== ANY_MODEL) return model;
    chosen ??= chatModel(await provider.listModels(signal), provider.endpoint);
    return chosen;
  }
  /** The caller that asks for the list learns which the first is: a room does before any persona speaks in it. */
  async function listModels(signal: AbortSignal): Promise<readonly string[]> {
    const names = await provider.listModels(signal);
    chosen ??= names.find(canChat);
    return names;
  }
  /** The same question about the chosen model; no answer while the server is down: it says so when it is to speak. */
  function ofChosen<Told>(
    ask: ((model: string, signal: AbortSignal) => Promise<Told>) | undefined,
  ): (model: string, signal: AbortSignal) => Promise<Told | undefined> {
    return async (model, signal) => {
      const name = await named(model, signal).catch(() => undefined);
      return name === undefined ? undefined : await ask?.(name, signal);
    };
  }
  const windowOf = ofChosen(provider.windowOf);
  return {
    ...provider,
    stream,
    listModels,
    modelName: (model) => (model === ANY_MODEL ? (chosen ?? model) : model),
    ...(provider.factsOf === undefined ? {} : { factsOf: ofChosen(provider.factsOf) }),
    isLoaded: ofChosen(provider.isLoaded),
    takesImages: ofChosen(provider.takesImages),
    windowOf: async (model, signal) =>
      (await windowOf(model, signal)) ?? { isFinal: provider.windowOf === undefined },
  };
}

/** @throws {OrgError} `MODEL_MISSING` when the server has none. */
export function chatModel(names: readonly string[], endpoint: string): string {
  const name = names.find(canChat);
  if (name !== undefined) return name;
  throw new OrgError(`The server "${endpoint}" has no model that can chat`, {
    code: "MODEL_MISSING",
    why: names.length === 0 ? "it lists none" : `it lists ${names.slice(0, 8).join(", ")}`,
    remedies: ["org models pull qwen3:8b", "org --model NAME"],
    unchanged: "Nothing was sent.",
  });
}

/** How large the window of a model is, which every server reports in a field of its own. */

import { type Fields, fieldsOf, isFields } from "#core/json.ts";
import { type Server, tryJson } from "../http/server.ts";
import type { ModelWindow } from "../provider.ts";
import { isSameModel } from "../same-model.ts";

/** Longest wait for each of the endpoints, in milliseconds. */
const WINDOW_MS = 1000;

/**
 * What Ollama allocates on small machines unless told otherwise. It drops the head of a longer prompt without
 * a notice, and how much it really allocates it reports only once the model is loaded.
 *
 * @see https://docs.ollama.com/context-length
 */
const OLLAMA_DEFAULT = 4096;

/** Requests all endpoints at once. What is really allocated counts more than what the model was made for. */
export async function windowOf(
  server: Server,
  model: string,
  signal: AbortSignal,
): Promise<ModelWindow> {
  const { api, endpoint } = server.address;
  const ask = (url: string) => tryJson(server, { url, ms: WINDOW_MS }, signal);
  const [running, props, loaded, listed] = await Promise.all([
    ask(`${endpoint}/api/ps`),
    ask(`${endpoint}/props`),
    ask(`${endpoint}/api/v0/models`),
    ask(`${api}/models`),
  ]);
  const allocated =
    numberAt(entryOf(running?.["models"], model), ["context_length"]) ?? // Ollama
    numberAt(fieldsOf(props?.["default_generation_settings"]), ["n_ctx"]) ?? // llama.cpp
    numberAt(entryOf(loaded?.["data"], model), ["loaded_context_length"]); // LM Studio
  if (allocated !== undefined) return { tokens: allocated, isFinal: true };
  if (Array.isArray(running?.["models"])) return { tokens: OLLAMA_DEFAULT, isFinal: false };
  const tokens = numberAt(entryOf(listed?.["data"], model), LISTED);
  // A server that is down, or has the model still on disk, reports more the next time.
  const isLoading = Array.isArray(loaded?.["data"]);
  return { tokens, isFinal: listed !== undefined && !isLoading };
}

/** vLLM, OpenRouter, Groq, Mistral. */
const LISTED: readonly string[] = [
  "max_model_len",
  "context_length",
  "context_window",
  "max_context_length",
];

/** What a list says of a model; nothing where it is not in it. */
export function entryOf(list: unknown, model: string): Fields {
  const entries = Array.isArray(list) ? list.filter(isFields) : [];
  const isIt = ({ id, name }: Fields) =>
    [id ?? name].some((one) => typeof one === "string" && isSameModel(one, model));
  return entries.find(isIt) ?? {};
}

function numberAt(fields: Fields, keys: readonly string[]): number | undefined {
  return keys
    .map((key) => fields[key])
    .find((value): value is number => Number.isSafeInteger(value) && Number(value) > 0);
}

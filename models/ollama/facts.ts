/** What an Ollama reports of its models, of those on disk and of those in memory. */

import { type Fields, fieldsOf, isFields, textOf } from "#core/json.ts";
import type { ModelFacts, ServerFacts } from "#core/model-facts.ts";
import { askJson, noModelServer, type Server, tryJson } from "../http/server.ts";
import { billionsIn, billionsOfCount } from "../parameter-count.ts";

/** Longest wait for a list of models, in milliseconds. */
const LIST_MS = 5000;
/** Longest wait for the facts of one model: they are worth less than a quick first answer. In milliseconds. */
const SHOW_MS = 1000;
/** Most models whose details are requested beside the list. */
const MAX_DETAILED = 100;

/** @throws {OrgError} as `Provider.listModels` does. */
export async function listNames(server: Server, signal: AbortSignal): Promise<readonly string[]> {
  return (await listed(server, signal)).map(({ name }) => name);
}

/** All models on disk. @throws {OrgError} as `Provider.listModels` does. */
export async function describeModels(
  server: Server,
  signal: AbortSignal,
): Promise<readonly ModelFacts[]> {
  const [models, loaded] = await Promise.all([
    listed(server, signal),
    loadedWindows(server, signal),
  ]);
  return await Promise.all(
    models.map(async (model, index) => {
      const details =
        index < MAX_DETAILED ? await showModel(server, model.name, signal) : undefined;
      const { contextTokens, capabilities } = details ?? {};
      const loadedTokens = loaded.get(model.name);
      return { ...model, contextTokens, capabilities, loadedTokens };
    }),
  );
}

/** What `/api/show` says of a model. */
export interface ModelDetails {
  readonly template: string | undefined;
  /** Weights, in billions. */
  readonly billions: number | undefined;
  /** The largest window that the model was made for, in tokens. */
  readonly contextTokens: number | undefined;
  /** The window that its Modelfile asks for, in tokens. */
  readonly ownWindowTokens: number | undefined;
  /** Absent: the server is too old to report it. */
  readonly capabilities: readonly string[] | undefined;
}

/**
 * @returns `undefined` when the server does not answer, or has no such model.
 * @see https://docs.ollama.com/api-reference/show-model-details
 */
export async function showModel(
  server: Server,
  model: string,
  signal: AbortSignal,
): Promise<ModelDetails | undefined> {
  const url = `${server.address.endpoint}/api/show`;
  const details = await tryJson(server, { url, body: { model }, model, ms: SHOW_MS }, signal);
  if (details === undefined || Object.keys(details).length === 0) return undefined;
  return readDetails(details);
}

/** Reads the answer of `/api/show`. */
export function readDetails(details: Fields): ModelDetails {
  const info = fieldsOf(details["model_info"]);
  // The key begins with the architecture: "qwen3.context_length".
  const [, length] = Object.entries(info).find(([key]) => key.endsWith(".context_length")) ?? [];
  const { capabilities } = details;
  const contextParameter = /^num_ctx\s+(\d+)/m.exec(textOf(details["parameters"]))?.[1];
  return {
    template: textOf(details["template"]) || undefined,
    billions:
      billionsOfCount(info["general.parameter_count"]) ??
      billionsIn(textOf(fieldsOf(details["details"])["parameter_size"])),
    contextTokens: size(length),
    ownWindowTokens: size(Number(contextParameter)),
    capabilities: Array.isArray(capabilities) ? capabilities.map(String) : undefined,
  };
}

/**
 * An Ollama does not report its slots. Unless OLLAMA_NUM_PARALLEL says otherwise there is one.
 *
 * @see https://github.com/ollama/ollama/blob/main/envconfig/config.go
 */
export const OLLAMA_SLOTS = 1;

/** What `/api/show` reports for a model's requests; `undefined` while the server does not answer, or has no such model. */
export async function serverFacts(
  server: Server,
  model: string,
  signal: AbortSignal,
): Promise<ServerFacts | undefined> {
  const details = await showModel(server, model, signal);
  if (details === undefined) return undefined;
  const { template, billions } = details;
  return { server: "ollama", slots: OLLAMA_SLOTS, template, billions };
}

/** Whether a model is in memory; `undefined` when the server does not report it. */
export async function isLoaded(
  server: Server,
  model: string,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  const url = `${server.address.endpoint}/api/ps`;
  const running = (await tryJson(server, { url, ms: SHOW_MS }, signal))?.["models"];
  if (!Array.isArray(running)) return undefined;
  return entriesOf(running).some(({ name }) => name === fullName(model) || name === model);
}

/** Windows that are really allocated, in tokens, by name of the model; empty when the server does not report them. */
export async function loadedWindows(
  server: Server,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const url = `${server.address.endpoint}/api/ps`;
  const running = await tryJson(server, { url, ms: SHOW_MS }, signal);
  return new Map(
    entriesOf(running?.["models"]).flatMap((model) => {
      const tokens = size(model["context_length"]);
      return tokens === undefined ? [] : [[textOf(model["name"]), tokens] as const];
    }),
  );
}

/** "llama3.2" and "llama3.2:latest" are one model. */
export function fullName(model: string): string {
  return /:[^/]*$/.test(model) ? model : `${model}:latest`;
}

async function listed(server: Server, signal: AbortSignal): Promise<readonly ModelFacts[]> {
  const url = `${server.address.endpoint}/api/tags`;
  const { models } = await askJson(server, { url, ms: LIST_MS }, signal);
  // LM Studio answers with status 200 to what it does not know.
  if (models === undefined) throw noModelServer(server);
  return entriesOf(models).flatMap((model) => {
    const details = fieldsOf(model["details"]);
    const name = textOf(model["name"]) || textOf(model["model"]);
    if (name === "") return [];
    const parameters = textOf(details["parameter_size"]) || undefined;
    const quantization = textOf(details["quantization_level"]) || undefined;
    return [{ name, bytes: size(model["size"]), parameters, quantization }];
  });
}

function entriesOf(list: unknown): readonly Fields[] {
  return Array.isArray(list) ? list.filter(isFields) : [];
}

function size(value: unknown): number | undefined {
  return typeof value === "number" && value > 0 ? Math.floor(value) : undefined;
}

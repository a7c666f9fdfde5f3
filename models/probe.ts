/** Looks for a model server on this machine, where no price is set which one to ask. */
import { OrgError } from "#core/errors.ts";
import type { ChatRequest, Provider, ProviderEvent } from "./provider.ts";

/** Longest wait for a sign of life, in milliseconds: a user who starts a program does not want to wait. */
const PROBE_MS = 400;

/** Where model servers listen by default, in the order of preference. */
export const DEFAULT_ENDPOINTS: readonly string[] = [
  "http://127.0.0.1:11434", // Ollama
  "http://127.0.0.1:8080", // llama.cpp
  "http://127.0.0.1:1234", // LM Studio
];

/**
 * The first server that answers. While none does, every request looks again: the user may start one.
 *
 * @param open makes the provider of an address.
 * @param embedded what speaks where no server answers; `undefined` while there is no such thing.
 */
export async function localProvider(
  endpoints: readonly string[],
  open: (base: string) => Provider,
  embedded: () => Promise<Provider | undefined> = async () => undefined,
): Promise<Provider> {
  const servers = endpoints.map(open);
  // Two who ask at once must not find two engines.
  let searching: Promise<Provider | undefined> | undefined;
  const search = async (): Promise<Provider | undefined> => {
    searching ??= firstThatAnswers(servers)
      .then(async (found) => found ?? (await embedded()))
      .finally(() => {
        searching = undefined;
      });
    return await searching;
  };
  let current = await search();
  const find = async (signal: AbortSignal): Promise<Provider> => {
    current ??= await search();
    signal.throwIfAborted();
    if (current === undefined) throw offline(endpoints);
    return current;
  };
  async function* stream(
    request: ChatRequest,
    signal: AbortSignal,
  ): AsyncGenerator<ProviderEvent, void> {
    yield* (await find(signal)).stream(request, signal);
  }
  return {
    endpoint: (current ?? servers[0])?.endpoint ?? "",
    stream,
    listModels: async (signal) => await (await find(signal)).listModels(signal),
    describeModels: async (signal) => {
      const server = await find(signal);
      return (await server.describeModels?.(signal)) ?? [];
    },
    factsOf: async (model, signal) => await current?.factsOf?.(model, signal),
    windowOf: async (model, signal) =>
      (await current?.windowOf?.(model, signal)) ?? { isFinal: current !== undefined },
    takesImages: async (model, signal) => await current?.takesImages?.(model, signal),
    isLoaded: async (model, signal) => await current?.isLoaded?.(model, signal),
    pull: async function* (model, signal) {
      yield* (await find(signal)).pull?.(model, signal) ?? [];
    },
  };
}

/** All get the request at once; the first in the list counts, not the fastest. */
export async function firstThatAnswers(
  servers: readonly Provider[],
): Promise<Provider | undefined> {
  const answers = await Promise.all(servers.map(isThere));
  return servers[answers.indexOf(true)];
}

async function isThere(provider: Provider): Promise<boolean> {
  try {
    // Something else may listen there, which has no list of models.
    await provider.listModels(AbortSignal.timeout(PROBE_MS));
    return true;
  } catch {
    return false;
  }
}

function offline(endpoints: readonly string[]): OrgError {
  return new OrgError("No model server runs on this machine", {
    code: "PROVIDER_UNREACHABLE",
    why: `nothing answers at ${endpoints.join(", ")}`,
    remedies: [
      "ollama serve",
      "org engine install   # a small model that chats, on this machine alone",
      "org demo             # a recorded session, to look around",
      "export OLLAMA_BASE=http://HOST:PORT",
    ],
    unchanged: "No persona can answer; tools, search, the gate, promotion and rollback work.",
  });
}

/** Ollama by its own interface, which reports and accepts more than the compatible one. */
import { OrgError } from "#core/errors.ts";
import { OWN_SERVER } from "../http/errors.ts";
import {
  authorization,
  type Server,
  type ServerOptions,
  serverAt,
  streamAnswer,
} from "../http/server.ts";
import type { ChatRequest, Provider, ProviderEvent } from "../provider.ts";
import { refusesShape } from "../refused-shape.ts";
import { OllamaAnswer } from "./answer.ts";
import {
  describeModels,
  fullName,
  isLoaded,
  listNames,
  loadedWindows,
  serverFacts,
  showModel,
} from "./facts.ts";
import { pullModel } from "./pull.ts";
import { type ChatSettings, chatBody } from "./request.ts";

export interface OllamaOptions extends ServerOptions {
  /** Window to allocate, in tokens. @default what is loaded, else what the model takes, up to 32,768 */
  readonly windowTokens?: number | undefined;
  /** How long a model stays in memory after a request, such as "30m". @default the server decides */
  readonly keepAlive?: string | undefined;
}

/** Largest window that is not configured, in tokens: its memory is that of the whole machine. */
const MOST_UNASKED = 32_768;
/** Where the server reports nothing, in tokens. */
const UNKNOWN_WINDOW = 8192;

/** @throws {OrgError} `CONFIG_INVALID` when the base address is none. */
export function ollamaProvider(options: OllamaOptions): Provider {
  const server = serverAt(options, { headers: authorization, advice: OWN_SERVER });
  const modelCache = new ModelCache(server, options);
  return {
    endpoint: server.address.endpoint,
    stream: (request, signal) => withoutShape({ server, modelCache, ...options }, request, signal),
    listModels: (signal) => listNames(server, signal),
    describeModels: (signal) => describeModels(server, signal),
    factsOf: (model, signal) => serverFacts(server, model, signal),
    windowOf: async (model, signal) => {
      const tokens = (await modelCache.of(model, signal))?.windowTokens;
      return { tokens, isFinal: tokens !== undefined };
    },
    isLoaded: (model, signal) => isLoaded(server, model, signal),
    takesImages: async (model, signal) =>
      (await modelCache.of(model, signal))?.capabilities?.includes("vision"),
    pull: (model, signal) => pullModel(server, model, signal),
  };
}

/** The same of any server: Ollama behind its compatible interface fetches models, too. */
export function pullFrom(options: ServerOptions): NonNullable<Provider["pull"]> {
  const server = serverAt(options, { headers: authorization, advice: OWN_SERVER });
  return (model, signal) => pullModel(server, model, signal);
}

/** Whether an Ollama behind its compatible interface has a model in memory; of other servers `undefined`. */
export function loadedIn(options: ServerOptions): NonNullable<Provider["isLoaded"]> {
  const server = serverAt(options, { headers: authorization, advice: OWN_SERVER });
  return (model, signal) => isLoaded(server, model, signal);
}

/** What an Ollama behind its compatible interface reports of its models; of other servers `undefined`. */
export function describeFrom(options: ServerOptions): NonNullable<Provider["describeModels"]> {
  const server = serverAt(options, { headers: authorization, advice: OWN_SERVER });
  return (signal) => describeModels(server, signal);
}

interface StreamOptions extends Pick<OllamaOptions, "keepAlive"> {
  readonly server: Server;
  readonly modelCache: ModelCache;
}

/** A shape that the server makes no grammar of is refused before the first word; the request is sent once more without. */
async function* withoutShape(
  options: StreamOptions,
  request: ChatRequest,
  signal: AbortSignal,
): AsyncGenerator<ProviderEvent, void> {
  let hasBegun = false;
  try {
    for await (const event of stream(options, request, signal)) {
      hasBegun = true;
      yield event;
    }
  } catch (error) {
    if (hasBegun || request.shape === undefined || !refusesShape(error)) throw error;
    yield* stream(options, { ...request, shape: undefined }, signal);
  }
}

async function* stream(
  { server, modelCache, keepAlive }: StreamOptions,
  request: ChatRequest,
  signal: AbortSignal,
): AsyncGenerator<ProviderEvent, void> {
  const model = await modelCache.of(request.model, signal);
  signal.throwIfAborted();
  if (request.tools.length > 0 && model?.capabilities?.includes("tools") === false) {
    throw withoutTools(request.model, model.capabilities);
  }
  const settings: ChatSettings = {
    windowTokens: model?.windowTokens ?? UNKNOWN_WINDOW,
    keepAlive,
    thinks: model?.capabilities?.includes("thinking") ?? false,
  };
  const completion = {
    url: `${server.address.endpoint}/api/chat`,
    request,
    body: chatBody(request, settings),
    reader: (explain: ConstructorParameters<typeof OllamaAnswer>[0]["explain"]) =>
      new OllamaAnswer({ explain }),
    listModels: (abort: AbortSignal) => listNames(server, abort),
  };
  yield* streamAnswer(server, completion, signal);
}

interface CachedModel {
  readonly windowTokens: number;
  readonly capabilities: readonly string[] | undefined;
}

/**
 * Facts of each model, requested once. Its window is settled with it: a request with another one would
 * load the model anew.
 */
class ModelCache {
  readonly #server: Server;
  readonly #options: OllamaOptions;
  readonly #models = new Map<string, Promise<CachedModel | undefined>>();

  constructor(server: Server, options: OllamaOptions) {
    this.#server = server;
    this.#options = options;
  }

  /** `undefined` when the server does not answer, or has no such model; then the next call requests it again. */
  async of(model: string, signal: AbortSignal): Promise<CachedModel | undefined> {
    const pending = this.#models.get(model) ?? this.#learn(model, signal);
    this.#models.set(model, pending);
    const facts = await pending;
    if (facts === undefined) this.#models.delete(model);
    return facts;
  }

  async #learn(model: string, signal: AbortSignal): Promise<CachedModel | undefined> {
    const [details, loaded] = await Promise.all([
      showModel(this.#server, model, signal),
      loadedWindows(this.#server, signal),
    ]);
    if (details === undefined) return undefined;
    const { capabilities, contextTokens, ownWindowTokens } = details;
    const unasked = ownWindowTokens ?? Math.min(contextTokens ?? UNKNOWN_WINDOW, MOST_UNASKED);
    const windowTokens = this.#options.windowTokens ?? loaded.get(fullName(model)) ?? unasked;
    return { windowTokens, capabilities };
  }
}

function withoutTools(model: string, capabilities: readonly string[]): OrgError {
  return new OrgError(`"${model}" takes no tools`, {
    code: "MODEL_WITHOUT_TOOLS",
    why: `the server says that it can do: ${capabilities.slice(0, 8).join(", ") || "nothing"}`,
    remedies: ["choose a model that supports tools"],
    unchanged: "Nothing was sent.",
  });
}

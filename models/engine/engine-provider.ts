/** The built-in engine as a model server like any other. */
import { OrgError } from "#core/errors.ts";
import type { ModelFacts } from "#core/model-facts.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { SilenceLimits } from "../http/silence.ts";
import { openAiProvider } from "../openai/openai.ts";
import { billionsOfCount, billionsOfName } from "../parameter-count.ts";
import type { ChatRequest, Provider, ProviderEvent } from "../provider.ts";
import { ProviderError } from "../provider-error.ts";
import type { EngineModel } from "./catalogue.ts";
import type { EngineHandle } from "./lent-engine.ts";
import type { Started } from "./restarts.ts";

export interface EngineProviderOptions {
  readonly model: EngineModel;
  readonly engines: Engines;
  /** Of a conversation, until the engine runs and tells. */
  readonly contextTokens: number;
  readonly timeouts: SilenceLimits;
  readonly cleaner?: TextCleaner | undefined;
}

/** Where the child comes from: started by this process, or lent by another one. */
interface Engines {
  readonly running: EngineHandle | undefined;
  readonly get: (signal: AbortSignal) => Promise<Started<EngineHandle>>;
}

/** Longest wait for the end of the child behind a broken connection, in milliseconds. */
const END_MS = 2000;

/** Nothing runs until the first request. */
export function engineProvider(options: EngineProviderOptions): Provider {
  const { model, engines, contextTokens } = options;
  const introductions = [introduction(model)];

  async function* stream(
    request: ChatRequest,
    signal: AbortSignal,
  ): AsyncGenerator<ProviderEvent, void> {
    if (request.model !== model.name) throw otherModel(request.model, model);
    const { process, notice } = await engines.get(signal);
    // Once is enough: it holds as long as the program runs.
    for (const text of [introductions.splice(0), notice ?? []].flat())
      yield { type: "notice", text };
    const server = openAiProvider({ ...options, baseUrl: process.url, apiKey: process.token });
    try {
      yield* server.stream(model.takesTools ? request : simplified(request), signal);
    } catch (error) {
      throw signal.aborted ? error : await explain(error, process);
    }
  }

  return {
    endpoint: ENDPOINT,
    stream,
    listModels: async () => [model.name],
    // biome-ignore lint/correctness/useYield: there is no progress to tell, only why there is none
    pull: async function* () {
      throw cannotPull();
    },
    windowOf: async () => ({
      tokens: engines.running?.contextTokens ?? contextTokens,
      isFinal: engines.running !== undefined,
    }),
    factsOf: async () => ({
      // A model that only chats needs no other facts: it gets no tools, in no form.
      ...(model.takesTools ? { server: "engine" } : {}),
      billions: billionsOf(model, engines.running) ?? billionsOfName(model.name),
      slots: engines.running?.slots,
    }),
    describeModels: async () => [describe(model, engines.running)],
  };
}

/** Its size is known before it runs, for a process that asks once is over before the engine tells. */
function billionsOf(model: EngineModel, running: EngineHandle | undefined): number | undefined {
  return billionsOfCount(running?.parameters ?? model.weights);
}

function describe(model: EngineModel, running: EngineHandle | undefined): ModelFacts {
  const { name, bytes, takesTools } = model;
  const billions = billionsOf(model, running);
  return {
    ...{ name, bytes, capabilities: takesTools ? ["tools"] : [] },
    ...(billions === undefined ? {} : { parameters: `${billions.toFixed(1)}B` }),
    ...(running === undefined ? {} : { loadedTokens: running.contextTokens }),
  };
}

/** Names the engine where others name an address. */
const ENDPOINT = "the built-in engine";

/**
 * What a small model can follow. With the rules of the room it went round in circles in 3 answers of 12, with the first
 * sentence of the persona alone in none; and it reads 300 tokens less before its first word.
 */
function simplified(request: ChatRequest): ChatRequest {
  const messages = request.messages.map((message) =>
    message.role === "system" ? { ...message, content: firstSentence(message.content) } : message,
  );
  return { ...request, messages, tools: [] };
}

function firstSentence(text: string): string {
  return /^[^\n]*?[.!?](?=\s|$)/.exec(text)?.[0] ?? text.split("\n")[0] ?? "";
}

function introduction({ name, takesTools }: EngineModel): string {
  const limits = takesTools ? "" : " It can chat; it cannot use tools or build them.";
  return `No model server answers on this machine, so the built-in engine answers, with ${name}.${limits}`;
}

/** A broken connection is most often the end of the child, which is seen a moment later. */
async function explain(error: unknown, { ended }: EngineHandle): Promise<unknown> {
  const isGone = error instanceof OrgError && error.code === "PROVIDER_UNREACHABLE";
  if (!(isGone || (error instanceof ProviderError && error.isBroken))) return error;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, END_MS, undefined);
  try {
    const how = await Promise.race([ended, promise]);
    return how === undefined ? error : engineEnded(how, error);
  } finally {
    clearTimeout(timer);
  }
}

function engineEnded(how: string, cause: unknown): OrgError {
  return new ProviderError("The built-in engine ended in the middle of its answer", {
    code: "STREAM_ERROR",
    why: `its process ${how}`,
    remedies: ["/retry", "free -m   # a process that takes too much memory is killed"],
    unchanged: "Earlier messages are kept. The next request starts the engine again.",
    isBroken: true,
    cause,
  });
}

function cannotPull(): OrgError {
  return new OrgError("The built-in engine cannot fetch models by name", {
    code: "PROVIDER_REFUSED",
    why: "it has only the installed one",
    remedies: ["ollama serve", "org engine install --from PLACE --sha256 SUM"],
    unchanged: "Nothing was changed.",
  });
}

function otherModel(requested: string, { name }: EngineModel): OrgError {
  return new OrgError(`The built-in engine has no model "${requested}"`, {
    code: "MODEL_MISSING",
    why: `it has ${name}, and no model server answers on this machine`,
    remedies: ["ollama serve", `org --model ${name}`],
    unchanged: "Nothing was sent.",
  });
}

/** A loaded model that answers requests. */
import { reasonOf } from "#core/errors.ts";
import { withoutNulls } from "./grammar-schema.ts";
import type {
  ChatWrapper,
  Context,
  Functions,
  Grammar,
  Library,
  Llama,
  LlamaChat,
  LlamaModel,
  Sequence,
  StateOptions,
} from "./library.ts";
import { type LoadOptions, loadModel } from "./load-model.ts";
import type { CompletionRequest } from "./request.ts";
import { Slots } from "./slots.ts";

export interface InferenceOptions extends LoadOptions {
  /** Its answers are kept short, and from going round in circles. */
  readonly isSmall: boolean;
  /** Most tokens of a conversation; the model itself may know less. */
  readonly contextTokens: number;
  /** How many conversations are kept. */
  readonly conversations: number;
}

/** What an answer is made of; the end comes once and last. */
export type InferenceEvent =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "reasoning"; readonly text: string }
  | InferredCall
  | InferenceEnd;

export interface InferredCall {
  readonly type: "call";
  readonly name: string;
  readonly arguments: unknown;
}

export interface InferenceEnd {
  readonly type: "end";
  readonly reason: "stop" | "length" | "tool_calls";
  readonly promptTokens: number;
  /** How many of them were there from before. */
  readonly cachedTokens: number;
  readonly completionTokens: number;
}

/** The prompt leaves no room for an answer. */
export class ContextExceeded extends Error {
  override readonly name = "ContextExceeded";

  constructor(promptTokens: number, contextTokens: number) {
    super(
      `the request has ${promptTokens} tokens and exceeds the context size of ${contextTokens} tokens`,
    );
  }
}

/** llama.cpp takes no grammar of the schema that an answer was to be held to. */
export class ShapeRefused extends Error {
  override readonly name = "ShapeRefused";

  constructor(why: string, options: ErrorOptions) {
    super(`response_format: cannot build a grammar: ${why}`, options);
  }
}

/** Facts of a loaded model. */
export interface LoadedModel {
  /** Of each conversation. */
  readonly contextTokens: number;
  /** How many conversations are kept. */
  readonly slots: number;
  /** Weights of the model. */
  readonly parameters: number;
}

export interface InferenceSession extends LoadedModel {
  /**
   * Says an answer piece by piece.
   *
   * @throws {ContextExceeded} and {ShapeRefused} before the first piece.
   * @throws the reason of `signal`, which stops the model at once.
   */
  speak(
    request: CompletionRequest,
    say: (event: InferenceEvent) => void,
    signal: AbortSignal,
  ): Promise<void>;
}

/** Room for the shortest answer, in tokens. */
const SHORTEST_ANSWER = 16;
/** Longest answer of a small model unless more is requested, in tokens. */
const SMALL_ANSWER = 256;
/** Longest answer of any other one, in tokens: a list that never ends has to end. */
const LONG_ANSWER = 4096;
/** What small models are recommended to be run with. */
const TEMPERATURE = 0.2;
const TOP_P = 0.9;
interface Voice {
  readonly library: Library;
  readonly llama: Llama;
  readonly model: LlamaModel;
  readonly contextTokens: number;
  readonly isSmall: boolean;
  readonly wrapper: ChatWrapper;
  /** The same, but that a call has to come. */
  readonly calling: ChatWrapper;
  readonly slots: Slots<Sequence>;
}

/** Loads a model. @throws whatever the library throws where it cannot. */
export async function openInferenceSession(options: InferenceOptions): Promise<InferenceSession> {
  const { library, llama, model } = await loadModel(options);
  const { context, conversations } = await openContext(model, options);
  const sequences = Array.from({ length: conversations }, () => context.getSequence());
  const voice: Voice = {
    library,
    llama,
    model,
    contextTokens: context.contextSize,
    isSmall: options.isSmall,
    wrapper: library.resolveChatWrapper(model),
    calling: callingWrapper(library, model),
    slots: new Slots(sequences),
  };
  return {
    contextTokens: context.contextSize,
    slots: conversations,
    parameters: model.fileInsights.totalParameters,
    speak: (request, say, signal) => speak(voice, { request, say, signal }),
  };
}

interface Opened {
  readonly context: Context;
  readonly conversations: number;
}

async function openContext(model: LlamaModel, options: InferenceOptions): Promise<Opened> {
  const { threads, conversations: requested } = options;
  const most = Math.min(options.contextTokens, model.trainContextSize);
  const failures: unknown[] = [];
  for (const [conversations, contextSize] of [
    [requested, most],
    [Math.min(2, requested), most],
    [1, most],
    [1, Math.ceil(most / 2)],
  ] as const) {
    try {
      const context = await model.createContext({ contextSize, sequences: conversations, threads });
      return { context, conversations };
    } catch (error) {
      failures.push(error);
    }
  }
  throw failures[0];
}

function callingWrapper(library: Library, model: LlamaModel): ChatWrapper {
  const wrapper = library.resolveChatWrapper(model);
  const state = wrapper.generateContextState.bind(wrapper);
  wrapper.generateContextState = (options: StateOptions) => ({
    ...state(options),
    noPrefixTrigger: { type: "functionCall", inject: library.LlamaText("") },
  });
  return wrapper;
}

/** The prompt describes the tools as they were declared, whatever the grammar needs of their schemas. */
function showing(wrapper: ChatWrapper, declared: Functions | undefined): ChatWrapper {
  const own = Object.create(wrapper) as ChatWrapper;
  own.generateContextState = (options) =>
    wrapper.generateContextState({ ...options, availableFunctions: declared });
  return own;
}

async function compiled(llama: Llama, grammar: string | undefined): Promise<Grammar | undefined> {
  try {
    return grammar === undefined ? undefined : await llama.createGrammar({ grammar });
  } catch (error) {
    throw new ShapeRefused(reasonOf(error), { cause: error });
  }
}

interface Turn {
  readonly request: CompletionRequest;
  readonly say: (event: InferenceEvent) => void;
  readonly signal: AbortSignal;
}

async function speak(voice: Voice, turn: Turn): Promise<void> {
  const { request, signal } = turn;
  const grammar = await compiled(voice.llama, request.grammar);
  const chatWrapper = showing(request.mustCall ? voice.calling : voice.wrapper, request.declared);
  const prompt = chatWrapper
    .generateContextState({
      chatHistory: request.history,
      availableFunctions: request.functions,
      documentFunctionParams: true,
    })
    .contextText.tokenize(voice.model.tokenizer);
  const room = voice.contextTokens - prompt.length;
  if (room < SHORTEST_ANSWER) throw new ContextExceeded(prompt.length, voice.contextTokens);
  await voice.slots.use(
    (sequence) => sequence.compareContextTokens(prompt).firstDifferentIndex,
    async (contextSequence) => {
      const chat = new voice.library.LlamaChat({ contextSequence, chatWrapper });
      const { usedOutputTokens: before } = contextSequence.tokenMeter;
      const cachedTokens = contextSequence.compareContextTokens(prompt).firstDifferentIndex;
      const limits = limitsOf(voice, request, room);
      const completion = await generate(chat, { ...turn, grammar, limits });
      const completionTokens = contextSequence.tokenMeter.usedOutputTokens - before;
      turn.say({ ...completion, promptTokens: prompt.length, cachedTokens, completionTokens });
    },
    signal,
  );
}

interface Limits {
  readonly maxTokens: number;
  readonly dryRepeatPenalty?: { readonly strength: number; readonly lastTokens: number };
}

/** @param room how long an answer can be at all, in tokens. */
function limitsOf({ isSmall }: Voice, { maxTokens }: CompletionRequest, room: number): Limits {
  // Behind the end of the window the library would forget the beginning without a word.
  const most = room - 1;
  if (!isSmall) return { maxTokens: Math.min(maxTokens ?? LONG_ANSWER, most) };
  // A model of this size has answered by then; without the penalty "Say hello." took 4,000 tokens of one word.
  return {
    maxTokens: Math.min(maxTokens ?? SMALL_ANSWER, most),
    dryRepeatPenalty: { strength: 0.8, lastTokens: 256 },
  };
}

interface Generation extends Turn {
  readonly grammar: Grammar | undefined;
  readonly limits: Limits;
}

async function generate(
  chat: LlamaChat,
  { request, say, signal, grammar, limits }: Generation,
): Promise<Pick<InferenceEnd, "type" | "reason">> {
  const { functions, schemas } = request;
  const { functionCalls = [], metadata } = await chat.generateResponse([...request.history], {
    signal,
    ...limits,
    temperature: request.temperature ?? TEMPERATURE,
    topP: request.topP ?? TOP_P,
    seed: request.seed,
    grammar,
    // One at a time: asked for a call, a small model wrote the same one again until its answer was full.
    ...(functions === undefined
      ? {}
      : { functions, documentFunctionParams: true, maxParallelFunctionCalls: 1 }),
    onResponseChunk: ({ type, text }) => {
      if (text !== "") say({ type: type === undefined ? "text" : "reasoning", text });
    },
  });
  for (const { functionName: name, params } of functionCalls) {
    say({ type: "call", name, arguments: withoutNulls(params ?? {}, schemas[name]) });
  }
  if (functionCalls.length > 0) return { type: "end", reason: "tool_calls" };
  return { type: "end", reason: metadata.stopReason === "maxTokens" ? "length" : "stop" };
}

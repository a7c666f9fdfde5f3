/**
 * The part of node-llama-cpp that is used, in types of our own: the package is not a dependency, it is installed into a
 * folder of the engine when a person asks for it.
 *
 * @see https://node-llama-cpp.withcat.ai/api/functions/getLlama
 */
import { pathToFileURL } from "node:url";

export interface Library {
  getLlama(options: LlamaOptions): Promise<Llama>;
  resolveChatWrapper(model: LlamaModel): ChatWrapper;
  readonly LlamaChat: new (options: {
    readonly contextSequence: Sequence;
    readonly chatWrapper: ChatWrapper;
  }) => LlamaChat;
  readonly LlamaText: (text: string) => LlamaText;
}

interface LlamaOptions {
  readonly gpu: false;
  readonly build: "never";
  readonly skipDownload: true;
  readonly progressLogs: false;
  readonly maxThreads: number;
  readonly logger: (level: string, text: string) => void;
}

export interface Llama {
  /** @throws where it is not a grammar of llama.cpp. */
  createGrammar(options: { readonly grammar: string }): Promise<Grammar>;
  loadModel(options: LoadOptions): Promise<LlamaModel>;
}

interface LoadOptions {
  readonly modelPath: string;
  readonly useMmap: boolean;
}

/** Compiled, for any number of answers. */
export type Grammar = object;

export interface LlamaModel {
  readonly tokenizer: unknown;
  readonly fileInsights: { readonly totalParameters: number };
  readonly trainContextSize: number;
  createContext(options: ContextOptions): Promise<Context>;
  createEmbeddingContext(options: EmbeddingOptions): Promise<EmbeddingContext>;
  /** Without the tokens at the beginning and the end. What looks like a control token is text. */
  tokenize(text: string): Token[];
}

interface EmbeddingOptions {
  readonly contextSize: number;
  /** An encoder reads all of a text at once: as large as the context. */
  readonly batchSize: number;
  readonly threads: number;
}

interface EmbeddingContext {
  /** One after the other, in the order of the calls. The beginning and the end are put to the tokens. */
  getEmbeddingFor(tokens: Token[]): Promise<{ readonly vector: readonly number[] }>;
}

interface ContextOptions {
  readonly contextSize: number;
  readonly sequences: number;
  readonly threads: number;
}

export interface Context {
  /** In tokens, of each sequence. */
  readonly contextSize: number;
  getSequence(): Sequence;
}

type Token = number;

export interface Sequence {
  readonly tokenMeter: { readonly usedOutputTokens: number };
  compareContextTokens(tokens: readonly Token[]): { readonly firstDifferentIndex: number };
}

interface LlamaText {
  tokenize(tokenizer: unknown): Token[];
}

export interface ChatWrapper {
  generateContextState(options: StateOptions): ContextState;
}

export interface StateOptions {
  readonly chatHistory: readonly HistoryItem[];
  readonly availableFunctions?: Functions | undefined;
  readonly documentFunctionParams?: boolean | undefined;
}

interface ContextState {
  readonly contextText: LlamaText;
  /** What is to come first, whatever the model would have liked to say. */
  readonly noPrefixTrigger?: { readonly type: "functionCall"; readonly inject: LlamaText };
}

export type HistoryItem =
  | { readonly type: "system" | "user"; readonly text: string }
  | { readonly type: "model"; readonly response: readonly (string | FunctionCall)[] };

export interface FunctionCall {
  readonly type: "functionCall";
  readonly name: string;
  readonly params: unknown;
  readonly result: unknown;
}

/** By name; `params` is a schema as `grammarSchema` makes it. */
export type Functions = Readonly<
  Record<string, { readonly description: string; readonly params: unknown }>
>;

export interface LlamaChat {
  generateResponse(history: HistoryItem[], options: GenerateOptions): Promise<Generated>;
}

interface GenerateOptions {
  readonly signal: AbortSignal;
  readonly maxTokens: number;
  readonly temperature: number;
  readonly topP: number;
  readonly seed?: number | undefined;
  /** Against repeating oneself word for word; see https://github.com/oobabooga/text-generation-webui/pull/5677 */
  readonly dryRepeatPenalty?: { readonly strength: number; readonly lastTokens: number };
  /** Not together with `functions`. */
  readonly grammar?: Grammar | undefined;
  readonly functions?: Functions | undefined;
  readonly documentFunctionParams?: boolean | undefined;
  readonly maxParallelFunctionCalls?: number | undefined;
  readonly onResponseChunk: (chunk: {
    readonly type: "segment" | undefined;
    readonly text: string;
  }) => void;
}

interface Generated {
  readonly functionCalls?: readonly { readonly functionName: string; readonly params: unknown }[];
  readonly metadata: { readonly stopReason: string };
}

/** @param folder where the packages were installed. */
export async function loadLibrary(folder: string): Promise<Library> {
  const entry = Bun.resolveSync("node-llama-cpp", folder);
  // The compiler does not check a package that is not there when this is compiled; the end-to-end suite runs it.
  return (await import(pathToFileURL(entry).href)) as Library;
}

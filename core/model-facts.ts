/** What model servers tell of their models, and of fetching one. */

/** The name of a model that the user has not chosen, until its server lists its first one. */
export const ANY_MODEL = "default";

/** What a server knows of a model; what it does not tell is absent. */
export interface ModelFacts {
  readonly name: string;
  readonly bytes?: number | undefined;
  /** For example "8.2B". */
  readonly parameters?: string | undefined;
  /** For example "Q4_K_M". */
  readonly quantization?: string | undefined;
  /** The largest window that the model was made for, in tokens. */
  readonly contextTokens?: number | undefined;
  /** The window that it has in memory right now, in tokens; absent: it is not loaded. */
  readonly loadedTokens?: number | undefined;
  /** Such as "tools", "thinking", "vision", "embedding". */
  readonly capabilities?: readonly string[] | undefined;
}

/** Endpoint of the built-in engine of another process of the home. */
export interface LentEngine {
  /** "http://127.0.0.1:PORT". */
  readonly url: string;
  /** What it takes as a bearer token. */
  readonly token: string;
  /** Most tokens of a conversation. */
  readonly contextTokens: number;
  /** How many conversations it keeps. */
  readonly slots: number;
  /** Weights of the model. */
  readonly parameters: number;
}

/** How far the fetching of a model is. The server fetches it in layers, several at once. */
export interface PullProgress {
  /** In the server's words. */
  readonly status: string;
  /** Bytes of all layers listed so far; 0 before any is. */
  readonly totalBytes: number;
  readonly completedBytes: number;
}

/**
 * How a model can be given its tools: in the server's `tools` field; described in the prompt, with its calls found in the
 * text; or by holding each reply to one JSON object.
 */
export const CALL_STYLES = ["template", "text", "shape"] as const;

/** Server programs that can be distinguished by their answers. */
export type ServerProduct = "llama.cpp" | "ollama" | "engine" | "lm-studio" | "vllm";

/** What a server tells of itself and of one model, as far as the way to ask it depends on that. */
export interface ServerFacts {
  /** Absent: it cannot be identified. */
  readonly server?: ServerProduct | undefined;
  /** Weights of the model, in billions. */
  readonly billions?: number | undefined;
  /** How many prompts the server keeps in its cache at once. */
  readonly slots?: number | undefined;
  /** The chat template, in Jinja or in Go's language. */
  readonly template?: string | undefined;
}

/** Facts of one model, or what follows from them, as text. */
export interface ModelLine {
  readonly what: string;
  readonly value: string | number | boolean;
  /** Where it comes from, such as "server". */
  readonly source: string;
}

export interface ModelReport {
  readonly name: string;
  readonly facts: readonly ModelLine[];
  /** The API that it is requested with. */
  readonly plan: readonly ModelLine[];
}

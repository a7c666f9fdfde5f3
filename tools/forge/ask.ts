/** What the forge needs from a language model, and nothing more. */

export interface PromptMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

/** What an answer is to look like. A wish: many servers cannot hold a model to it, and then it is not passed on. */
export interface AnswerShape {
  /** Of letters, digits and underscores. */
  readonly name: string;
  /** JSON Schema, of no more than what every server understands: types, properties, required, enum, items, limits. */
  readonly schema: Readonly<Record<string, unknown>>;
}

/** One request to a model. */
export interface AskRequest {
  readonly messages: readonly PromptMessage[];
  readonly shape?: AnswerShape | undefined;
  /** Longest answer in tokens; what is longer is cut. */
  readonly maxTokens: number;
  /** @default 0.2 */
  readonly temperature?: number | undefined;
}

export interface ModelAnswer {
  readonly text: string;
  /** Tokens of the answer, as the server counts them, or estimated. */
  readonly tokens: number;
  /** It was longer than the request allows. */
  readonly isCut: boolean;
}

/**
 * Lets the model speak once. Rejects where nothing came that can be read: the server is down, the
 * budget spent, the signal aborted.
 */
export type Ask = (request: AskRequest, signal: AbortSignal) => Promise<ModelAnswer>;

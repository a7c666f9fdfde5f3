/** What the forge needs from a language model, and nothing more. */

export interface PromptMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

/** What an answer is to look like. A wish: many servers cannot hold a model to it, and then it is not passed on. */
export interface AnswerShape {
  /** Of letters, digits and underscores. */
  readonly name: string;
  /** JSON Schema, of no more than what every server understands: types, properties, required, enum, items. */
  readonly schema: Readonly<Record<string, unknown>>;
}

/**
 * Lets the model speak once. Rejects where nothing came that can be read: the server is down, the
 * budget spent, the signal aborted.
 */
export type Ask = (
  messages: readonly PromptMessage[],
  signal: AbortSignal,
  shape?: AnswerShape,
) => Promise<string>;

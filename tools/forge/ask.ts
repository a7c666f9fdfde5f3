/** What the forge needs from a language model, and nothing more. */

export interface PromptMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

/**
 * Lets the model speak once. Rejects where nothing came that can be read: the server is down, the
 * budget spent, the signal aborted.
 */
export type Ask = (messages: readonly PromptMessage[], signal: AbortSignal) => Promise<string>;

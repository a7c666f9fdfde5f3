/** Which of the user's notes belong into the prompt of a turn. */
import type { Memory, Viewer } from "#core/memory.ts";
import { oneRow } from "#core/text/one-row.ts";
import { messagesTokens } from "#models/context.ts";
import type { ChatMessage } from "#models/provider.ts";
import { type Recall, recallText } from "./memory-text.ts";

/** What is looked for before a turn. */
export interface RecallRequest {
  readonly persona: string;
  /** The user's line. */
  readonly about: string;
  /** Whether only the persona and the user read the answer. */
  readonly isDirect: boolean;
  /** What the persona may see, newest first, and how much of it a prompt holds, in tokens. */
  readonly history: Iterable<readonly ChatMessage[]>;
  readonly promptTokens: number;
  readonly names: readonly string[];
  readonly signal: AbortSignal;
  /** Asks the user whether these notes may stand in the prompt, where the settings demand it. */
  readonly consent: (recall: Recall) => Promise<boolean>;
}

/** Most notes that stand in a prompt by themselves, and how alike they are at least. */
const RECALLED = 3;
const NEAR = 0.45;
/** Of so many, those that may stand there are chosen. */
const LOOKED_AT = 20;
/** Sees what all personas may see, and nothing of any of them. */
export const EVERYBODY: Viewer = { persona: "" };

/** @returns `undefined` when nothing is near, or the prompt holds all of it already. */
export async function notedBefore(
  memory: Memory,
  request: RecallRequest,
): Promise<Recall | undefined> {
  const { persona, about, isDirect, names, signal } = request;
  // Only notes of the user come by themselves; text of a model or a page has to be looked up.
  const options = { trust: "human", notesOnly: true, most: LOOKED_AT, signal } as const;
  const { notes } = await memory.search(about, isDirect ? { persona } : EVERYBODY, options);
  const near = notes.filter(({ cosine }) => cosine >= NEAR);
  if (near.length === 0) return undefined;
  const promptText = windowText(request);
  const missing = near
    .map(({ note }) => note)
    .filter(({ text }) => !promptText.includes(plain(text)));
  return recallText(missing.slice(0, RECALLED), names);
}

/** What a prompt holds of the conversation, about, and of the line. */
function windowText({ about, history, promptTokens }: RecallRequest): string {
  // Before its turn begins the line itself is not part of the history.
  const texts = [about];
  let tokens = 0;
  for (const exchange of history) {
    tokens += messagesTokens(exchange);
    if (tokens > promptTokens) break;
    texts.push(...exchange.map(({ content }) => content));
  }
  return plain(texts.join("\n"));
}

function plain(text: string): string {
  return oneRow(text).toLowerCase();
}

/**
 * Fits a conversation into a model's window. Servers drop the head of a prompt that is too long
 * without a word (Ollama does), so what has to go is decided here: oldest exchanges first, whole, so
 * that a call never loses its result.
 */
import type { ToolSchema } from "#core/calls.ts";
import { IMAGE_TOKENS, imagesOf } from "./images.ts";
import type { ChatMessage, ChatRequest } from "./provider.ts";

/** UTF-8 bytes for one token: rather too few than too many, so that the estimate errs on the safe side. */
export const BYTES_PER_TOKEN = 3.6;
/** What a chat template adds around every message, in tokens. */
const MESSAGE_OVERHEAD = 6;
/** A message that has to shrink keeps at least this much, in characters. */
const SHORTEST_CUT = 400;

/** A safe estimate of how many tokens a text takes, without the model's own tokenizer. */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
}

/** Estimated tokens of one message in a prompt. */
export function messageTokens(message: ChatMessage): number {
  const calls = message.role === "assistant" ? (message.calls ?? []) : [];
  const callTokens = calls.length === 0 ? 0 : estimateTokens(JSON.stringify(calls));
  const imageTokens = imagesOf(message).length * IMAGE_TOKENS;
  return estimateTokens(message.content) + callTokens + imageTokens + MESSAGE_OVERHEAD;
}

/** Estimated tokens of the declared tools. */
export function schemaTokens(tools: readonly ToolSchema[]): number {
  return tools.length === 0 ? 0 : estimateTokens(JSON.stringify(tools));
}

/** Estimated tokens of several messages. */
export function messagesTokens(messages: readonly ChatMessage[]): number {
  return messages.reduce((sum, message) => sum + messageTokens(message), 0);
}

/** Estimated tokens of everything that is sent. */
export function requestTokens({ messages, tools }: ChatRequest): number {
  return messagesTokens(messages) + schemaTokens(tools);
}

export interface Fitting {
  /** Never dropped. */
  readonly system: string;
  /** Finished exchanges, newest first. */
  readonly history: Iterable<readonly ChatMessage[]>;
  /** The running turn, oldest first; never dropped, but its results shrink when they must. */
  readonly current: readonly ChatMessage[];
  /** What the prompt may take, in tokens. */
  readonly budgetTokens: number;
}

/** The prompt: system, as much history as fits, the running turn. Cost is linear in the window. */
export function fitPrompt(fitting: Fitting): ChatMessage[] {
  const system: ChatMessage = { role: "system", content: fitting.system };
  let remaining = fitting.budgetTokens - messageTokens(system);
  const current = shrink(fitting.current, remaining);
  for (const message of current) remaining -= messageTokens(message);

  const retained: (readonly ChatMessage[])[] = [];
  for (const exchange of fitting.history) {
    const cost = messagesTokens(exchange);
    if (cost > remaining) {
      // The newest exchange holds the question: without it there is no point in a request.
      if (retained.length === 0) retained.push(shrink(exchange, remaining));
      break;
    }
    remaining -= cost;
    retained.push(exchange);
  }
  return [system, ...mergeUsers(retained.reverse().flat()), ...current];
}

/** Cuts the middle out of the longest messages until all of them fit. */
function shrink(messages: readonly ChatMessage[], budgetTokens: number): readonly ChatMessage[] {
  const costs = messages.map(messageTokens);
  const total = costs.reduce((sum, cost) => sum + cost, 0);
  if (total <= budgetTokens) return messages;
  const limit = fairShare(costs, Math.max(0, budgetTokens));
  return messages.map((message, index) => {
    if ((costs[index] ?? 0) <= limit) return message;
    const characters = Math.max(
      SHORTEST_CUT,
      Math.floor((limit * message.content.length) / (costs[index] ?? 1)),
    );
    return { ...message, content: cutMiddle(message.content, characters) };
  });
}

/** The largest cost per message at which all messages together stay within the budget. */
function fairShare(costs: readonly number[], budget: number): number {
  let remaining = budget;
  const ascending = [...costs].sort((a, b) => a - b);
  for (const [index, cost] of ascending.entries()) {
    const share = remaining / (ascending.length - index);
    if (cost > share) return share;
    remaining -= cost;
  }
  return Number.POSITIVE_INFINITY;
}

/** Keeps the beginning and the end: the command's start and its last error are what helps most. */
export function cutMiddle(text: string, keep: number): string {
  if (text.length <= keep) return text;
  const head = Math.ceil(keep / 2);
  const gone = text.length - keep;
  // The rest of a line begins none: it could read like another speaker's.
  const cut = `${text.slice(0, head)}\n[… ${gone} characters left out …] ${text.slice(head + gone)}`;
  // A cut may go through a surrogate pair, and some servers refuse half of one.
  return cut.toWellFormed();
}

/** Joins neighbouring user messages: many chat templates insist on alternating roles. */
export function mergeUsers(messages: readonly ChatMessage[]): ChatMessage[] {
  const merged: ChatMessage[] = [];
  let run: ChatMessage[] = [];
  const flush = () => {
    const content = run.map((message) => message.content).join("\n\n");
    const images = run.flatMap(imagesOf);
    if (run.length > 0) {
      merged.push({ role: "user", content, ...(images.length === 0 ? {} : { images }) });
    }
    run = [];
  };
  for (const message of messages) {
    if (message.role === "user") run.push(message);
    else {
      flush();
      merged.push(message);
    }
  }
  flush();
  return merged;
}

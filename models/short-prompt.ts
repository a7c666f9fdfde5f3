/** What a turn does where its prompt is longer than the window of its model. */
import type { ToolSchema } from "#core/calls.ts";
import type { RoomEvent } from "#core/events.ts";
import type { ChatEnd } from "./chat-event.ts";
import type { Model, SharedView } from "./model.ts";
import type { ChatMessage } from "./provider.ts";

/** Makes the history of a room shorter, and says what it does. */
export type Compaction = () => AsyncIterable<RoomEvent>;

/** What a turn knows of its prompt. */
export interface LongPrompt {
  readonly model: Model;
  readonly history: Iterable<readonly ChatMessage[]>;
  readonly tools: { readonly schemas: readonly ToolSchema[] };
  readonly recalled?: string | undefined;
  readonly shared?: (() => SharedView) | undefined;
  readonly signal: AbortSignal;
  readonly compact?: Compaction;
}

/** Whose turn it is. */
interface Speaker {
  readonly turn: string;
  readonly persona: string;
}

/** What the window does not hold any more would be lost without a word: it is summed up before. */
export async function* shortenHistory(
  { model, history, tools, recalled, signal, compact, shared }: LongPrompt,
  who: Speaker,
): AsyncGenerator<RoomEvent, void> {
  if (compact === undefined) return;
  await model.prepare(signal);
  const view = { history, current: [], tools: tools.schemas, recalled, shared: shared?.() };
  if (model.holds(view)) return;
  yield { type: "phase", ...who, phase: "compacting" };
  yield* compact();
}

/** Says that the prompt did not fit, and makes the next one shorter; the model knows the window by now. */
export async function* shrink(
  { compact }: LongPrompt,
  who: Speaker,
  { failure }: ChatEnd,
): AsyncGenerator<RoomEvent, void> {
  const why = failure?.why ?? "the server gave no figures";
  const text = `The prompt does not fit: ${why}; a shorter one is tried once.`;
  yield { type: "notice", level: "warning", text, persona: who.persona };
  if (compact === undefined) return;
  yield { type: "phase", ...who, phase: "compacting" };
  yield* compact();
}

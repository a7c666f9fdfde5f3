/** What the human has laid down for the observer of rooms. */
import type { ObserverEntry, ObserverPolicy } from "./config-schema.ts";

/** Whose account its completions go on; no persona has a name with a blank. */
export const OBSERVER = "the observer";

export interface ObserverSettings {
  /** Name of the model on the server; absent: the one that answered last in the room. */
  readonly model?: string | undefined;
  readonly promotion: ObserverPolicy;
  /** How long a room is silent before it is observed, in milliseconds. */
  readonly silentMs: number;
  /** Most tokens a day in UTC, questions and answers together. */
  readonly tokens: number;
}

const SILENT_SECONDS = 600;
const TOKENS = 20_000;

export function observerSettings(entry: ObserverEntry): ObserverSettings {
  const { model, promotion = "suggest", silent_seconds: seconds = SILENT_SECONDS } = entry;
  return { model, promotion, silentMs: seconds * 1000, tokens: entry.tokens ?? TOKENS };
}

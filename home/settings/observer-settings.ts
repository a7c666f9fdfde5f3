/** What the human has laid down for the observer of rooms. */
import { z } from "zod";

/**
 * What becomes of what an observer finds in a room: `suggest` waits for the user's review, `auto` is kept at once where the
 * rules are sure, `off` observes nothing.
 */
type ObserverPolicy = "suggest" | "auto" | "off";

/** Who observes rooms that fell silent, and for how much, as it is written. */
export interface ObserverEntry {
  readonly model?: string | undefined;
  readonly promotion?: ObserverPolicy | undefined;
  readonly silent_seconds?: number | undefined;
  /** A day. */
  readonly tokens?: number | undefined;
}

export const observerSchema: z.ZodType<ObserverEntry> = z.strictObject({
  model: z.string().min(1).optional(),
  promotion: z.enum(["suggest", "auto", "off"]).optional(),
  silent_seconds: z.int().min(1).max(86_400).optional(),
  tokens: z.int().min(0).optional(),
});

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

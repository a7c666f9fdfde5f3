/**
 * What a limit kept a stage from looking at.
 *
 * That nothing was found is said only of what was looked at. Where processor time, processes or calls are spent before
 * the end, the rest is reported, and a human decides: a tool that is slow on purpose must not pass for one that was asked.
 */
import type { HeldText } from "#tools/contract/validation.ts";

/** Receives what was not looked at, as a sentence without its end. */
export type OnSkipped = (what: string) => void;

/** Its text stands in no program: that main's version was not looked at either excuses nothing. */
export function heldAsSkipped(what: string): HeldText {
  return { text: `not looked at: ${what}`, message: skippedMessage(what) };
}

export function skippedMessage(what: string): string {
  return `${what}: nothing says what it does there, and a human decides; a tool that takes less time is looked at as a whole`;
}

/** Turns that ended because the model server did not answer, seen in the logs. */
import type { ObservedLine } from "./observation.ts";

const MINUTE_MS = 60_000;
/** So many within a minute are not an accident. */
const MANY = 5;
/** It could not be reached, or said nothing any more: also one that answers and never goes on. */
const CODES: ReadonlySet<string> = new Set(["PROVIDER_UNREACHABLE", "STREAM_SILENT"]);

/** @param now on the clock of the looks. @returns how many there were in the last minute; 0 while they are few. */
export function unreachedTurns(lines: readonly ObservedLine[], now: number): number {
  const { length } = lines.filter(
    ({ event, code = "", at }) => event === "turn-end" && CODES.has(code) && now - at < MINUTE_MS,
  );
  return length < MANY ? 0 : length;
}

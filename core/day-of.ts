/** @param at milliseconds since the epoch. @returns the day in UTC, as 2026-01-31. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** What one answer may cost. Every limit that is hit becomes a `dropped` event, never an exception. */
export const LIMITS = {
  /** Longest markup of one call, in UTF-16 code units. */
  unitLength: 1_048_576,
  /** Longest answer that is looked at, in UTF-16 code units. */
  turnLength: 16_777_216,
  callsPerTurn: 64,
  /** Deepest nesting of arguments. */
  depth: 64,
  /** How often an answer may be read again after a closing tag inside a string; keeps time linear. */
  rewinds: 8,
} as const;

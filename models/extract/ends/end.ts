/** Where a candidate ends. Offsets count UTF-16 code units from the first one behind the opener. */
export interface Found {
  /** End of what the reader gets: closing markers are not part of it. */
  readonly body: number;
  /** End of the candidate, closing markers included. */
  readonly end: number;
  /** A closing marker stood there. */
  readonly closed?: boolean;
  /** More could have come, or it stands inside a string whose end was not seen: as uncertain as a cut. */
  readonly doubtful?: boolean;
}

/**
 * Looks for the end of one candidate in text that arrives in pieces. Each character is looked at a
 * bounded number of times, whatever the pieces, so that the time is linear.
 */
export interface EndDetector {
  /**
   * Goes on at `from`.
   *
   * @param final no more text will come.
   * @returns how far it got; what lies behind must be fed again, with more text.
   */
  feed(text: string, from: number, final: boolean): number;
  /** Set once the end is known; `end` may lie before what was looked at. */
  readonly found: Found | undefined;
  /** A closing marker that stood inside a string: the end, should no better one come. */
  readonly fallback: Found | undefined;
}

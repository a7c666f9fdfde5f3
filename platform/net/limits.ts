const KIB = 1024;
const MIB = 1024 * KIB;

/** What one request may take, redirects included by default. */
export interface HttpLimits {
  /** Head of each answer: names and values of its headers, in bytes. */
  readonly headerBytes: number;
  /** Body as it travels, in bytes. */
  readonly wireBytes: number;
  /** Body when it is unpacked, in bytes. */
  readonly inflatedBytes: number;
  /** From the question for the name to the last byte, in milliseconds. */
  readonly totalMs: number;
  /** Longest time without progress, in milliseconds. */
  readonly idleMs: number;
  /** How many redirects are followed. */
  readonly redirects: number;
}

export const DEFAULT_LIMITS: HttpLimits = {
  headerBytes: 16 * KIB,
  wireBytes: 4 * MIB,
  inflatedBytes: 8 * MIB,
  totalMs: 30_000,
  idleMs: 10_000,
  redirects: 5,
};

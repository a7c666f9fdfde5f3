/** A program that keeps one thing less away from its result: a bound is wider, or what takes something away is left out. */
export interface Relaxed {
  /** From 1. */
  readonly line: number;
  /** What is wider or left out, as it stands in the program. */
  readonly text: string;
  readonly source: string;
}

/** The same of a tool that may have several modules. */
export interface ModuleRelaxed extends Relaxed {
  /** The module that it stands in; `source` is that module. */
  readonly file: string;
}

/** A smaller number counts or chooses, and seldom bounds. */
export const LEAST_BOUND = 8;
/** So much wider is a bound. */
export const WIDER = 16;
/** So many digits more are kept. */
export const MORE_DIGITS = 8;

/** One thing that is wrong with a tool, and where. */

export interface Finding {
  readonly file: string;
  /** Counted from 1; absent when it is about the file as a whole. */
  readonly line?: number | undefined;
  /** What is wrong and, where that is not obvious, what to write instead. One line. */
  readonly message: string;
}

/** The finding as one line for the maker who has to repair it. */
export function describe({ file, line, message }: Finding): string {
  return `${message} (${line === undefined ? file : `${file}:${line}`})`;
}

/** Tells the line of an offset, both of one text; the line is counted from 1. */
export function lineFinder(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}

/** Where findings are put. */
export type Report = (offset: number, message: string) => void;

/** Collects findings of one file; the same message for the same line is listed once. */
export class FileFindings {
  readonly #file: string;
  readonly #lineOf: (offset: number) => number;
  readonly #byKey = new Map<string, Finding>();

  constructor(file: string, text: string) {
    this.#file = file;
    this.#lineOf = lineFinder(text);
  }

  readonly report: Report = (offset, message) => {
    const line = this.#lineOf(offset);
    this.#byKey.set(`${line} ${message}`, { file: this.#file, line, message });
  };

  /** In the order of their lines. */
  get all(): readonly Finding[] {
    return [...this.#byKey.values()].sort((one, other) => (one.line ?? 0) - (other.line ?? 0));
  }
}

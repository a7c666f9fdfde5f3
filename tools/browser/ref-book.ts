/** The names by which calls refer to what stands on a page: `e12` is an element, `m3` are rows that were left out. */
import type { Target } from "./outline.ts";
import type { LineRange } from "./page-view.ts";

/** An element, and in which frame of which session it lies. */
export interface PageTarget extends Target {
  readonly session: string;
  readonly frame: string;
}

/**
 * An element keeps its name while its document lives. No name is given twice: one of a page that is gone means nothing
 * from then on.
 */
export class RefBook {
  readonly #refs = new Map<string, PageTarget>();
  readonly #names = new Map<string, string>();
  readonly #secrets = new Set<string>();
  readonly #files = new Set<string>();
  #ranges = new Map<string, LineRange>();
  #element = 0;
  #range = 0;

  /** The name of an element. */
  refOf(target: PageTarget): string {
    const key = keyOf(target);
    let ref = this.#names.get(key);
    if (ref === undefined) {
      this.#element += 1;
      ref = `e${this.#element}`;
      this.#names.set(key, ref);
    }
    this.#refs.set(ref, target);
    return ref;
  }

  /** The name of rows of the newest reading. */
  moreOf(range: LineRange): string {
    this.#range += 1;
    const name = `m${this.#range}`;
    this.#ranges.set(name, range);
    return name;
  }

  target(ref: string): PageTarget | undefined {
    return this.#refs.get(ref);
  }

  range(name: string): LineRange | undefined {
    return this.#ranges.get(name);
  }

  /** Remembers that an element takes a password or a number of a card. */
  markSecret(element: Pick<PageTarget, "element" | "session">): void {
    this.#secrets.add(keyOf(element));
  }

  /** Remembers that an element takes a file. */
  markFile(element: Pick<PageTarget, "element" | "session">): void {
    this.#files.add(keyOf(element));
  }

  takesFile(target: PageTarget): boolean {
    return this.#files.has(keyOf(target));
  }

  isSecret(target: PageTarget): boolean {
    return this.#secrets.has(keyOf(target));
  }

  /** A new reading: what the one before left out cannot be read any more. */
  beginReading(): void {
    this.#ranges = new Map();
  }

  /** The document is gone. */
  clear(): void {
    this.#refs.clear();
    this.#names.clear();
    this.#secrets.clear();
    this.#files.clear();
    this.#ranges.clear();
  }
}

function keyOf({ element, session }: Pick<PageTarget, "element" | "session">): string {
  return `${session} ${element}`;
}

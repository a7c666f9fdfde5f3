import { KINDS } from "./kinds.ts";
import { formsOf } from "./known-values.ts";
import { isSafeSuffix } from "./safe-suffix.ts";
import { isSeparator, LONG_WORD, type SecretKind } from "./secret-kind.ts";

/** Where a secret stands: [start, end). */
export interface Finding {
  readonly start: number;
  readonly end: number;
  /** Where its pattern begins: at what stands before the secret. */
  readonly from: number;
  /** What it looks like, for a person. */
  readonly kind: string;
  /** Looks like one and is none; the search goes on within it. */
  readonly isRejected: boolean;
}

const UNION = new RegExp(
  KINDS.map(({ before, secret, head = secret }) => `${before}${head}`).join("|"),
  "g",
);
const EACH = KINDS.map((kind) => ({
  kind,
  pattern: patternOf(kind.before, kind.head ?? kind.secret),
  // Asked for what is accepted only.
  whole: kind.head === undefined ? undefined : patternOf(kind.before, kind.secret),
}));

/** By the character that a match begins with, in small letters: to try all patterns costs more than the search. */
const BY_FIRST: ReadonlyMap<string, typeof EACH> = new Map(
  [...new Set(KINDS.flatMap(firstsOf))].map((first) => [
    first,
    EACH.filter(({ kind }) => firstsOf(kind).includes(first)),
  ]),
);

function firstsOf({ starts }: SecretKind): readonly string[] {
  return [...new Set(starts.map((start) => start.charAt(0).toLowerCase()))];
}

function patternOf(before: string, secret: string): RegExp {
  return new RegExp(`(?<before>${before})(?<secret>${secret})`, "y");
}

// A mark could stand within a hint.
const HINT = new RegExp([...new Set(KINDS.flatMap(({ hint }) => hint ?? [])), "⟨U\\+"].join("|"));

/** The beginning of a secret that stands at the end of a text. */
export const OPEN_END: RegExp = new RegExp(
  `(?:${KINDS.flatMap(({ open }) => open ?? []).join("|")})$`,
  "g",
);

/** Longest match of any pattern, in characters: an attempt that has read as much is decided. */
export const LONGEST_MATCH = 20_480;

/** Finds secrets by their values and by their looks. */
export class SecretFinder {
  /** Every form of the known values, longest first. */
  readonly forms: readonly string[];
  /** The beginnings of forms of several words, up to a separator. */
  readonly openForms: readonly string[];
  readonly #knownPattern: RegExp | undefined;
  /** 1 at the code of every character that a form begins with; empty where there is none. */
  readonly #firstOfForms: Uint8Array;

  /** @param values exact values; those under eight characters would hide ordinary words. */
  constructor(values: readonly string[]) {
    this.forms = formsOf(values);
    // 64 KiB, which takes longer to clear than most cleaners are used.
    this.#firstOfForms = new Uint8Array(this.forms.length === 0 ? 0 : 0x1_0000);
    for (const form of this.forms) this.#firstOfForms[form.charCodeAt(0)] = 1;
    this.openForms = this.forms.flatMap(beginnings);
    if (this.forms.length > 0) {
      this.#knownPattern = new RegExp(this.forms.map((form) => RegExp.escape(form)).join("|"), "g");
    }
  }

  /**
   * Whether it is certain at a glance that no secret is in a text or begins in it. Most of what is
   * streamed is prose in small pieces, for which a search costs more than all the rest.
   */
  isQuiet(text: string): boolean {
    if (this.openForms.length > 0 || HINT.test(text) || hasLongWord(text)) return false;
    if (this.#knownPattern !== undefined) this.#knownPattern.lastIndex = 0;
    return this.#knownPattern?.test(text) !== true;
  }

  /**
   * Whether no secret can begin in the end of a word, however the word goes on.
   *
   * @param word all of it, as far as it has come.
   */
  isSafeSuffix(end: string, word: string): boolean {
    if (!isSafeSuffix(word)) return false;
    for (let at = 0; at < end.length; at += 1) {
      if (this.#firstOfForms[end.charCodeAt(at)] !== 1) continue;
      const rest = end.slice(at);
      if (this.forms.some((form) => form.startsWith(rest))) return false;
    }
    return true;
  }

  /** Starts a search through one text. */
  search(text: string): Search {
    return new Search(text, this.#knownPattern);
  }
}

/** A search through one text, from left to right. */
export class Search {
  readonly #text: string;
  readonly #knownPattern: RegExp | undefined;
  // The next of either sort is cached until the search is past it: else each would be looked for again
  // with every finding of the other.
  #nextKnown: Finding | undefined;
  #nextLook: Finding | undefined;
  #knownFrom = -1;
  #lookFrom = -1;

  constructor(text: string, knownPattern: RegExp | undefined) {
    this.#text = text;
    this.#knownPattern = knownPattern;
  }

  /** The first finding that begins at `at` or behind it; `at` must never decrease. */
  next(at: number): Finding | undefined {
    const [match, look] = [this.#knownAt(at), this.#lookAt(at)];
    if (match !== undefined && match.from <= (look?.from ?? match.from)) {
      const isMore = look?.isRejected === false && look.start < match.end;
      return this.#withKnown(isMore ? { ...match, end: Math.max(match.end, look.end) } : match);
    }
    return look?.isRejected === false ? this.#withKnown(look) : look;
  }

  /** Together with the known values that begin within it and reach beyond it. */
  #withKnown(found: Finding): Finding {
    let { start, end } = found;
    for (let match = this.#knownAt(found.from); match !== undefined && match.from < end; ) {
      start = Math.min(start, match.start);
      end = Math.max(end, match.end);
      match = this.#knownAt(match.from + 1);
    }
    return { ...found, start, end };
  }

  #knownAt(at: number): Finding | undefined {
    if (this.#knownPattern === undefined) return undefined;
    if (this.#knownFrom < at) {
      this.#knownPattern.lastIndex = at;
      const match = this.#knownPattern.exec(this.#text);
      this.#nextKnown = match === null ? undefined : knownFinding(match);
      this.#knownFrom = match?.index ?? Number.POSITIVE_INFINITY;
    }
    return this.#nextKnown;
  }

  #lookAt(at: number): Finding | undefined {
    if (this.#lookFrom < at) {
      UNION.lastIndex = at;
      const match = UNION.exec(this.#text);
      this.#nextLook = match === null ? undefined : lookFinding(match);
      this.#lookFrom = match?.index ?? Number.POSITIVE_INFINITY;
    }
    return this.#nextLook;
  }
}

function endAt(pattern: RegExp, input: string, index: number): number {
  pattern.lastIndex = index;
  pattern.exec(input);
  return pattern.lastIndex;
}

function hasLongWord(text: string): boolean {
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (isSeparator(text.charCodeAt(at))) start = at + 1;
    else if (at - start === LONG_WORD - 1) return true;
  }
  return false;
}

function beginnings(form: string): string[] {
  const ends = Array.from({ length: form.length - 1 }, (_, at) => at).flatMap((at) =>
    isSeparator(form.charCodeAt(at)) ? [at + 1] : [],
  );
  return ends.map((end) => form.slice(0, end));
}

function knownFinding({ 0: value, index }: RegExpExecArray): Finding {
  const end = index + value.length;
  return { from: index, start: index, end, kind: "known secret", isRejected: false };
}

function lookFinding({ 0: all, index, input }: RegExpExecArray): Finding {
  const shortEnd = index + all.length;
  const candidates = BY_FIRST.get(input.charAt(index).toLowerCase()) ?? EACH;
  for (const { kind, pattern, whole } of candidates) {
    pattern.lastIndex = index;
    const groups = pattern.exec(input)?.groups;
    if (groups === undefined) continue;
    const { before = "", secret: value = "" } = groups;
    const behind = input.slice(Math.max(0, index - 16), index);
    let end = -1;
    const wholeEnd = (): number => {
      if (end === -1) end = whole === undefined ? shortEnd : endAt(whole, input, index);
      return end;
    };
    const suspect = {
      ...{ before, behind, value, groups },
      get next() {
        return input.charAt(wholeEnd());
      },
    };
    const isRejected = kind.accepts?.(suspect) === false;
    return {
      ...{ from: index, start: index + before.length, kind: kind.name, isRejected },
      end: isRejected ? shortEnd : wholeEnd(),
    };
  }
  throw new Error("The union of all patterns found what none of them finds");
}

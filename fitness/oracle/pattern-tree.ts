/** Regular expressions of JavaScript and of Python as trees: what follows what, and what is repeated. */

export type PatternPart =
  /** One character out of those that `source` matches, a pattern by itself. */
  | { readonly kind: "character"; readonly source: string }
  | { readonly kind: "sequence" | "choice"; readonly parts: readonly PatternPart[] }
  | {
      readonly kind: "repeat";
      readonly part: PatternPart;
      readonly least: number;
      readonly most: number;
    }
  /** Brackets; what they match may be named later, by number or name. */
  | { readonly kind: "group"; readonly part: PatternPart; readonly names: readonly string[] }
  /** Looks ahead or behind, and matches nothing itself. */
  | { readonly kind: "look"; readonly part: PatternPart }
  | { readonly kind: "back"; readonly name: string };

/** Deeper ones are read as if nothing stood there: no person writes them, and none may exhaust the stack. */
const DEEPEST = 100;
const NOTHING: PatternPart = { kind: "sequence", parts: [] };

const OPENING =
  /^\((?:\?(?:(?<comment>#[^)]*\))|P=(?<back>\w+)\)|P?<(?<name>[A-Za-z_$][\w$]*)>|(?<look>=|!|<=|<!)|\((?<test>\w+)\)|(?<flags>[a-zA-Z-]*)(?<rest>[:)])|>))?/;
const QUANTIFIER = /^(?:[*+?]|\{(?:\d+(?:,\d*)?|,\d+)\})[?+]?/;
const COUNTS = /^\{(\d*)(,?)(\d*)\}/;
const ESCAPE =
  /^\\(?:(?<back>[1-9]\d?)|k<(?<name>[^>]+)>|(?<edge>[bBAZzG])|(?<one>u\{[\da-fA-F]+\}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|[pP]\{[^}]*\}|c[A-Za-z]|.)|$)/su;
const CLASS = /^\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]?/s;
/** What stands between the parts of a pattern that is written over several lines. */
const FREE = /^(?:\s|#[^\n]*)+/;

/**
 * Reads any text: what is not a regular expression is read as far as it resembles one.
 *
 * @param isFree whether blanks and comments of the pattern mean nothing.
 */
export function patternTree(text: string, isFree = false): PatternPart {
  return new Reader(text, isFree).choice(0);
}

class Reader {
  #remaining: string;
  readonly #isFree: boolean;
  #groups = 0;

  constructor(text: string, isFree: boolean) {
    this.#remaining = text;
    this.#isFree = isFree;
  }

  choice(depth: number): PatternPart {
    const parts = [this.#sequence(depth)];
    while (this.#remaining !== "" && (this.#take("|") || depth === 0)) {
      // A bracket too many closes nothing.
      if (depth === 0) this.#take(")");
      parts.push(this.#sequence(depth));
    }
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: "choice", parts };
  }

  #sequence(depth: number): PatternPart {
    const parts: PatternPart[] = [];
    for (;;) {
      if (this.#isFree) this.#match(FREE);
      if (this.#remaining === "" || /^[|)]/.test(this.#remaining)) break;
      parts.push(this.#repeated(this.#atom(depth)));
    }
    return { kind: "sequence", parts };
  }

  #repeated(part: PatternPart): PatternPart {
    if (this.#isFree) this.#match(FREE);
    const found = this.#match(QUANTIFIER);
    if (found === undefined) return part;
    const { least, most } = countsOf(found[0]);
    return this.#repeated({ kind: "repeat", part, least, most });
  }

  #atom(depth: number): PatternPart {
    if (this.#remaining.startsWith("(")) return this.#group(depth);
    if (this.#remaining.startsWith("[")) {
      // Python takes a bracket at once behind the opening one for a letter.
      const source = (this.#match(CLASS)?.[0] ?? "[").replace(/^(\[\^?)\]/, "$1\\]");
      return { kind: "character", source };
    }
    if (this.#remaining.startsWith("\\")) return this.#escape();
    const [letter = ""] = this.#remaining;
    this.#remaining = this.#remaining.slice(letter.length);
    if (letter === "^" || letter === "$") return NOTHING;
    return { kind: "character", source: letter === "." ? letter : escaped(letter) };
  }

  #escape(): PatternPart {
    const { back, name, one } = this.#match(ESCAPE)?.groups ?? {};
    const reference = back ?? name;
    if (reference !== undefined) return { kind: "back", name: reference };
    return one === undefined ? NOTHING : { kind: "character", source: `\\${one}` };
  }

  #group(depth: number): PatternPart {
    const found = this.#match(OPENING);
    const { comment, back, name, look, flags, rest: end } = found?.groups ?? {};
    if (back !== undefined) return { kind: "back", name: back };
    if (comment !== undefined || (flags !== undefined && end === ")")) return NOTHING;
    const isCaptured = found?.[0] === "(" || name !== undefined;
    if (isCaptured) this.#groups += 1;
    const names = isCaptured ? [String(this.#groups), ...(name === undefined ? [] : [name])] : [];
    const part = depth < DEEPEST ? this.choice(depth + 1) : NOTHING;
    this.#take(")");
    return look === undefined ? { kind: "group", part, names } : { kind: "look", part };
  }

  #take(letter: string): boolean {
    if (!this.#remaining.startsWith(letter)) return false;
    this.#remaining = this.#remaining.slice(letter.length);
    return true;
  }

  /** What a pattern finds at the position where it is read. */
  #match(pattern: RegExp): RegExpExecArray | undefined {
    const found = pattern.exec(this.#remaining);
    if (found === null) return;
    this.#remaining = this.#remaining.slice(found[0].length);
    return found;
  }
}

function countsOf(quantifier: string): { readonly least: number; readonly most: number } {
  const [, from, comma, to] = COUNTS.exec(quantifier) ?? [];
  if (from === undefined) {
    const least = quantifier.startsWith("+") ? 1 : 0;
    return { least, most: quantifier.startsWith("?") ? 1 : Number.POSITIVE_INFINITY };
  }
  const least = Number(from);
  if (comma === "") return { least, most: least };
  return { least, most: to === "" ? Number.POSITIVE_INFINITY : Number(to) };
}

function escaped(letter: string): string {
  return letter.replace(/[\\^$.*+?()[\]{}|/-]/, "\\$&");
}

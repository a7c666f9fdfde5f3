import { isFields } from "#core/json.ts";
import { type Body, isCutOff, type RawCall, Untyped } from "../dialect.ts";
import { parseLenientJson } from "./lenient-json.ts";
import { define } from "./literal.ts";

/** How a dialect writes the arguments of a call in tags. */
export interface TagGrammar {
  /** Beginning of the tag before a value. */
  readonly open: string;
  /** The whole tag, from its beginning; finds the key in group 1 and a hint of the type in group 2. */
  readonly tag: RegExp;
  readonly close: string;
  /** What may follow a value, besides the next one and the end. */
  readonly next: readonly string[];
  /** The tag is so long that it opens a value wherever it stands; else only where a line begins. */
  readonly inLine?: true;
  /** White space around a value is not part of it. */
  readonly stripped?: true;
  /** Turns a value with a type hint into data; without a hint the schema decides. */
  readonly typed?: (text: string, hint: string) => unknown;
}

/**
 * Reads the arguments of one call from tags with raw text between them. Values are not escaped, so a
 * closing tag counts only where another tag or the end follows.
 */
export function readTagged(body: Body, from: number, grammar: TagGrammar): Omit<RawCall, "name"> {
  const reader = new TaggedReader(body.text, grammar);
  const named = reader.read(from);
  if (Object.keys(named).length === 0) return readWithoutTags(body, from);
  return { arguments: unwrap(named), truncated: body.cut && !(body.stopped && reader.closed) };
}

const NAME = /\s*(["']?)([^"'<>\n]{1,128}?)\1\s*>/y;

/** The name of a call at the beginning of a body, up to the end of its tag. */
export function tagName(text: string): { readonly name: string; readonly end: number } | undefined {
  NAME.lastIndex = 0;
  const match = NAME.exec(text);
  return match?.[2] === undefined ? undefined : { name: match[2], end: match[0].length };
}

/** Reads `NAME>` and the arguments behind it. */
export function readNamedTag(body: Body, grammar: TagGrammar): RawCall[] | null {
  const called = tagName(body.text);
  if (called === undefined) return null;
  return [{ name: called.name, ...readTagged(body, called.end, grammar) }];
}

/** Some models write all arguments as one JSON object between the tags. */
function readWithoutTags(body: Body, from: number): Omit<RawCall, "name"> {
  const rest = body.text.slice(from).trim();
  const json = rest.startsWith("{") ? parseLenientJson(rest) : undefined;
  const truncated = isCutOff(body, json);
  return { arguments: json?.value ?? {}, invalid: json?.garbled, truncated };
}

/** `<param name="properties">{…}</param>`: small models copy the schema's frame. */
function unwrap(named: Record<string, unknown>): unknown {
  const [[key, value] = [], ...others] = Object.entries(named);
  if (key !== "properties" && key !== "arguments") return named;
  if (others.length > 0 || !(value instanceof Untyped)) return named;
  const inner = parseLenientJson(value.text)?.value;
  return isFields(inner) ? inner : named;
}

const BLANKS = /(?:\s|\\n)*/y;
const CDATA = "<![CDATA[";
const CDATA_CLOSE = "]]>";

class TaggedReader {
  /** The last value had its closing tag. */
  closed: boolean = true;
  readonly #text: string;
  readonly #grammar: TagGrammar;
  readonly #occurrences: Occurrences;
  #at = 0;
  /** The next closing tag that really closes. */
  #nextClose = -1;

  constructor(text: string, grammar: TagGrammar) {
    this.#text = text;
    this.#grammar = grammar;
    this.#occurrences = new Occurrences(text);
  }

  read(from: number): Record<string, unknown> {
    const { open, tag, stripped, typed } = this.#grammar;
    const named: Record<string, unknown> = {};
    this.#at = from;
    for (;;) {
      const start = this.#occurrences.next(open, this.#at);
      if (start === this.#text.length) return named;
      tag.lastIndex = start;
      const match = tag.exec(this.#text);
      this.#at = start + (match?.[0].length ?? open.length);
      if (match === null) continue;
      const written = this.#value();
      const value = stripped === true ? written.trim() : trimLine(written);
      const hint = match[2];
      const data = hint === undefined ? undefined : typed?.(value, hint);
      define(named, unquote(match[1] ?? ""), data ?? new Untyped(value));
    }
  }

  /** Reads a value up to its closing tag, or to where it must have ended without one. */
  #value(): string {
    const from = this.#at;
    this.closed = true;
    const { close, open, next } = this.#grammar;
    const firstClose = this.#occurrences.next(close, from);
    const cdata = this.#text.startsWith(CDATA, from) ? this.#cdata(from) : undefined;
    if (cdata !== undefined) return cdata;
    const start = this.#grammar.inLine === true ? open : `\n${open}`;
    const nextOpen = this.#occurrences.next(start, from);
    const tagAt = nextOpen + start.length - open.length;
    if (nextOpen < firstClose && this.#isTag(tagAt)) return this.#upTo(tagAt, 0);
    const end = this.#confirmedClose(from);
    if (end < this.#text.length) return this.#upTo(end, close.length);
    const bound = Math.min(
      ...next.map((tag) => this.#occurrences.next(tag, from)),
      this.#text.length,
    );
    this.closed = bound < this.#text.length;
    return this.#upTo(bound, 0);
  }

  #upTo(end: number, closeLength: number): string {
    const value = this.#text.slice(this.#at, end);
    this.#at = end + closeLength;
    return value;
  }

  #cdata(from: number): string | undefined {
    const close = `${CDATA_CLOSE}${this.#grammar.close}`;
    const end = this.#occurrences.next(close, from);
    if (end === this.#text.length) return undefined;
    this.#at = end + close.length;
    return this.#text.slice(from + CDATA.length, end);
  }

  #isTag(at: number): boolean {
    this.#grammar.tag.lastIndex = at;
    return this.#grammar.tag.test(this.#text);
  }

  #confirmedClose(from: number): number {
    if (this.#nextClose >= from) return this.#nextClose;
    const { close } = this.#grammar;
    let at = this.#occurrences.next(close, from);
    while (at < this.#text.length && !this.#isFollowed(at + close.length)) {
      at = this.#occurrences.next(close, at + 1);
    }
    this.#nextClose = at;
    return at;
  }

  #isFollowed(from: number): boolean {
    const { open, next } = this.#grammar;
    BLANKS.lastIndex = from;
    const at = from + (BLANKS.exec(this.#text)?.[0].length ?? 0);
    if (at >= this.#text.length) return true;
    return [open, ...next].some((tag) => this.#text.startsWith(tag, at));
  }
}

/**
 * Templates put a value on lines of its own: exactly one line end on each side is not part of it. Where none stands before
 * it, one behind it is its own.
 */
function trimLine(text: string): string {
  const lines = text.replace(/^\r?\n/, "");
  return lines.length === text.length ? text : lines.replace(/\r?\n$/, "");
}

export function unquote(text: string): string {
  const trimmed = text.trim();
  return /^(["']).*\1$/s.test(trimmed) ? trimmed.slice(1, -1) : trimmed;
}

/**
 * Finds strings in a text again and again from growing positions, in linear time all together:
 * a string that was found far ahead, or not at all, is not looked for again.
 */
class Occurrences {
  readonly #text: string;
  readonly #cached = new Map<string, number>();

  constructor(text: string) {
    this.#text = text;
  }

  /** Index of the next occurrence at or after `from`; the text's length when there is none. */
  next(needle: string, from: number): number {
    const cached = this.#cached.get(needle);
    if (cached !== undefined && cached >= from) return cached;
    const index = this.#text.indexOf(needle, from);
    const found = index < 0 ? this.#text.length : index;
    this.#cached.set(needle, found);
    return found;
  }
}

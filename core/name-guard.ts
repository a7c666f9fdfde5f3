import { foldName } from "./fold-name.ts";
import { fenceAfter } from "./tags.ts";

/** Longest part of a line that is buffered to recognise a code fence; longer lines are none that closes. */
const FENCE_LINE_LENGTH = 80;
/** Longest beginning of a line that is held back to see whether it becomes a name. */
const LONGEST_NAME = 64;
/** The human, whose name is no other word's: `User:` is never a heading about a language or a tool. */
const HUMAN = "user";

const BLANK = "[^\\S\\n\\r]";
/** A quotation, a heading or bold print before a name. Lines that are set in by two are code. */
const LEAD = `${BLANK}?(?:[>*_#]{1,6}${BLANK}?){0,4}`;
const NAME = "\\p{L}[\\p{L}\\p{M}\\p{N}_-]*";
const BETWEEN = `(?:${BLANK}|[*_]){0,8}`;
const COLON = "[:\uff1a\ufe55\u2236\ufe13\ua789\u02d0]";
/** `name: `, `**name:** `, `name :`, `> name\uff1a` at the start of a line. */
const SPEAKER = new RegExp(
  `^${LEAD}(${NAME})${BETWEEN}(?::[*_]{0,3}(?:\\s+|$)|(?!:)${COLON}\\s*)`,
  "u",
);
/** All that a line may be which becomes one of these with what follows. */
const BEGINNING = new RegExp(`^${LEAD}(?:(${NAME})(${BETWEEN}(?::[*_]{0,3})?))?$`, "u");

/**
 * Keeps a persona from speaking for others: cuts its text where a line begins with another speaker's
 * `name:`, and takes its own `name:` off the beginning. Lines inside code fences stay as they are. Names in letters that
 * only look alike count as the name, and the human's also in capitals; `Python:` may be about the language.
 *
 * Feeding a text whole or in any pieces gives the same, joined.
 */
export class NameGuard {
  /** Whose line the persona began to write, once it did; everything behind is dropped. */
  cutAt: string | undefined;
  readonly #self: string;
  readonly #others: readonly string[];
  /** The current line while it may still become a name; `undefined` once that is decided. */
  #held: string | undefined = "";
  #firstLine = true;
  /** The current line so far as it was emitted, no longer than a fence is. */
  #line = "";
  #fence: string | undefined;
  /** The name at the beginning of the current line was removed. */
  #isUnnamed = false as boolean;

  constructor(self: string, others: readonly string[]) {
    this.#self = self;
    this.#others = others;
  }

  push(text: string): string {
    let out = "";
    let from = 0;
    while (from < text.length && this.cutAt === undefined) {
      const newline = text.indexOf("\n", from);
      const end = newline === -1 ? text.length : newline;
      out += this.#piece(text.slice(from, end));
      if (newline !== -1) out += this.#endLine("\n");
      from = newline === -1 ? text.length : newline + 1;
    }
    return out;
  }

  /** What was still held back. */
  end(): string {
    return this.#endLine("");
  }

  #piece(text: string): string {
    if (this.#held === undefined) return this.#show(text);
    this.#held += text;
    return this.#mayBecomeName(this.#held) ? "" : this.#show(this.#decide(this.#held));
  }

  #show(piece: string): string {
    const text = this.#isUnnamed && this.#line === "" ? piece.trimStart() : piece;
    const room = FENCE_LINE_LENGTH - this.#line.length;
    if (room > 0) this.#line += text.slice(0, room);
    this.#firstLine &&= text.trim() === "";
    return text;
  }

  #endLine(newline: string): string {
    const out = this.#held === undefined ? "" : this.#show(this.#decide(this.#held));
    if (this.cutAt !== undefined) return "";
    this.#fence = fenceAfter(this.#line, this.#fence);
    this.#line = "";
    this.#isUnnamed = false;
    this.#held = "";
    return out + newline;
  }

  #decide(line: string): string {
    this.#held = undefined;
    const [prefix = "", name = ""] = (this.#fence === undefined && speakerOf(line)) || [];
    const other = this.#others.find((one) => isName(name, one));
    if (other !== undefined) {
      this.cutAt = other;
      return "";
    }
    this.#isUnnamed = name === this.#self && this.#firstLine;
    return this.#isUnnamed ? line.slice(prefix.length) : line;
  }

  #mayBecomeName(line: string): boolean {
    // Bounded, so that an endless run of spaces is not looked through again with every piece.
    if (this.#fence !== undefined || line.length > LONGEST_NAME) return false;
    // Half of a character may be all that came of it so far.
    const found = BEGINNING.exec(line.replace(/[\ud800-\udbff]$/, ""));
    if (found === null) return false;
    const [, name = "", behind = ""] = found;
    const all = [this.#self, ...this.#others];
    if (behind !== "") return all.some((one) => isName(bare(name), one));
    return all.some((one) => foldName(one).startsWith(foldName(bare(name))));
  }
}

/** Reads the name at the start of a line that a speaker says. */
function speakerOf(line: string): readonly string[] | undefined {
  const [prefix, name] = SPEAKER.exec(line) ?? [];
  if (prefix === undefined || name === undefined) return undefined;
  // A longer one was emitted before its end came, wherever the line came in pieces.
  return prefix.trimEnd().length > LONGEST_NAME ? undefined : [prefix, bare(name)];
}

/** Without the underscores of `__name__`. */
function bare(name: string): string {
  return name.replace(/_+$/, "");
}

function isName(written: string, name: string): boolean {
  if (written === name) return true;
  // In plain letters only the human's name has no other meaning when it is written large.
  const isPlain = /^[\w-]*$/.test(written);
  return foldName(written) === foldName(name) && (name === HUMAN || !isPlain);
}

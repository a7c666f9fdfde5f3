import { fenceAfter } from "./tags.ts";

/** Longest part of a line that is kept to recognise a code fence; longer lines are none that closes. */
const FENCE_LINE_LENGTH = 80;
/** Longest beginning of a line that is held back to see whether it becomes a name. */
const LONGEST_NAME = 64;

/**
 * Keeps a persona from speaking for others: cuts its text where a line begins with another speaker's
 * `name:`, and takes its own `name:` off the beginning. Lines inside code fences are left alone.
 *
 * Feeding a text whole or in any pieces gives the same, joined.
 */
export class NameGuard {
  /** Whose line the persona began to write, once it did; everything behind is dropped. */
  cutAt: string | undefined;
  readonly #self: string;
  /** Everything that the beginning of such a line may look like. */
  readonly #openings: readonly string[];
  readonly #others: readonly string[];
  /** The current line while it may still become a name; `undefined` once that is decided. */
  #held: string | undefined = "";
  #firstLine = true;
  #line = "";
  #fence: string | undefined;

  constructor(self: string, others: readonly string[]) {
    this.#self = self;
    this.#others = others;
    this.#openings = [self, ...others].flatMap((name) => [
      `${name}: `,
      `${name}**: `,
      `${name}:** `,
    ]);
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
    if (this.#line.length < FENCE_LINE_LENGTH) this.#line += text.slice(0, FENCE_LINE_LENGTH);
    if (this.#held === undefined) return text;
    this.#held += text;
    return this.#mayBecomeName(this.#held) ? "" : this.#decide(this.#held);
  }

  #endLine(newline: string): string {
    const out = this.#held === undefined ? "" : this.#decide(this.#held);
    if (this.cutAt !== undefined) return "";
    this.#fence = fenceAfter(this.#line, this.#fence);
    this.#line = "";
    this.#held = "";
    return out + newline;
  }

  #decide(line: string): string {
    this.#held = undefined;
    const [prefix = "", name = ""] = (this.#fence === undefined && speakerOf(line)) || [];
    if (this.#others.includes(name)) {
      this.cutAt = name;
      return "";
    }
    const out = name === this.#self && this.#firstLine ? line.slice(prefix.length) : line;
    if (out.trim() !== "") this.#firstLine = false;
    return out;
  }

  #mayBecomeName(line: string): boolean {
    // Bounded, so that an endless run of spaces is not looked through again with every piece.
    if (this.#fence !== undefined || line.length > LONGEST_NAME) return false;
    const start = line.trimStart().replace(/^\*{1,2}/, "");
    return this.#openings.some((opening) => opening.startsWith(start));
  }
}

/** Reads `name: `, `**name:** ` or `**name**: ` at the start of a line. */
function speakerOf(line: string): readonly string[] | undefined {
  return (
    /^ ?([A-Za-z][\w-]*):(?:\s+|$)/.exec(line) ??
    /^ ?\*\*([A-Za-z][\w-]*)(?::\*\*|\*\*:)(?:\s+|$)/.exec(line) ??
    undefined
  );
}

/** Cuts an answer into blocks while it streams. Feeding it whole or in any pieces gives the same blocks. */

export interface SplitBlock {
  /** `code` is one line of it; `fence` is the line that opens or closes it. */
  readonly kind: "prose" | "code" | "fence";
  readonly text: string;
  /** A blank line stood before it. */
  readonly gap: boolean;
}

/** A block without an end that is longer than this many lines is cut between two of them. */
const MOST_LINES = 24;
/** Characters that Markdown may give a meaning to. */
const MARKUP = /[*_`[\]<~|>\\&#]/;
const LIST_OR_INDENTED = /^(?:\s|[-+]|\d{1,9}[.)])/;
const FENCE = /^( *)(`{3,}|~{3,})([^`]*)$/;

interface Fence {
  readonly mark: string;
  /** Blanks before the fence: so many do not belong to the code. */
  readonly indentation: number;
}

export class BlockSplitter {
  #lines: string[] = [];
  /** The line that has no end yet. */
  #partial = "";
  #plain = true as boolean;
  #fence: Fence | undefined;
  #gap = false as boolean;
  /** The partial line goes on from one whose beginning was taken. */
  #continued = false as boolean;

  /** Whether a line of ours would land in the middle of code. */
  get inCode(): boolean {
    return this.#fence !== undefined;
  }

  /** The line that has no end yet, where it is the whole block and nothing in it is markup. */
  get plainLine(): string | undefined {
    const isPlain = this.#plain && this.#lines.length === 0 && !this.inCode;
    return isPlain && !LIST_OR_INDENTED.test(this.#partial) ? this.#partial : undefined;
  }

  push(text: string): readonly SplitBlock[] {
    const blocks: SplitBlock[] = [];
    const lines = text.split("\n");
    const last = lines.pop() ?? "";
    for (const line of lines) {
      const whole = this.#partial + line;
      this.#partial = "";
      this.#take(whole, blocks);
      this.#plain = true;
    }
    this.#partial += last;
    this.#plain &&= !MARKUP.test(last);
    return blocks;
  }

  /** The answer is over. */
  end(): readonly SplitBlock[] {
    const blocks: SplitBlock[] = [];
    const { inCode } = this;
    if (this.#partial !== "") this.#take(this.#partial, blocks);
    this.#flush(blocks);
    // A fence that was never closed would swallow what others say.
    if (inCode && this.inCode) blocks.push({ kind: "fence", text: "```", gap: false });
    this.#partial = "";
    this.#plain = true;
    this.#fence = undefined;
    this.#gap = false;
    this.#continued = false;
    return blocks;
  }

  /** Takes the beginning of the {@link plainLine}; the rest goes on in a new row. */
  takePlain(length: number): void {
    this.#partial = this.#partial.slice(length);
    this.#continued = true;
  }

  /** Whether a blank line stood before what comes next; asked once. */
  takeGap(): boolean {
    const gap = this.#gap;
    this.#gap = false;
    return gap;
  }

  /** The end of what is not a block yet, at most about so many characters. */
  tail(length: number): string {
    let tail = this.#partial.slice(-length);
    for (let at = this.#lines.length - 1; at >= 0 && tail.length < length; at -= 1) {
      tail = `${this.#lines[at]}\n${tail}`;
    }
    return tail;
  }

  #take(line: string, blocks: SplitBlock[]): void {
    if (this.#fence !== undefined) this.#takeCode(line, this.#fence, blocks);
    else if (line.trim() === "") {
      this.#flush(blocks);
      this.#gap = true;
    } else if (FENCE.test(line)) this.#openFence(line, blocks);
    else {
      this.#lines.push(this.#continued ? escaped(line) : line);
      this.#continued = false;
      if (this.#lines.length >= MOST_LINES && !line.includes("|")) this.#flush(blocks);
    }
  }

  #takeCode(line: string, { mark, indentation }: Fence, blocks: SplitBlock[]): void {
    const closes = line.trim().startsWith(mark) && /^ *[`~]+ *$/.test(line);
    const text = closes ? line.trim() : line.replace(new RegExp(`^ {0,${indentation}}`), "");
    blocks.push({ kind: closes ? "fence" : "code", text, gap: false });
    if (closes) this.#fence = undefined;
  }

  #openFence(line: string, blocks: SplitBlock[]): void {
    this.#flush(blocks);
    const [, indentation = "", mark = ""] = FENCE.exec(line) ?? [];
    this.#fence = { mark, indentation: indentation.length };
    blocks.push({ kind: "fence", text: line.trim(), gap: this.takeGap() });
  }

  #flush(blocks: SplitBlock[]): void {
    if (this.#lines.length === 0) return;
    blocks.push({ kind: "prose", text: this.#lines.join("\n"), gap: this.takeGap() });
    this.#lines = [];
  }
}

/** The rest of a paragraph must not become a list or a heading because of where it was cut. */
function escaped(line: string): string {
  return line.replace(/^[-+=]/, "\\$&").replace(/^(\d{1,9})([.)])/, "$1\\$2");
}

import { headerText } from "#room/event-text.ts";
import type { Style } from "#room/style.ts";
import type { Speaker, TranscriptWriter } from "../block-writer.ts";
import { BlockSplitter, type SplitBlock } from "./block-splitter.ts";
import { prose, verbatim } from "./markdown.ts";
import { wrapLine } from "./wrap.ts";

export interface MarkdownWriterOptions {
  /** Takes whole lines, each once. */
  readonly sink: (text: string) => void;
  readonly style: Style;
  /** Width of a row, as it is now. */
  readonly columns: () => number;
}

/** What has no end yet and therefore stands in the live region. */
export interface Pending {
  readonly text: string;
  readonly code: boolean;
}

/**
 * A plain paragraph is written row by row from this many rows on: no reader wants to wait for its end, and
 * the less lives, the less a smaller window can push out of reach.
 */
const SPILL_ROWS = 3;
/** So many rows of it are kept back. */
const KEPT_ROWS = 1;

/**
 * Writes finished blocks of Markdown one below the other, each under the name of its speaker. What is
 * still growing is only kept: nothing that was written is ever touched again.
 */
export class MarkdownWriter implements TranscriptWriter {
  readonly #options: MarkdownWriterOptions;
  readonly #splitter = new BlockSplitter();
  /** Under whose name the last line stands. */
  #lastSpeaker: string | undefined;
  /** Whose words are being cut into blocks. */
  #speaker: Speaker | undefined;
  /** Lines stand below the name, so that a blank line separates something. */
  #begun = false as boolean;
  #empty = true as boolean;

  constructor(options: MarkdownWriterOptions) {
    this.#options = options;
  }

  get atBoundary(): boolean {
    return !this.#splitter.inCode;
  }

  /** @param length about how many characters of its end are wanted. */
  pending(length: number): Pending {
    return { text: this.#splitter.tail(length), code: this.#splitter.inCode };
  }

  text(speaker: Speaker, piece: string): boolean {
    if (this.#speaker === undefined && piece.trim() === "") return false;
    this.#open(speaker);
    if (speaker.verbatim === true) {
      this.#write(verbatim(piece.replace(/\n+$/, "")));
      return true;
    }
    this.#speaker = speaker;
    for (const block of this.#splitter.push(piece)) this.#block(block);
    this.#spill();
    return true;
  }

  lines(speaker: Speaker, text: string): void {
    this.endText();
    this.#open(speaker);
    this.#write(text);
  }

  aside(text: string): void {
    if (this.#lastSpeaker !== undefined && !this.#empty) this.#write("");
    this.#lastSpeaker = undefined;
    this.#write(text);
  }

  forgetSpeaker(): void {
    this.endText();
    this.#lastSpeaker = undefined;
  }

  endText(): void {
    for (const block of this.#splitter.end()) this.#block(block);
    this.#speaker = undefined;
  }

  #open(speaker: Speaker): void {
    const key = `${speaker.name} ${speaker.about}`;
    if (key === this.#lastSpeaker) return;
    const gap = this.#empty ? "" : "\n";
    this.#write(gap + headerText(speaker.name, speaker.about, this.#options.style));
    this.#lastSpeaker = key;
    this.#begun = false;
  }

  #block({ kind, text, gap }: SplitBlock): void {
    // Another persona may have said something meanwhile.
    if (this.#speaker !== undefined) this.#open(this.#speaker);
    const { style, columns } = this.#options;
    if (gap && this.#begun) this.#write("");
    if (kind === "prose") this.#write(prose(text, { style, columns: columns() }));
    else this.#write(kind === "code" ? verbatim(text) : style("quiet", text));
    this.#begun = true;
  }

  #spill(): void {
    const line = this.#splitter.plainLine;
    const columns = this.#options.columns();
    if (line === undefined || line.length < SPILL_ROWS * columns) return;
    const rows = wrapLine(line, columns).slice(0, -KEPT_ROWS);
    let end = 0;
    for (const row of rows) end = line.indexOf(row, end) + row.length;
    this.#splitter.takePlain(end + (/^ */.exec(line.slice(end))?.[0].length ?? 0));
    if (rows.length === 0) return;
    this.#block({ kind: "code", text: rows.join("\n"), gap: this.#splitter.takeGap() });
  }

  #write(text: string): void {
    this.#options.sink(`${text}\n`);
    this.#empty = false;
  }
}

import { headerText } from "#room/event-text.ts";
import type { Style } from "#room/style.ts";

/** Whose words a block holds. */
export interface Speaker {
  readonly name: string;
  /** Behind the name in the header, for example "· llama3.2". */
  readonly about?: string | undefined;
  /** Shown as it was written: the words of a human are not Markdown. */
  readonly verbatim?: boolean;
}

/** Where a transcript is written, whatever it looks like. */
export type TranscriptWriter = Pick<
  BlockWriter,
  "text" | "lines" | "aside" | "forgetSpeaker" | "endText" | "atBoundary"
>;

/** Marks that only lines of ours may have in the first column. */
const OUR_MARKS = /^(?=[●⚙✔✘])/gm;

/**
 * Writes blocks of text one below the other, each under the name of its speaker. Knows where the last
 * line stands, so that nothing of ours lands in the middle of a persona's sentence.
 */
export class BlockWriter {
  readonly #sink: (text: string) => void;
  readonly #style: Style;
  #speaker: string | undefined;
  #empty = true as boolean;
  #atLineStart = true as boolean;
  /** Line breaks that stand at the end of a text, and count only when more of it comes. */
  #heldBreaks = "";
  /** Blanks before the first word of a text. */
  #lead: string | undefined = "";

  constructor(sink: (text: string) => void, style: Style) {
    this.#sink = sink;
    this.#style = style;
  }

  /** Whether something of ours could be written now without breaking a line. */
  get atBoundary(): boolean {
    return this.#atLineStart || this.#heldBreaks !== "";
  }

  /** Words of a speaker, in pieces as they come. @returns whether anything of them can be read. */
  text(speaker: Speaker, piece: string): boolean {
    const visible = this.#withoutLead(piece);
    if (visible === "") return false;
    this.#open(speaker);
    const body = withoutTrailingBreaks(visible);
    if (body !== "") {
      const opening = this.atBoundary;
      this.#write(this.#heldBreaks + guarded(body, opening));
      this.#heldBreaks = "";
    }
    this.#heldBreaks += visible.slice(body.length);
    return true;
  }

  /** Whole lines of ours in the block of a speaker. */
  lines(speaker: Speaker, text: string): void {
    this.#open(speaker);
    this.endText();
    this.#write(`${text}\n`);
  }

  /** Whole lines of ours that belong to no speaker; the persona that goes on is named again. */
  aside(text: string): void {
    this.endText();
    if (this.#speaker !== undefined && !this.#empty) this.#write("\n");
    this.#speaker = undefined;
    this.#write(`${text}\n`);
  }

  /** A persona has spoken that is not shown here: the next one is named again. */
  forgetSpeaker(): void {
    this.endText();
    this.#speaker = undefined;
  }

  /** Ends the text that was being written; the next begins on a line of its own. */
  endText(): void {
    this.#endLine();
    this.#lead = "";
  }

  #open(speaker: Speaker): void {
    const { name, about } = speaker;
    const key = `${name} ${about}`;
    if (key === this.#speaker) return;
    this.#endLine();
    const gap = this.#empty ? "" : "\n";
    this.#write(`${gap}${headerText(name, about, this.#style)}\n`);
    this.#speaker = key;
  }

  #endLine(): void {
    this.#heldBreaks = "";
    if (!this.#atLineStart) this.#write("\n");
  }

  /** Drops blank lines before the first word, and keeps the indentation of its line. */
  #withoutLead(piece: string): string {
    if (this.#lead === undefined) return piece;
    const first = piece.search(/\S/);
    this.#lead += first < 0 ? piece : piece.slice(0, first);
    if (first < 0) return "";
    const indentation = this.#lead.slice(this.#lead.lastIndexOf("\n") + 1);
    this.#lead = undefined;
    return indentation + piece.slice(first);
  }

  #write(text: string): void {
    this.#sink(text);
    this.#empty = false;
    this.#atLineStart = text.endsWith("\n");
  }
}

function withoutTrailingBreaks(text: string): string {
  let end = text.length;
  while (text[end - 1] === "\n") end -= 1;
  return text.slice(0, end);
}

/** Moves lines that look like ours one column to the right: no model can forge a header or a result. */
function guarded(text: string, atLineStart: boolean): string {
  if (atLineStart) return text.replace(OUR_MARKS, " ");
  const first = text.indexOf("\n") + 1;
  return first === 0 ? text : text.slice(0, first) + text.slice(first).replace(OUR_MARKS, " ");
}

/** How often the same characters must follow each other. */
import { oneRow } from "#core/text/one-row.ts";

const LEAST_TIMES = 20;
/** How long all of them together must be in characters: tables and rows of zeros are shorter. */
const LEAST_LENGTH = 2000;
/** The longest piece that is looked for is a twentieth of it. */
const WINDOW = 4000;
/** After a quarter of that length another look is worth its cost, a few steps for each character of the window. */
const LOOKS = 4;
/** Most of a repeated piece that is quoted. */
const MAX_QUOTED = 40;

/**
 * Notices a model that has got stuck: the end of its text is one piece over and over. Small models do that
 * until their window is full.
 */
export class RepetitionGuard {
  #tail = "";
  /** What came since the last look. */
  #pieces: string[] = [];
  #unseen = 0;
  #repeated: string | undefined;
  readonly #leastLength: number;

  /** @param leastLength how long all repetitions together must be, in characters, at most twice the default. */
  constructor(leastLength: number = LEAST_LENGTH) {
    this.#leastLength = leastLength;
  }

  /** The piece, shortened for the screen; `undefined` while there is none. */
  get repeated(): string | undefined {
    return this.#repeated;
  }

  push(text: string): void {
    this.#pieces.push(text);
    this.#unseen += text.length;
    if (this.#unseen < this.#leastLength / LOOKS) return;
    this.#tail = (this.#tail + this.#pieces.join("")).slice(-WINDOW);
    this.#pieces = [];
    this.#unseen = 0;
    if (this.#tail.length < this.#leastLength) return;
    const period = periodOfEnd(this.#tail, this.#leastLength);
    if (period !== undefined) this.#repeated = displayText(this.#tail.slice(-period));
  }
}

/**
 * @returns the length of the piece that a text ends with often enough.
 *
 * The prefix function of Knuth, Morris and Pratt over the text read backwards: for each length of the end it
 * gives the longest border, and the rest is the shortest period.
 */
function periodOfEnd(text: string, leastLength: number): number | undefined {
  const last = text.length - 1;
  const borders = new Uint16Array(text.length);
  for (let at = 1, border = 0; at <= last; at += 1) {
    const code = text.charCodeAt(last - at);
    while (border > 0 && code !== text.charCodeAt(last - border)) border = borders[border - 1] ?? 0;
    if (code === text.charCodeAt(last - border)) border += 1;
    borders[at] = border;
    const length = at + 1;
    const period = length - border;
    if (length >= leastLength && length >= period * LEAST_TIMES) return period;
  }
  return undefined;
}

function displayText(piece: string): string {
  // Where the end of the text cuts a word, the piece begins in the middle of it.
  const cut = piece.search(/\s/);
  const whole = piece.slice(Math.max(0, cut)) + piece.slice(0, Math.max(0, cut));
  const text = oneRow(whole);
  return text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text;
}

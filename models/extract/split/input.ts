/** The text that is not yet decided, and how far it has been looked at. */
export class Input {
  text = "";
  /** Index of the next character. */
  at = 0;
  /** No more text will come. */
  final: boolean = false;

  push(text: string): void {
    this.text = this.at === this.text.length ? text : this.text.slice(this.at) + text;
    this.at = 0;
  }

  get isEmpty(): boolean {
    return this.at === this.text.length;
  }

  /** Takes the text up to `end`. */
  take(end: number): string {
    const consumed = this.text.slice(this.at, end);
    this.at = end;
    return consumed;
  }

  /** Puts the last consumed text back, to be read again. */
  unread(text: string): void {
    if (text.length <= this.at) {
      // Joining would copy the whole rest, for each of many calls in one chunk.
      this.at -= text.length;
      return;
    }
    this.text = text + this.text.slice(this.at);
    this.at = 0;
  }
}

/** A state of the splitter. */
export interface Mode {
  /**
   * Goes on with the input.
   *
   * @returns the next mode, or `null` when it needs more text, or is through with all of it.
   */
  step(input: Input): Mode | null;
}

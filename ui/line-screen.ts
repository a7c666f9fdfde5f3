import { Frames, type LiveRows } from "./frames.ts";
import type { TerminalOutput } from "./terminal.ts";

/** Shortest time between two frames in milliseconds: 30 a second look alive, more only cost. */
const FRAME_MS = 1000 / 30;
/** For terminals that do not know their size. */
const DEFAULT_COLUMNS = 80;

/**
 * The one writer of a terminal. Text goes above the input line and stays; how the live rows look is
 * asked at each frame. Draws only after {@link append} or {@link invalidate}: an idle screen costs
 * nothing.
 */
export class LineScreen {
  readonly #output: TerminalOutput;
  readonly #live: (columns: number) => LiveRows;
  readonly #frames = new Frames();
  #timer: Timer | undefined;
  #lastFrameAt = Number.NEGATIVE_INFINITY;
  #open = false as boolean;
  /** The terminal takes no more for now. */
  #full = false as boolean;

  constructor(output: TerminalOutput, live: (columns: number) => LiveRows) {
    this.#output = output;
    this.#live = live;
  }

  /** Takes the terminal over, or takes it back after {@link close}. */
  open(): void {
    if (this.#open) return;
    this.#open = true;
    this.#output.on("resize", this.invalidate);
    this.#output.on("drain", this.#drained);
    this.#output.write(this.#frames.enter());
    this.invalidate();
  }

  /** Adds text above the input line. Styled text must come in whole lines. */
  append(text: string): void {
    this.#frames.append(text);
    this.invalidate();
  }

  /** Something that the live rows show has changed. */
  readonly invalidate = (): void => {
    if (!this.#open || this.#full || this.#timer !== undefined) return;
    const waitMs = Math.max(0, this.#lastFrameAt + FRAME_MS - performance.now());
    this.#timer = setTimeout(this.#draw, waitMs);
  };

  /** Gives the terminal back as a shell expects it, with all text on it. May be called twice. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#output.off("resize", this.invalidate);
    this.#output.off("drain", this.#drained);
    this.#output.write(this.#frames.leave());
  }

  readonly #draw = (): void => {
    this.#timer = undefined;
    this.#lastFrameAt = performance.now();
    const columns = Math.max(2, this.#output.columns ?? DEFAULT_COLUMNS);
    const frame = this.#frames.next(this.#live(columns), columns);
    if (frame !== "") this.#full = !this.#output.write(frame);
  };

  readonly #drained = (): void => {
    this.#full = false;
    this.invalidate();
  };
}

import type { TerminalOutput } from "../terminal.ts";
import type { Live, Size } from "./layout.ts";
import { LiveFrames } from "./live-frames.ts";
import { SPINNER_MS } from "./live-lines.ts";

/** Shortest time between two frames in milliseconds: 30 a second look alive, more only cost. */
const FRAME_MS = 1000 / 30;
/**
 * So long after a change of size nothing is drawn, in milliseconds: tmux tells a program of the second of
 * two changes 250 ms after the first, and what is drawn for a size that has passed leaves rows behind.
 */
const SETTLE_MS = 300;
/** For terminals that do not know their size. */
const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;

/**
 * The one writer of a terminal. Text goes above the live rows and stays; how these look is asked at
 * each frame. Draws only after {@link append} or {@link invalidate}, and while something in it moves:
 * an idle screen costs nothing.
 */
export class InlineScreen {
  readonly #output: TerminalOutput;
  readonly #live: (size: Size) => Live;
  readonly #frames = new LiveFrames();
  #timer: Timer | undefined;
  /** When the timer ends, on the clock of `performance.now`. */
  #dueMs = Number.POSITIVE_INFINITY;
  #lastFrameMs = Number.NEGATIVE_INFINITY;
  /** The size that was seen last. */
  #lastSize: Size | undefined;
  /** Before that nothing is drawn, on the clock of `performance.now`. */
  #settledMs = Number.NEGATIVE_INFINITY;
  #open = false as boolean;
  /** The terminal takes no more for now. */
  #full = false as boolean;

  constructor(output: TerminalOutput, live: (size: Size) => Live) {
    this.#output = output;
    this.#live = live;
  }

  get size(): Size {
    const { columns = DEFAULT_COLUMNS, rows = DEFAULT_ROWS } = this.#output;
    // 0: a pseudo-terminal that was never given a size.
    return {
      columns: Math.max(4, columns || DEFAULT_COLUMNS),
      rows: Math.max(2, rows || DEFAULT_ROWS),
    };
  }

  /** Takes the terminal over, or takes it back after {@link close}. */
  open(): void {
    if (this.#open) return;
    this.#open = true;
    // While another program had the terminal its window may have changed; nothing of ours is on it.
    this.#lastSize = undefined;
    this.#output.on("resize", this.invalidate);
    this.#output.on("drain", this.#drained);
    this.#output.write(this.#frames.enter());
    this.invalidate();
  }

  /** Adds whole lines above the live rows. */
  append(text: string): void {
    this.#frames.append(text);
    this.invalidate();
  }

  /** Something that the live rows show has changed. */
  readonly invalidate = (): void => {
    this.#drawAt(Math.max(performance.now(), this.#lastFrameMs + FRAME_MS));
  };

  /** Writes a sequence that shows nothing, between two frames. */
  control(bytes: string): void {
    if (this.#open) this.#output.write(bytes);
  }

  /** Gives the terminal back as a shell expects it, with all text on it. May be called twice. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#cancel();
    this.#output.off("resize", this.invalidate);
    this.#output.off("drain", this.#drained);
    this.#output.write(this.#frames.leave(this.size));
  }

  #drawAt(dueMs: number): void {
    if (!this.#open || this.#full || this.#dueMs <= dueMs) return;
    this.#cancel();
    this.#dueMs = dueMs;
    this.#timer = setTimeout(this.#draw, Math.max(0, dueMs - performance.now()));
  }

  #cancel(): void {
    clearTimeout(this.#timer);
    this.#dueMs = Number.POSITIVE_INFINITY;
  }

  readonly #draw = (): void => {
    this.#dueMs = Number.POSITIVE_INFINITY;
    this.#lastFrameMs = performance.now();
    this.#output._refreshSize?.();
    const { size } = this;
    if (this.#isSettling(size)) return;
    const live = this.#live(size);
    const frame = this.#frames.next(live, size);
    if (frame !== "") this.#full = !this.#output.write(frame);
    if (live.animated) this.#drawAt(this.#lastFrameMs + SPINNER_MS);
  };

  /** Waits until the window has kept its size for a while. */
  #isSettling(size: Size): boolean {
    const nowMs = performance.now();
    const before = this.#lastSize;
    this.#lastSize = size;
    if (before !== undefined && (before.columns !== size.columns || before.rows !== size.rows)) {
      this.#settledMs = nowMs + SETTLE_MS;
    }
    if (nowMs >= this.#settledMs) return false;
    this.#drawAt(this.#settledMs);
    return true;
  }

  readonly #drained = (): void => {
    this.#full = false;
    this.invalidate();
  };
}

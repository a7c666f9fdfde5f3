import { EXIT, explain } from "#core/errors.ts";
import type { Room } from "#room/room.ts";
import { stopAnswering } from "./farewell.ts";
import type { LiveRows } from "./frames.ts";
import { inputRow } from "./input-row.ts";
import { type Key, KeyDecoder, PASTE_LIMIT } from "./keys.ts";
import { type Editor, EMPTY_EDITOR, edit, withText } from "./line-editor.ts";
import { LineScreen } from "./line-screen.ts";
import { promptOf, UNANSWERED } from "./prompt.ts";
import { RoomView } from "./room-view.ts";
import type { SlashSources } from "./slash.ts";
import type { Style } from "./style.ts";
import { takeLine } from "./take-line.ts";
import type { ProcessSignals, TerminalInput, TerminalOutput } from "./terminal.ts";

export interface TerminalRoomOptions {
  /** Leaving stops what is being answered; disposing the room stays with whoever opened it. */
  readonly room: Room;
  readonly input: TerminalInput;
  readonly output: TerminalOutput;
  readonly signals: ProcessSignals;
  readonly sources: SlashSources;
  readonly style: Style;
  /** Said above the prompt as they come: a greeting, a warning about the server. */
  readonly notes?: AsyncIterable<string>;
  /** How long a Ctrl-C on an empty line waits for the second one, in milliseconds. @default 2000 */
  readonly leaveWindowMs?: number;
}

/** After that a lone Esc is a key and not the beginning of a sequence, in milliseconds. */
const ESCAPE_MS = 25;
const LEAVE_WINDOW_MS = 2000;
/** By then a suspended process has stopped, in milliseconds; if it has not, nothing will stop it. */
const SUSPEND_MS = 100;

/**
 * The room on a terminal: what is said scrolls above, the line being written stays below. Returns when
 * the human leaves, with the terminal as it was before.
 *
 * @returns the exit code.
 */
export async function runTerminalRoom(options: TerminalRoomOptions): Promise<number> {
  // Before the first key is taken: the numbers behind /raw go on from there.
  const { length } = await options.sources.rawOutputs();
  return await new TerminalSession(options, length).run();
}

class TerminalSession {
  readonly #options: TerminalRoomOptions;
  readonly #screen: LineScreen;
  readonly #view: RoomView;
  readonly #keys = new KeyDecoder();
  readonly #left = Promise.withResolvers<number>();
  #editor: Editor = EMPTY_EDITOR;
  /** Lines are taken one after the other: one that takes longer must not be overtaken. */
  #taking: Promise<void> = Promise.resolve();
  #escapeTimer: Timer | undefined;
  #suspendTimer: Timer | undefined;
  /** Runs while a second Ctrl-C would leave. */
  #leaveTimer: Timer | undefined;
  /** The terminal may be gone. */
  #hungUp = false as boolean;
  /** Stopping was asked for; another Ctrl-C need not ask again. */
  #stopping = false as boolean;

  constructor(options: TerminalRoomOptions, rawOutputs: number) {
    const { output, style } = options;
    this.#options = options;
    this.#screen = new LineScreen(output, (columns) => this.#live(columns));
    this.#view = new RoomView({ sink: (text) => this.#screen.append(text), style, rawOutputs });
  }

  async run(): Promise<number> {
    using resources = new DisposableStack();
    this.#connect(resources);
    this.#take();
    const { room, notes } = this.#options;
    if (room.unanswered !== undefined) this.#view.say(UNANSWERED);
    if (notes !== undefined) void this.#sayNotes(notes);
    const exit = await this.#left.promise;
    this.#options.input.off("data", this.#onData);
    await stopAnswering(room);
    return exit;
  }

  /** Everything that calls us; the terminal is given back last, whatever happens before. */
  #connect(resources: DisposableStack): void {
    const { room, input, output, signals } = this.#options;
    const hangUp = () => {
      this.#hungUp = true;
      this.#leave(EXIT.terminated);
    };
    const terminate = () => this.#leave(EXIT.terminated);
    resources.defer(this.#giveBack);
    input.on("data", this.#onData);
    // In raw mode Ctrl-D is a key: only a terminal that is gone has an end.
    input.on("end", hangUp);
    // Never taken off: even the last words may meet a terminal that is gone.
    output.on("error", hangUp);
    resources.defer(() => {
      input.off("data", this.#onData);
      input.off("end", hangUp);
      input.pause();
      clearTimeout(this.#escapeTimer);
      clearTimeout(this.#leaveTimer);
      clearTimeout(this.#suspendTimer);
    });
    resources.use(signals.on("SIGINT", () => this.#interrupt()));
    resources.use(signals.on("SIGTERM", terminate));
    resources.use(signals.on("SIGHUP", hangUp));
    resources.use(signals.on("SIGCONT", this.#takeBack));
    resources.use(signals.on("exit", this.#giveBack));
    resources.use(
      room.listen((event) => {
        if (event.type === "turn-start") this.#stopping = false;
        this.#view.take(event);
        this.#screen.invalidate();
      }),
    );
  }

  #take(): void {
    const { input } = this.#options;
    input.setRawMode(true);
    input.resume();
    this.#screen.open();
  }

  readonly #giveBack = (): void => {
    try {
      this.#screen.close();
      this.#options.input.setRawMode(false);
    } catch (error) {
      // EIO: the terminal is gone, there is nothing to give back.
      if (!this.#hungUp) throw error;
    }
  };

  /** After a stop the shell has had the terminal, and nobody knows what it did with it. */
  readonly #takeBack = (): void => {
    this.#giveBack();
    this.#take();
  };

  #suspend(): void {
    this.#giveBack();
    this.#options.signals.suspend();
    // Without a shell that could wake us up again the signal is ignored, and we go on.
    this.#suspendTimer = setTimeout(() => this.#take(), SUSPEND_MS);
  }

  async #sayNotes(notes: AsyncIterable<string>): Promise<void> {
    try {
      for await (const note of notes) this.#view.say(this.#clean(note));
    } catch (error) {
      this.#view.say(this.#clean(explain(error)));
    }
  }

  readonly #onData = (chunk: Uint8Array): void => {
    clearTimeout(this.#escapeTimer);
    for (const key of this.#keys.push(chunk)) this.#onKey(key);
    if (!this.#keys.pending) return;
    this.#escapeTimer = setTimeout(() => {
      for (const key of this.#keys.flush()) this.#onKey(key);
    }, ESCAPE_MS);
  };

  #onKey(key: Key): void {
    this.#screen.invalidate();
    if (key.type === "press" && key.name === "escape") this.#stop();
    if (key.type === "press" && key.name === "interrupt") this.#interrupt();
    if (key.type === "press" && key.name === "suspend") this.#suspend();
    if (key.type === "paste" && key.dropped > 0) {
      this.#view.say(
        `The paste was cut after ${PASTE_LIMIT} characters; ${key.dropped} more were left out.`,
      );
    }
    const { editor, action } = edit(this.#editor, key);
    this.#editor = editor;
    if (action?.type === "end") this.#leave(EXIT.done);
    if (action?.type === "send") this.#send(action.text);
  }

  #stop(): void {
    this.#stopping = this.#options.room.stop();
  }

  /** Ctrl-C: one step back at a time, and never out of the room by accident. */
  #interrupt(): void {
    if (this.#editor.text !== "") {
      this.#editor = withText(this.#editor, "");
    } else if (this.#options.room.busy && !this.#stopping) {
      this.#stop();
    } else if (this.#leaveTimer !== undefined) {
      this.#leave(EXIT.interrupted);
    } else {
      this.#leaveTimer = setTimeout(() => {
        this.#leaveTimer = undefined;
        this.#screen.invalidate();
      }, this.#options.leaveWindowMs ?? LEAVE_WINDOW_MS);
    }
    this.#screen.invalidate();
  }

  #send(text: string): void {
    this.#taking = this.#taking.then(() => this.#takeLine(text));
  }

  async #takeLine(text: string): Promise<void> {
    const { room, sources } = this.#options;
    try {
      const { text: said, done, leave } = await takeLine(text, { room, sources });
      if (said !== undefined) this.#view.say(said);
      if (leave === true) this.#leave(EXIT.done);
      done?.catch(this.#showError);
    } catch (error) {
      this.#showError(error);
      // Nothing is lost: neither this line nor the one that was begun meanwhile.
      const begun = this.#editor.text;
      this.#editor = withText(this.#editor, begun === "" ? text : `${text}\n${begun}`);
    }
    this.#screen.invalidate();
  }

  readonly #showError = (error: unknown): void => {
    this.#view.say(this.#options.style("bad", this.#clean(explain(error))));
  };

  #clean(text: string): string {
    return this.#options.room.cleaner.clean(text);
  }

  #leave(exit: number): void {
    this.#left.resolve(exit);
  }

  #live(columns: number): LiveRows {
    const { room, style } = this.#options;
    const { text, cursor } = this.#editor;
    const status = this.#view.activity;
    const asksToLeave = this.#leaveTimer !== undefined && text === "";
    const line = asksToLeave
      ? { prompt: "", text: "Press Ctrl-C again to leave.", cursor: 0 }
      : { prompt: promptOf(room), text, cursor };
    return {
      status: status === "" ? "" : style("quiet", status),
      input: inputRow(line, columns),
    };
  }
}

import { EXIT } from "#core/error-codes.ts";
import { exitCodeOf, explain } from "#core/errors.ts";
import type { RoomEvent } from "#core/events.ts";
import type { RoomClient } from "#room/room-client.ts";
import type { Style } from "#room/style.ts";
import { answersFirst } from "./answers-first.ts";
import { handleMessage } from "./handle-message.ts";
import { exitCodeOfEvent } from "./outcome.ts";
import { promptOf, UNANSWERED } from "./prompt.ts";
import { RoomView } from "./room-view.ts";
import type { SlashSources } from "./slash-command.ts";
import { stopAnswering } from "./stop-answering.ts";
import type { ProcessSignals } from "./terminal.ts";

export interface PlainRoomOptions {
  readonly room: RoomClient;
  /** The human's lines, without their line ends. */
  readonly lines: AsyncIterable<string>;
  readonly write: (text: string) => void;
  readonly signals: ProcessSignals;
  readonly sources: SlashSources;
  readonly style: Style;
  /**
   * A human sits there: lines are asked for with a prompt, are echoed by the terminal, and a failed
   * turn is not a failure of the program.
   */
  readonly interactive: boolean;
  /** Said first, and between the answers as they come. */
  readonly notes?: AsyncIterable<string>;
}

/**
 * The room as text that only grows: for screen readers, dumb terminals and pipes. Lines are answered
 * one after the other, each to its end, until the input ends.
 *
 * @returns the exit code: without a user, that of the first failure.
 */
export async function runPlainRoom(options: PlainRoomOptions): Promise<number> {
  const { length } = await options.sources.rawOutputs();
  return await new PlainSession(options, length).run();
}

class PlainSession {
  readonly #options: PlainRoomOptions;
  readonly #view: RoomView;
  readonly #exitStatus = Promise.withResolvers<number>();
  /** The first failure. */
  #exit: number = EXIT.done;
  /** The line that is being taken: a terminal has echoed it already. */
  #line: string | undefined;
  /** The cursor stands behind a prompt. */
  #prompted = false as boolean;
  /** No further line is taken. */
  #leaving = false as boolean;
  /** Stopping was asked for; another Ctrl-C leaves. */
  #stopping = false as boolean;

  constructor(options: PlainRoomOptions, rawOutputs: number) {
    const { style, interactive } = options;
    this.#options = options;
    this.#view = new RoomView({
      sink: (text) => this.#write(text),
      style,
      rawOutputs,
      isEchoed: ({ text }) => interactive && text === this.#line,
    });
  }

  async run(): Promise<number> {
    const { room, signals, notes, interactive } = this.#options;
    using resources = new DisposableStack();
    resources.use(room.listen((event) => this.#view.take(event)));
    resources.use(signals.on("SIGINT", () => this.#interrupt()));
    for (const signal of ["SIGTERM", "SIGHUP"] as const) {
      resources.use(signals.on(signal, () => this.#leave(EXIT.terminated)));
    }
    if (room.unanswered !== undefined) this.#view.say(UNANSWERED);
    if (notes !== undefined) void this.#sayNotes(notes);
    const answered = this.#answerAll().then(() => (interactive ? EXIT.done : this.#exit));
    const exit = await Promise.race([answered, this.#exitStatus.promise]);
    await stopAnswering(room);
    return exit;
  }

  async #answerAll(): Promise<void> {
    this.#prompt();
    const { lines, interactive } = this.#options;
    // Piped lines were written before anybody could read the question.
    const messages = interactive ? answersFirst(lines, (line) => this.#takeAnswer(line)) : lines;
    for await (const line of messages) {
      if (this.#leaving) return;
      this.#prompted = false;
      this.#stopping = false;
      if ((await this.#answer(line)) || this.#leaving) return;
      this.#prompt();
    }
  }

  /** @returns whether the human wants to leave. */
  async #answer(line: string): Promise<boolean> {
    const { room, sources } = this.#options;
    const listener = (event: RoomEvent) => this.#fail(exitCodeOfEvent(event));
    this.#line = line;
    try {
      const say = (message: string) => this.#view.say(message);
      const outcome = await handleMessage(line, { room, sources, listener, say });
      const { text = "", done, leave = false } = outcome;
      this.#view.say(text);
      await done;
      return leave;
    } catch (error) {
      this.#showError(error);
      this.#fail(exitCodeOf(error));
      return false;
    } finally {
      this.#line = undefined;
    }
  }

  async #takeAnswer(line: string): Promise<void> {
    const { room, sources } = this.#options;
    try {
      const { text = "" } = await handleMessage(line, { room, sources });
      this.#view.say(text);
    } catch (error) {
      this.#showError(error);
    }
  }

  async #sayNotes(notes: AsyncIterable<string>): Promise<void> {
    try {
      for await (const note of notes) this.#view.say(this.#clean(note));
    } catch (error) {
      this.#showError(error);
    }
  }

  #showError(error: unknown): void {
    this.#view.say(this.#options.style("bad", this.#clean(explain(error))));
  }

  #clean(text: string): string {
    return this.#options.room.cleaner.clean(text);
  }

  #fail(exit: number): void {
    if (this.#exit === EXIT.done) this.#exit = exit;
  }

  #interrupt(): void {
    const { room, interactive } = this.#options;
    if (!interactive || this.#stopping || !room.stop()) this.#leave(EXIT.interrupted);
    else this.#stopping = true;
  }

  #leave(exit: number): void {
    this.#leaving = true;
    this.#exitStatus.resolve(exit);
  }

  #prompt(): void {
    if (!this.#options.interactive) return;
    this.#write(promptOf(this.#options.room));
    this.#prompted = true;
  }

  #write(text: string): void {
    // What comes from elsewhere while the human is asked begins on a line of its own.
    this.#options.write(this.#prompted ? `\n${text}` : text);
    this.#prompted = false;
  }
}

import { EXIT } from "#core/error-codes.ts";
import { explain } from "#core/errors.ts";
import type { RoomEvent } from "#core/events.ts";
import type { RoomClient } from "#room/room-client.ts";
import type { Style } from "#room/style.ts";
import { handleMessage } from "../handle-message.ts";
import { type Key, PASTE_LIMIT } from "../keys.ts";
import { withText } from "../line-editor.ts";
import { UNANSWERED } from "../prompt.ts";
import { isSlashCommand } from "../slash.ts";
import type { SlashSources } from "../slash-command.ts";
import { stopAnswering } from "../stop-answering.ts";
import type { ProcessSignals, TerminalInput, TerminalOutput } from "../terminal.ts";
import type { Completed } from "./completion.ts";
import { type Composer, type ComposerAction, compose, newComposer } from "./composer.ts";
import { HeldTerminal } from "./held-terminal.ts";
import { copyBlock, type HumanTools, tryCompletion } from "./human-tools.ts";
import { InlineScreen } from "./inline-screen.ts";
import { type LiveState, layout } from "./layout.ts";
import { RoomDisplay } from "./room-display.ts";

export interface InlineRoomOptions {
  /** Leaving stops what is being answered; disposing the room stays with its opener. */
  readonly room: RoomClient;
  readonly input: TerminalInput;
  readonly output: TerminalOutput;
  readonly signals: ProcessSignals;
  readonly sources: SlashSources;
  readonly style: Style;
  readonly tools: HumanTools;
  /** Lines that were sent before, oldest first. */
  readonly history?: readonly string[];
  /** What stands in the line at first. @default nothing */
  readonly unsent?: string;
  /** Name of the repository that the room works on. @default none */
  readonly project?: string | undefined;
  /** Names the candidate of it that waits for a promotion, cleaned; asked for each row. @default none */
  readonly candidate?: (() => string | undefined) | undefined;
  /** Said above the prompt as they come: a greeting, a warning about the server. */
  readonly notes?: AsyncIterable<string>;
  /** Told whenever a line was taken and answered to its end, however that was. */
  readonly onAnswered?: () => void;
  /** How long a Ctrl-C on an empty line waits for the second one, in milliseconds. @default 2000 */
  readonly leaveWindowMs?: number;
}

const LEAVE_WINDOW_MS = 2000;

/**
 * The room on a terminal: what is finished scrolls above and is never touched again; below it live the
 * rows of what is going on, and the line being written. Returns when the human leaves, with the
 * terminal as it was before.
 *
 * @returns the exit code.
 */
export async function runInlineRoom(options: InlineRoomOptions): Promise<number> {
  // Before the first key is taken: the numbers behind /raw go on from there.
  const { length } = await options.sources.rawOutputs();
  return await new InlineSession(options, length).run();
}

class InlineSession {
  readonly #options: InlineRoomOptions;
  readonly #screen: InlineScreen;
  readonly #display: RoomDisplay;
  /** From the beginning of {@link run}. */
  #terminal: HeldTerminal | undefined;
  readonly #exitStatus = Promise.withResolvers<number>();
  #composer: Composer;
  /** About the key that was pressed last. */
  #hint = "";
  /** Lines are taken one after the other: one that takes longer must not be overtaken. */
  #taking: Promise<void> = Promise.resolve();
  /** Runs while a second Ctrl-C would leave. */
  #leaveTimer: Timer | undefined;
  /** Stopping was asked for; another Ctrl-C need not ask again. */
  #stopping = false as boolean;

  constructor(options: InlineRoomOptions, rawOutputs: number) {
    const { room, output, style, history, unsent, project, candidate } = options;
    this.#options = options;
    this.#composer = newComposer(history, unsent);
    this.#screen = new InlineScreen(output, (size) => layout(this.#state(), size));
    this.#display = new RoomDisplay({
      room,
      style,
      rawOutputs,
      sink: (text) => this.#screen.append(text),
      columns: () => this.#screen.size.columns - 1,
      project,
      candidate,
    });
  }

  async run(): Promise<number> {
    using resources = new DisposableStack();
    this.#connect(resources);
    this.#terminal?.take();
    const { room, notes } = this.#options;
    if (room.unanswered !== undefined) this.#display.say(UNANSWERED);
    if (notes !== undefined) void this.#sayNotes(notes);
    const exit = await this.#exitStatus.promise;
    this.#terminal?.stopReading();
    await stopAnswering(room);
    return exit;
  }

  /** Everything that calls us; the terminal is given back last, whatever happens before. */
  #connect(resources: DisposableStack): void {
    const { room, input, output, signals } = this.#options;
    const terminate = () => this.#leave(EXIT.terminated);
    const terminal = new HeldTerminal({
      ...{ input, output, signals, screen: this.#screen },
      onKey: (key) => this.#onKey(key),
      onHangUp: terminate,
    });
    this.#terminal = resources.use(terminal);
    resources.defer(() => clearTimeout(this.#leaveTimer));
    // An editor that has the terminal shares its Ctrl-C with us.
    resources.use(signals.on("SIGINT", () => terminal.isLent || this.#interrupt()));
    resources.use(signals.on("SIGTERM", terminate));
    // The terminal comes back first, and then the caller hears of the bug.
    resources.use(signals.on("uncaughtException", (error) => this.#exitStatus.reject(error)));
    resources.use(signals.on("unhandledRejection", (error) => this.#exitStatus.reject(error)));
    resources.use(room.listen(this.#onEvent));
  }

  readonly #onEvent = (event: RoomEvent): void => {
    if (event.type === "turn-start") this.#stopping = false;
    this.#display.take(event);
    this.#screen.invalidate();
  };

  async #sayNotes(notes: AsyncIterable<string>): Promise<void> {
    try {
      for await (const note of notes) this.#display.say(note);
    } catch (error) {
      this.#showError(error);
    }
  }

  #onKey(key: Key): void {
    this.#screen.invalidate();
    this.#hint = "";
    if (key.type === "paste" && key.dropped > 0) {
      this.#display.say(
        `The paste was cut after ${PASTE_LIMIT} characters; ${key.dropped} more were left out.`,
      );
    }
    const { composer, action } = compose(this.#composer, key);
    this.#composer = composer;
    if (action !== undefined) this.#act(action);
  }

  #act(action: ComposerAction): void {
    switch (action.type) {
      case "send":
        this.#taking = this.#taking.then(() => this.#handleMessage(action.text));
        break;
      case "end":
        this.#leave(EXIT.done);
        break;
      case "stop":
        this.#stop();
        break;
      case "interrupt":
        this.#interrupt();
        break;
      case "suspend":
        this.#terminal?.suspend();
        break;
      case "complete":
        this.#complete();
        break;
      default:
        void this.#editOutside().catch(this.#showError);
    }
  }

  #stop(): void {
    this.#stopping = this.#options.room.stop();
  }

  /** Ctrl-C: one step back at a time, and never out of the room by accident. */
  #interrupt(): void {
    if (this.#composer.editor.text !== "") {
      this.#write("");
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

  #complete(): void {
    const { editor } = this.#composer;
    const completed = tryCompletion(editor, this.#options);
    if (!(completed instanceof Promise)) {
      this.#completed(completed);
      return;
    }
    void completed.then((later) => {
      // A user who typed on meanwhile has made up their mind.
      if (this.#composer.editor === editor) this.#completed(later);
    }, this.#showError);
  }

  #completed({ editor, hint }: Completed): void {
    this.#composer = { editor };
    this.#hint = hint;
    this.#screen.invalidate();
  }

  async #editOutside(): Promise<void> {
    const { tools } = this.#options;
    const edit = () => tools.edit(this.#composer.editor.text);
    const text = await this.#terminal?.lend(edit);
    if (text !== undefined) this.#write(text);
  }

  async #handleMessage(text: string): Promise<void> {
    const { room, sources, tools } = this.#options;
    const control = (bytes: string) => this.#screen.control(bytes);
    const copy = (nth: number) => copyBlock(this.#display.blocks.last(nth), tools, control);
    const listener = (event: RoomEvent) => this.#display.takeOutput(event);
    try {
      const say = (message: string) => {
        this.#display.say(message);
        this.#screen.invalidate();
      };
      const outcome = await handleMessage(text, { room, sources, copy, listener, say });
      const { text: reply = "", isList, done, leave } = outcome;
      if (isList === true) this.#display.list(reply);
      else if (reply !== "") this.#display.say(reply);
      if (leave === true) this.#leave(EXIT.done);
      void Promise.resolve(done).catch(this.#showError).finally(this.#options.onAnswered);
    } catch (error) {
      this.#showError(error);
      this.#giveBack(text);
      this.#options.onAnswered?.();
    }
    this.#screen.invalidate();
  }

  /** Nothing is lost: neither a line that was not sent nor the one that was begun meanwhile. */
  #giveBack(text: string): void {
    if (isSlashCommand(text)) {
      // What is typed next is rarely that command: it must not become its operand.
      this.#hint = "↑ brings the command back.";
      return;
    }
    const begun = this.#composer.editor.text;
    this.#write(begun === "" ? text : `${text}\n${begun}`);
  }

  #write(text: string): void {
    this.#composer = { editor: withText(this.#composer.editor, text) };
  }

  readonly #showError = (error: unknown): void => {
    this.#display.say(explain(error), "bad");
  };

  #leave(exit: number): void {
    this.#exitStatus.resolve(exit);
  }

  #state(): LiveState {
    const leaves = this.#leaveTimer !== undefined && this.#composer.editor.text === "";
    const hint = leaves ? "Press Ctrl-C again to leave." : this.#hint;
    return this.#display.state(this.#composer, hint);
  }
}

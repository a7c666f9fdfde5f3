/** `org demo` on whatever this process is connected to: the usual room, and a human who types by script. */
import { AsyncQueue } from "#core/async-queue.ts";
import { OrgError } from "#core/errors.ts";
import type { RoomEvent } from "#core/events.ts";
import type { Room } from "#room/room.ts";
import { ANSI, PLAIN } from "#room/style.ts";
import type { Desktop } from "../desktop.ts";
import { humanTools } from "../inline/human-tools.ts";
import { runInlineRoom } from "../inline/inline-room.ts";
import { runPlainRoom } from "../plain-room.ts";
import { isSlashCommand } from "../slash.ts";
import type { RunningCommand, SlashSources } from "../slash-command.ts";
import { type ProcessSignals, signalsOf } from "../terminal.ts";
import { demoFailed } from "./demo-failed.ts";
import { type InputDriver, Keyboard, TypedLines } from "./input-driver.ts";
import { type Pace, pause } from "./pace.ts";
import type { Scene } from "./scenes.ts";

export interface ShowDemoOptions {
  readonly room: Room;
  readonly sources: SlashSources;
  readonly process: NodeJS.Process;
  /** Takes the text of the plain room. */
  readonly write: (text: string) => void;
  /** Append-only output was asked for. */
  readonly plain: boolean;
  readonly term: string | undefined;
  readonly colour: boolean;
  readonly desktop: Desktop;
  /** Said first. */
  readonly welcome: string;
  readonly scenes: readonly Scene[];
  readonly pace: Pace;
  /** Name of the newest candidate. */
  readonly candidate: () => Promise<string>;
  /** Ends it, and the commands that run in it, from outside and from within. */
  readonly stop: AbortController;
}

/**
 * Returns when the terminal is as it was before.
 *
 * @returns whether it came to its end; else it was stopped.
 * @throws {OrgError} `DEMO_FAILED` with what went wrong first.
 */
export async function showDemo(options: ShowDemoOptions): Promise<boolean> {
  const { room, process, plain, term } = options;
  const { signal } = options.stop;
  const stop = (): void => options.stop.abort(new Error("the demo was stopped"));
  const watch = new Watch(options.sources, signal);
  using _events = room.listen(watch.take);
  const notes = new AsyncQueue<string>();
  const shared = { room, signals: signalsOf(process), sources: watch.sources, notes };
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY && !plain && term !== "dumb";
  using keyboard = isTerminal ? new Keyboard(process.stdin, stop) : undefined;
  const feed = new TypedLines();
  const played = perform({ ...options, driver: keyboard ?? feed, notes, watch, signal });
  const ended = played.then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  await (keyboard === undefined
    ? showPlain(feed, shared, options)
    : onTerminal(keyboard, shared, options));
  // The user who ended the room first has stopped the demo.
  stop();
  const failure = await ended;
  await watch.commandsEnded;
  if (failure === undefined) return true;
  if (failure.error instanceof OrgError) throw failure.error;
  return false;
}

interface Shared {
  readonly room: Room;
  readonly signals: ProcessSignals;
  readonly sources: SlashSources;
  readonly notes: AsyncIterable<string>;
}

async function showPlain(
  lines: TypedLines,
  shared: Shared,
  { write }: ShowDemoOptions,
): Promise<void> {
  await runPlainRoom({ ...shared, lines, write, style: PLAIN, interactive: false });
}

async function onTerminal(
  keyboard: Keyboard,
  shared: Shared,
  { process, desktop, colour }: ShowDemoOptions,
): Promise<void> {
  const tools = humanTools(desktop, process.cwd());
  const style = colour ? ANSI : PLAIN;
  const screen = { input: keyboard, output: process.stdout, onAnswered: keyboard.answered };
  await runInlineRoom({ ...shared, ...screen, style, tools });
}

interface Performance extends Pick<ShowDemoOptions, "welcome" | "scenes" | "pace" | "candidate"> {
  readonly driver: InputDriver;
  readonly notes: AsyncQueue<string>;
  readonly watch: Watch;
  readonly signal: AbortSignal;
}

async function perform(performance: Performance): Promise<void> {
  const { driver, notes, watch, welcome, scenes, pace, candidate, signal } = performance;
  const tell = async (text: string): Promise<void> => {
    notes.push(text);
    await pause(text.length * pace.readMs, signal);
  };
  /** Lines that were not sent yet. */
  const remaining = scenes.map(({ line }) => line);
  try {
    await tell(welcome);
    // Words of ours stand close together; those of a persona end with an empty line by themselves.
    let gap = "\n";
    for (const { note, line } of scenes) {
      await pause(pace.restMs, signal);
      await tell(`${gap}▸ ${note}`);
      gap = isSlashCommand(line) ? "\n" : "";
      const typed = line.includes("{candidate}")
        ? line.replace("{candidate}", await candidate())
        : line;
      // What is said in the room is shown by the room.
      const onSent = (): void => {
        remaining.shift();
        if (isSlashCommand(typed)) notes.push(`> ${typed}`);
      };
      await driver.send(typed, { pace, signal, onSent });
      watch.throwIfFailed();
    }
  } catch (error) {
    // The last line leaves the room, and nothing waits for an answer there.
    if (error !== signal.reason || remaining.length > 0) throw error;
  } finally {
    driver.leave();
  }
}

/** Sees what goes wrong: after that the words would be about something that did not happen. */
class Watch {
  readonly sources: SlashSources;
  /** Resolves when the command that runs has ended, however. */
  commandsEnded: Promise<unknown> = Promise.resolve();
  #failure: unknown;

  readonly #signal: AbortSignal;

  constructor(sources: SlashSources, signal: AbortSignal) {
    this.#signal = signal;
    this.sources = { ...sources, runCommand: (args, how) => this.#run(sources, args, how) };
  }

  readonly take = (event: RoomEvent): void => {
    if (event.type === "tool-result" && !event.ok)
      this.#failure ??= `the tool ${event.name} failed`;
    if (event.type === "turn-end" && event.reason !== "complete") {
      this.#failure ??= `${event.persona} has not answered: ${event.why ?? event.reason}`;
    }
  };

  throwIfFailed(): void {
    if (this.#failure === undefined) return;
    // Who stops the demo stops an answer, which is not a failure.
    this.#signal.throwIfAborted();
    throw demoFailed(this.#failure);
  }

  async #run(
    { runCommand }: SlashSources,
    args: readonly string[],
    how: RunningCommand | undefined,
  ): Promise<string> {
    try {
      const running = runCommand(args, how);
      this.commandsEnded = Promise.allSettled([running]);
      return await running;
    } catch (error) {
      if (this.#signal.aborted || how?.signal.aborted === true) return "It was stopped.";
      this.#failure ??= error;
      throw error;
    }
  }
}

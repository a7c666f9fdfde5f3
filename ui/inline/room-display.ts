import type { RoomEvent } from "#core/events.ts";
import { formatMode } from "#core/mode.ts";
import { ANY_MODEL } from "#core/model-facts.ts";
import { oneLine } from "#room/event-text.ts";
import type { RoomClient } from "#room/room-client.ts";
import type { Style, Tone } from "#room/style.ts";
import { promptOf } from "../prompt.ts";
import { RoomView } from "../room-view.ts";
import { Activity } from "./activity.ts";
import { type Composer, searchHint } from "./composer.ts";
import { CopiedBlocks } from "./copied-blocks.ts";
import type { LiveState } from "./layout.ts";
import { MarkdownWriter } from "./markdown-writer.ts";
import { callLabel, outputText, ToolPieces } from "./tool-pieces.ts";
import { wrapRows } from "./wrap.ts";

export interface RoomDisplayOptions {
  readonly room: RoomClient;
  readonly style: Style;
  /** How many tool outputs the room had before. */
  readonly rawOutputs: number;
  /** Takes whole finished lines, each once. */
  readonly sink: (text: string) => void;
  /** Width of a row, as it is now. */
  readonly columns: () => number;
  /** Name of the repository that the room works on. @default none */
  readonly project?: string | undefined;
  /** Names the candidate of it that waits for a promotion, cleaned; asked for each row. @default none */
  readonly candidate?: (() => string | undefined) | undefined;
}

/** So much of a growing block can be seen at most, in UTF-16 code units. */
const PENDING_LENGTH = 2001;

/** What a room looks like: the transcript as it grows, and the state of the rows below it. */
export class RoomDisplay {
  readonly blocks: CopiedBlocks = new CopiedBlocks();
  readonly #options: RoomDisplayOptions;
  readonly #writer: MarkdownWriter;
  readonly #view: RoomView;
  readonly #activity: Activity;
  /** As it was when a turn ended last: it stands in a database. */
  #budget: string | undefined;

  constructor(options: RoomDisplayOptions) {
    const { room, style, sink, columns, rawOutputs } = options;
    const pieces = new ToolPieces(style);
    this.#options = options;
    this.#writer = new MarkdownWriter({ sink, style, columns });
    this.#view = new RoomView({
      sink,
      style,
      rawOutputs,
      writer: this.#writer,
      describe: (event, raw) => pieces.pieceOf(event, raw),
    });
    this.#activity = new Activity(contextOf(room), callLabel);
    this.#budget = budgetOf(room);
  }

  take(event: RoomEvent): void {
    this.blocks.take(event);
    this.#activity.take(event, performance.now());
    if (event.type === "turn-end") this.#budget = budgetOf(this.#options.room);
    // The newest step stands beside its call; what failed stays in the transcript.
    if (event.type === "notice" && event.step !== undefined) return;
    this.#view.take(event);
  }

  /** The same events once more, with what only the caller may see: the output of tools. */
  takeOutput(event: RoomEvent): void {
    if (event.type !== "tool-result") return;
    const { room, style } = this.#options;
    const { output = "" } = event;
    const text = outputText({ ...event, output: room.cleaner.clean(output) }, style);
    if (text !== "") this.#view.addLines(event.turn, text);
  }

  /** Rows of ours between the blocks, folded between words. */
  list(text: string): void {
    this.say(wrapRows(text, this.#options.columns()));
  }

  /** Words of ours between the blocks. */
  say(text: string, tone?: Tone): void {
    const { room, style } = this.#options;
    const clean = room.cleaner.clean(text);
    this.#view.say(tone === undefined ? clean : style(tone, clean));
  }

  /** @param hint about the keys just pressed; a search has words of its own. */
  state(composer: Composer, hint: string): LiveState {
    const { room, style, project, candidate } = this.#options;
    const { text, cursor } = composer.editor;
    return {
      nowMs: performance.now(),
      style,
      pending: this.#writer.pending(PENDING_LENGTH),
      turns: this.#activity.turns,
      foreground: this.#view.foreground,
      questions: room.approvals.waiting.map(
        ({ id, persona, call }) =>
          `? ${persona} wants to run ${oneLine(call.name, 40)} · /approve ${id} or /deny ${id}`,
      ),
      hint: composer.search === undefined ? hint : searchHint(composer),
      status: {
        project,
        candidate: candidate?.(),
        mode: formatMode(room.mode),
        context: this.#activity.context,
        budget: this.#budget,
      },
      input: { prompt: promptOf(room), text, cursor },
    };
  }
}

/** "budget of this day 42 %", of the persona that would answer next. */
function budgetOf(room: RoomClient): string | undefined {
  const [tightest] = room.budgetsOf(room.nextSpeakers[0] ?? "");
  return tightest && `${tightest.name.replace(/^the /, "")} ${tightest.percent} %`;
}

/** Before any persona has spoken: the model of the persona that would answer. */
function contextOf({ models, nextSpeakers }: RoomClient): Activity["context"] {
  const next = models.find(({ persona }) => persona.id === nextSpeakers[0]) ?? models[0];
  // Without a name of its own it is the first model of a server that was not asked yet.
  const hasModel = next !== undefined && next.name !== ANY_MODEL;
  const windowTokens = hasModel ? next.windowTokens : 0;
  return { model: next?.name ?? "", usedTokens: undefined, windowTokens };
}

import type { HumanMessage, RoomEvent } from "#core/events.ts";
import { sanitize } from "#core/sanitize.ts";
import { approvalText } from "#room/approval-text.ts";
import { lineText, noticeText, phaseText } from "#room/event-text.ts";
import type { Style } from "#room/style.ts";
import { BlockWriter, type Speaker, type TranscriptWriter } from "./block-writer.ts";
import { isReadable, type Piece, pieceOf, type TurnEvent, withoutLastText } from "./turn-piece.ts";

export interface RoomViewOptions {
  /** Where the text goes; every piece is written once and never erased. */
  readonly sink: (text: string) => void;
  readonly style: Style;
  /** How many tool outputs the room had before: `/raw` counts from its beginning. */
  readonly rawOutputs: number;
  /** Whether a line of the human stands on the screen already, because a terminal echoed it. */
  readonly isEchoed?: (message: HumanMessage) => boolean;
  /** How blocks look. @default as plain text that grows word by word */
  readonly writer?: TranscriptWriter;
  /** What an event adds to its block. @default {@link pieceOf} */
  readonly describe?: (event: TurnEvent, raw: number) => Piece | undefined;
}

/** What is written without a break under one name. */
interface Block {
  readonly speaker: Speaker;
  readonly kind: "human" | "turn";
  /** What waits for the foreground. */
  pieces: Piece[];
  /** Some of it can be read. */
  readable: boolean;
  /** Text of the running completion has come, rendered or not. */
  hasText: boolean;
  /** Text of the running completion is on the screen. */
  isRendered: boolean;
  ended: boolean;
  /** What the persona is doing, in words. */
  phase: string;
  writing: boolean;
}

function newBlock(kind: Block["kind"], speaker: Speaker): Block {
  const nothing = {
    readable: false,
    hasText: false,
    isRendered: false,
    ended: false,
    writing: false,
  };
  return { kind, speaker, pieces: [], phase: "", ...nothing };
}

/**
 * Turns the events of a room into text that only grows. One persona is in the foreground and is read as it
 * speaks; what the others say meanwhile waits, and comes whole when the foreground is free. A persona that is
 * silent does not hold others up.
 */
export class RoomView {
  readonly #options: RoomViewOptions;
  readonly #writer: TranscriptWriter;
  /** In the order they began; rendered ones are removed. */
  readonly #blocks = new Set<Block>();
  /** Turns that have not ended, by id. */
  readonly #turns = new Map<string, Block>();
  #foreground: Block | undefined;
  readonly #asides: string[] = [];
  #rawOutputs: number;

  constructor(options: RoomViewOptions) {
    this.#options = options;
    this.#writer = options.writer ?? new BlockWriter(options.sink, options.style);
    this.#rawOutputs = options.rawOutputs;
  }

  /** What personas are doing that cannot be read as text; empty when none does anything. */
  get activity(): string {
    return [...this.#turns.values()]
      .filter((block) => block.phase !== "" && !(block.writing && block === this.#foreground))
      .map(({ phase }) => phase)
      .join(" · ");
  }

  /** The persona that is read as it speaks. */
  get foreground(): string | undefined {
    return this.#foreground?.kind === "turn" ? this.#foreground.speaker.name : undefined;
  }

  take(event: RoomEvent): void {
    const { style } = this.#options;
    switch (event.type) {
      case "message":
        this.#message(event);
        break;
      case "mode":
      case "file":
        this.#note(event.by, lineText(event, style));
        break;
      case "notice":
        // What goes well is told when it has ended.
        if (event.step === "begun") break;
        this.#note(event.persona, noticeText(event, style));
        break;
      case "approval":
        // At once, regardless of which persona is in the foreground: a user waits for the answer.
        this.#note(undefined, approvalText(event, style));
        break;
      case "attached":
      case "settled":
        this.#note(undefined, lineText(event, style));
        break;
      case "summary":
        this.#note(event.persona, lineText(event, style));
        break;
      case "goal":
        this.say(lineText(event, style));
        break;
      default:
        this.#ofTurn(event);
    }
    this.#settle();
  }

  /** Words of ours, already cleaned: at once, or where the line that is being written ends. */
  say(text: string): void {
    if (text !== "") this.#asides.push(text);
    this.#settle();
  }

  /** Whole lines of ours, already cleaned, in the block of a turn that has not ended. */
  addLines(turn: string, text: string): void {
    const block = this.#turns.get(turn);
    if (block !== undefined) this.#put(block, { kind: "lines", text });
    this.#settle();
  }

  #message(message: HumanMessage): void {
    const about = message.to.length === 0 ? undefined : `→ ${message.to.join(", ")}`;
    const block = newBlock("human", { name: message.from, about, verbatim: true });
    const echoed = this.#options.isEchoed?.(message) === true;
    if (!echoed) block.pieces.push({ kind: "text", text: sanitize(message.text) });
    block.ended = true;
    this.#blocks.add(block);
  }

  #ofTurn(event: TurnEvent): void {
    const block = this.#turns.get(event.turn) ?? this.#open(event);
    if (event.type === "tool-result") this.#rawOutputs += 1;
    if (event.type === "phase") {
      block.phase = phaseText(event.persona, event.phase, event.detail);
      block.writing = event.phase === "generating";
    }
    const { describe, style } = this.#options;
    const piece =
      describe === undefined
        ? pieceOf(event, this.#rawOutputs, style)
        : describe(event, this.#rawOutputs);
    if (piece !== undefined) this.#put(block, piece);
    if (event.type === "turn-end") {
      block.ended = true;
      this.#turns.delete(event.turn);
    }
  }

  #open(event: TurnEvent): Block {
    // A turn that began before anybody looked has no known model.
    const about = event.type === "turn-start" ? `· ${event.model}` : undefined;
    const block = newBlock("turn", { name: event.persona, about });
    this.#turns.set(event.turn, block);
    this.#blocks.add(block);
    return block;
  }

  /** Lines of ours: in the running turn of who brought them about, else between the blocks. */
  #note(by: string | undefined, text: string): void {
    const turn = [...this.#turns.values()].findLast(({ speaker }) => speaker.name === by);
    if (turn === undefined) this.#asides.push(text);
    else this.#put(turn, { kind: "lines", text });
  }

  #put(block: Block, piece: Piece): void {
    // A screen that came in the middle of a completion has not seen it stream.
    if (piece.kind === "answered" && !block.hasText) {
      this.#deliver(block, { kind: "text", text: piece.text });
    }
    if (piece.kind !== "lines") block.hasText = piece.kind === "text";
    this.#deliver(block, piece);
  }

  #deliver(block: Block, piece: Piece): void {
    if (block === this.#foreground) {
      this.#write(block, piece);
      return;
    }
    // What was not read yet can still be reverted.
    if (piece.kind === "reclassified") block.pieces = withoutLastText(block.pieces);
    block.pieces.push(piece);
    block.readable ||= isReadable(piece);
  }

  /** Writes whatever may be written now. */
  #settle(): void {
    for (;;) {
      if (this.#foreground?.ended === true) this.#leaveForeground(this.#foreground);
      this.#sayAsides();
      if (this.#foreground !== undefined) return;
      const next = this.#next();
      if (next === undefined) return;
      this.#foreground = next;
      for (const piece of next.pieces.splice(0)) this.#write(next, piece);
    }
  }

  #leaveForeground(block: Block): void {
    if (block.kind === "human") this.#writer.forgetSpeaker();
    else this.#writer.endText();
    this.#blocks.delete(block);
    this.#foreground = undefined;
  }

  /**
   * Who gets the free foreground: a turn that is over, else the first that has something to say. A line of
   * the human waits for the turns before it, so that no answer stands below a later question.
   */
  #next(): Block | undefined {
    let speaking: Block | undefined;
    let isFirst = true;
    for (const block of this.#blocks) {
      if (block.kind === "human") return isFirst ? block : speaking;
      if (block.ended) return block;
      if (block.readable) speaking ??= block;
      isFirst = false;
    }
    return speaking;
  }

  #write(block: Block, piece: Piece): void {
    const { speaker } = block;
    switch (piece.kind) {
      case "text":
        this.#writeText(block, piece.text);
        break;
      case "lines":
        this.#writer.lines(speaker, piece.text);
        break;
      case "reclassified":
        if (block.isRendered) this.#writer.lines(speaker, piece.text);
        block.isRendered = false;
        break;
      default:
        this.#writer.endText();
        block.isRendered = false;
    }
  }

  #writeText(block: Block, text: string): void {
    // An aside waits for the end of the line; here it may be.
    const end = this.#asides.length === 0 ? 0 : text.indexOf("\n") + 1;
    if (end > 0) {
      this.#text(block, text.slice(0, end));
      this.#sayAsides();
    }
    this.#text(block, text.slice(end));
  }

  #text(block: Block, text: string): void {
    if (this.#writer.text(block.speaker, text)) block.isRendered = true;
  }

  #sayAsides(): void {
    if (this.#asides.length === 0 || !this.#writer.atBoundary) return;
    for (const text of this.#asides.splice(0)) this.#writer.aside(text);
  }
}

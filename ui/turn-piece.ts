import type { RoomEvent } from "#core/events.ts";
import {
  lineText,
  reclassifiedText,
  toolFinishedText,
  toolStartedText,
  turnEndText,
} from "#room/event-text.ts";
import type { Style } from "#room/style.ts";

/** An event of one turn that is read in its block. */
export type TurnEvent = Exclude<
  Extract<RoomEvent, { readonly turn: string }>,
  { readonly type: "approval" }
>;

/** Something to write in the block of a turn. */
export type Piece =
  /** Words of the model, as they come. */
  | { readonly kind: "text"; readonly text: string }
  /** Whole lines of ours. */
  | { readonly kind: "lines"; readonly text: string }
  /** What came of this completion was not text; `text` says so where it can be read already. */
  | { readonly kind: "reclassified"; readonly text: string }
  /** A completion is over; `text` is all of it. */
  | { readonly kind: "answered"; readonly text: string };

/**
 * What an event adds to its turn's block, if anything.
 *
 * @param raw the number by which `/raw` shows the output of a tool.
 */
export function pieceOf(event: TurnEvent, raw: number, style: Style): Piece | undefined {
  switch (event.type) {
    case "text-delta":
      return { kind: "text", text: event.text };
    case "reclassify":
      return { kind: "reclassified", text: reclassifiedText(event.persona, style) };
    case "answer":
      return { kind: "answered", text: event.text };
    case "tool-call":
      return { kind: "lines", text: toolStartedText(event, style) };
    case "tool-result":
      return { kind: "lines", text: toolFinishedText(event, raw, style) };
    case "recall":
      return { kind: "lines", text: lineText(event, style) };
    case "turn-end": {
      const text = turnEndText(event, style);
      return text === "" ? undefined : { kind: "lines", text };
    }
    default: // reasoning and phases are not read as text
      return undefined;
  }
}

/** Whether a person would see anything of it. */
export function isReadable(piece: Piece): boolean {
  return piece.kind === "lines" || (piece.kind === "text" && /\S/.test(piece.text));
}

/** Without the text of the completion that is still running. */
export function withoutLastText(pieces: readonly Piece[]): Piece[] {
  const start = pieces.findLastIndex(({ kind }) => kind === "answered") + 1;
  return pieces.filter(({ kind }, index) => index < start || kind !== "text");
}

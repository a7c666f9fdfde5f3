/** What waits to be sent to a chat; on disk until Telegram has it. */

import { type Piece, piecesOf, piecesOfSpans } from "./pieces.ts";
import { codeBlock, plainSpan, type Span, spansOf } from "./spans.ts";

/** A completion of a turn, whose text may be seen already while it is written. */
export interface LiveKey {
  readonly turn: string;
  /** Index of the completion within its turn, from 0. */
  readonly hop: number;
}

export type Outgoing =
  | ({
      readonly kind: "text";
      /** What this is the finished text of: it takes the place of what was shown of it. */
      readonly live?: LiveKey | undefined;
      /** Buttons below it; which they are is known by this id. */
      readonly buttons?: string | undefined;
    } & Piece)
  /** Nothing came of what was shown of a completion: it was not text for the user. */
  | { readonly kind: "take-away"; readonly live: LiveKey }
  /** A turn has ended: what was shown of it stays as it is. */
  | { readonly kind: "ended"; readonly turn: string }
  /** Takes the buttons from the message that has them, and says what became of them. */
  | ({ readonly kind: "close"; readonly buttons: string } & Piece)
  | { readonly kind: "document"; readonly name: string; readonly text: string }
  /** A file of the workspace. */
  | { readonly kind: "file"; readonly path: string };

/** More pieces than these are a file: no one reads them as messages. */
const MOST_PIECES = 5;

/** What a model wrote, under the name of who wrote it. */
export function answerRows(
  text: string,
  { live, header }: { readonly live: LiveKey; readonly header?: Span | undefined },
): readonly Outgoing[] {
  const pieces = piecesOf(text);
  if (pieces.length === 0) return [{ kind: "take-away", live }];
  if (pieces.length > MOST_PIECES) {
    const notice = `The answer has ${text.length.toLocaleString("en")} characters: it is in the file.`;
    return [
      { kind: "text", live, ...textPiece(notice) },
      { kind: "document", name: "answer.md", text },
    ];
  }
  const [first, ...rest] = header === undefined ? pieces : headedPieces(header, text);
  if (first === undefined) return [];
  return [
    { kind: "text", live, ...first },
    ...rest.map((piece) => ({ kind: "text", ...piece }) as const),
  ];
}

/** The pieces of an answer whose first one says who gives it. */
function headedPieces(header: Span, text: string): readonly Piece[] {
  return piecesOfSpans([header, plainSpan("\n"), ...spansOf(text)]);
}

/** Words of ours, in as few messages as it takes. */
export function textRows(text: string): readonly Outgoing[] {
  return piecesOfSpans([plainSpan(text)]).map((piece) => ({ kind: "text", ...piece }));
}

/** A file of the workspace, where there is one. */
export function fileRows(path: string | undefined): readonly Outgoing[] {
  return path === undefined ? [] : [{ kind: "file", path }];
}

/** Rows and columns, as they stand on a terminal. */
export function tableRows(text: string): readonly Outgoing[] {
  return piecesOfSpans([codeBlock(text)]).map((piece) => ({ kind: "text", ...piece }));
}

/** A short text of ours, in one piece. */
export function textPiece(text: string): Piece {
  return piecesOfSpans([plainSpan(text)])[0] ?? { html: "…", plain: "…" };
}

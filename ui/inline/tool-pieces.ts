import type { ToolFinished, ToolStarted } from "#core/events.ts";
import { sanitize } from "#core/sanitize.ts";
import { toolStartedText } from "#room/event-text.ts";
import { PLAIN, type Style } from "#room/style.ts";
import { type Piece, pieceOf, type TurnEvent } from "../turn-piece.ts";
import { clip } from "./wrap.ts";

/** So many lines of the end of an output stand below its tool. */
const OUTPUT_LINES = 3;
const OUTPUT_COLUMNS = 120;

/** The tool with what it was asked for, in one row. */
export function callLabel(event: ToolStarted): string {
  return toolStartedText(event, PLAIN).replace(/^⚙ /, "");
}

/** The end of what a tool printed; empty where it printed nothing. */
export function outputText({ output = "" }: ToolFinished, style: Style): string {
  const lines = sanitize(output.slice(-OUTPUT_LINES * OUTPUT_COLUMNS * 4))
    .trimEnd()
    .replaceAll("\t", "    ")
    .split("\n");
  if (lines.join("") === "") return "";
  const last = lines.slice(-OUTPUT_LINES).map((line) => `    ${clip(line, OUTPUT_COLUMNS)}`);
  return style("quiet", (lines.length > OUTPUT_LINES ? ["    …", ...last] : last).join("\n"));
}

/**
 * What is written of a turn where running calls have a live line: a call is written together with its
 * result, so that the two cannot be torn apart.
 */
export class ToolPieces {
  readonly #style: Style;
  /** Calls without a result, by turn and call. */
  readonly #open = new Map<string, { readonly turn: string; readonly text: string }>();

  constructor(style: Style) {
    this.#style = style;
  }

  pieceOf(event: TurnEvent, raw: number): Piece | undefined {
    const piece = pieceOf(event, raw, this.#style);
    switch (event.type) {
      case "tool-call":
        this.#open.set(`${event.turn} ${event.call.id}`, {
          turn: event.turn,
          text: piece?.text ?? "",
        });
        return undefined;
      case "tool-result":
        return lines([this.#close(`${event.turn} ${event.id}`), piece?.text]);
      case "turn-end":
        return lines([...this.#unfinished(event.turn), piece?.text]);
      default:
        return piece;
    }
  }

  #close(key: string): string | undefined {
    const call = this.#open.get(key);
    this.#open.delete(key);
    return call?.text;
  }

  #unfinished(turn: string): readonly string[] {
    const keys = [...this.#open].filter(([, call]) => call.turn === turn).map(([key]) => key);
    const mark = this.#style("bad", "✘");
    return keys.flatMap((key) => [
      this.#close(key) ?? "",
      `${mark} ${this.#style("quiet", "did not come to its end")}`,
    ]);
  }
}

function lines(texts: readonly (string | undefined)[]): Piece | undefined {
  const there = texts.filter((text) => text !== undefined);
  return there.length === 0 ? undefined : { kind: "lines", text: there.join("\n") };
}

/**
 * The live region below the transcript: state and size in, rows out. Pure. Never more than `rows - 1`
 * of them, so that the terminal never scrolls because of it, and none wider than `columns - 1`: a full
 * row would leave the cursor where terminals do not agree about it.
 */
import type { TurnActivity } from "./activity.ts";
import { type InputText, inputBox } from "./input-box.ts";
import { callLine, type Moment, type StatusFacts, speakerLine, statusLine } from "./live-lines.ts";
import { prose } from "./markdown.ts";
import type { Pending } from "./markdown-writer.ts";
import { clip, wrapLine } from "./wrap.ts";

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface LiveState extends Moment {
  /** The growing block of the one which persona is in the foreground. */
  readonly pending: Pending;
  readonly turns: readonly TurnActivity[];
  /** Id of the persona in the foreground. */
  readonly foreground: string | undefined;
  /** What waits for an approval, each in one line. */
  readonly questions: readonly string[];
  /** Words about the keys just pressed: completions, a search; empty: none. */
  readonly hint: string;
  readonly status: Omit<StatusFacts, "turn">;
  readonly input: InputText;
}

export interface Live {
  readonly lines: readonly string[];
  /** Row and column of the cursor, from 0. */
  readonly cursor: { readonly row: number; readonly column: number };
  /** Something in it moves by itself. */
  readonly animated: boolean;
}

/** Most rows of a growing block: a resize can only tidy up what is still on the screen. */
const PENDING_ROWS = 6;
/** Longest beginning of a block that is rendered while it grows, in UTF-16 code units. */
const RENDERED = 2000;

export function layout(state: LiveState, size: Size): Live {
  const columns = Math.max(2, size.columns - 1);
  const most = Math.max(1, size.rows - 1);
  const input = inputBox(state.input, { columns, rows: Math.max(1, Math.floor(most / 2)) });
  const above = fitted(partsOf(state, columns), most - input.rows.length);
  // A tab is as wide as the terminal likes.
  const lines = [...above, ...input.rows].map((line) =>
    clip(line.replaceAll(/[\n\t]/g, " "), columns),
  );
  return {
    lines,
    cursor: {
      row: above.length + input.cursor.row,
      column: Math.min(input.cursor.column, columns),
    },
    animated: state.turns.length > 0,
  };
}

interface Part {
  readonly lines: readonly string[];
  /** Of more lines than fit, which ones count. */
  readonly keep: "first" | "last";
  /** The smaller, the sooner it gets its rows. */
  readonly rank: number;
}

function partsOf(state: LiveState, columns: number): readonly Part[] {
  const { turns, foreground, questions, hint, style } = state;
  const turn = turns.find(({ persona }) => persona === foreground) ?? turns[0];
  // The status says already what the first one does.
  const others = turns.filter(
    (one) =>
      one.persona !== foreground && one.calls.size === 0 && !(one === turn && one.textTail === ""),
  );
  const calls = turns.flatMap((turn) =>
    [...turn.calls.values()].map((call) => callLine(turn.persona, call, state)),
  );
  return [
    { lines: pendingLines(state, columns), keep: "last", rank: 3 },
    { lines: calls, keep: "first", rank: 4 },
    { lines: others.map((one) => speakerLine(one, state)), keep: "first", rank: 5 },
    { lines: questions.map((line) => style("warning", line)), keep: "first", rank: 1 },
    { lines: hint === "" ? [] : [hint], keep: "first", rank: 0 },
    { lines: [statusLine({ ...state.status, turn }, state)], keep: "first", rank: 2 },
  ];
}

/** Gives every part a row in the order of its rank, and then as many as it wants. */
function fitted(parts: readonly Part[], rows: number): readonly string[] {
  const ranked = parts.toSorted((one, other) => one.rank - other.rank);
  const rowsOfPart = new Map<Part, number>();
  let remaining = rows;
  for (const share of [1, PENDING_ROWS]) {
    for (const part of ranked) {
      const before = rowsOfPart.get(part) ?? 0;
      const more = Math.min(remaining, Math.max(0, Math.min(share, part.lines.length) - before));
      rowsOfPart.set(part, before + more);
      remaining -= more;
    }
  }
  return parts.flatMap((part) => {
    const count = rowsOfPart.get(part) ?? 0;
    return part.keep === "first"
      ? part.lines.slice(0, count)
      : part.lines.slice(part.lines.length - count);
  });
}

function pendingLines({ pending, style }: LiveState, columns: number): readonly string[] {
  if (pending.text.trim() === "") return [];
  if (!pending.code && pending.text.length <= RENDERED) {
    return prose(pending.text, { style, columns }).split("\n");
  }
  return pending.text
    .replaceAll("\t", "    ")
    .split("\n")
    .flatMap((line) => wrapLine(line, columns));
}

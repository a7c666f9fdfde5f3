/** The texts that stand in a program: a model reads them in an answer, whatever input it takes to see them. */
import { answerFaults } from "../../oracle/takeover.ts";

export interface ProgramText {
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
}

/**
 * Texts that would take a model over, also where an order is put together of pieces.
 *
 * @param texts in the order of the program.
 */
export function orderingTexts(
  texts: readonly ProgramText[],
): readonly { readonly line: number; readonly message: string }[] {
  const single = texts.flatMap(({ line, text }) =>
    answerFaults(text).map((fault) => ({ line, message: `a text ${fault}` })),
  );
  // What is put together stands where its pieces do.
  const lines = new Map(single.map((one) => [`${one.line} ${one.message}`, one]));
  if (lines.size > 0) return [...lines.values()];
  const joined = ["", " "].flatMap((between) => firstOrder(texts, between) ?? []);
  return [...joined, ...ordersFromAnywhere(texts)].slice(0, 1).map((line) => ({
    line,
    message: "texts, put together up to here, give their reader orders; say what the tool found",
  }));
}

/** As many pieces as an order is put together of; more of them are looked at as a whole only. */
const PIECES = 12;
/** An honest program has thirty; where the rest begins is reported. */
const MOST_STARTS = 300;
/** An order is no longer, in characters: what is decoded and searched for each start costs by its length. */
const LONGEST_ORDER = 2000;

/** Texts of which no one has looked at what they begin together with those behind them, as a sentence without its end. */
export function unjoinedTexts(file: string, texts: readonly ProgramText[]): readonly string[] {
  const wordedTexts = worded(texts);
  const remaining = wordedTexts.length - MOST_STARTS;
  const from = wordedTexts[MOST_STARTS]?.line;
  return from === undefined
    ? []
    : [
        `${remaining} of ${wordedTexts.length} texts of ${file}, from line ${from} on, were not put together`,
      ];
}

function worded(texts: readonly ProgramText[]): readonly ProgramText[] {
  return texts.filter(({ text }) => /\p{L}/u.test(text));
}

/** An order begins a sentence, and its first piece any line. @returns lines where one begins. */
function ordersFromAnywhere(texts: readonly ProgramText[]): readonly number[] {
  const wordedTexts = worded(texts).slice(0, MOST_STARTS + PIECES);
  return wordedTexts.slice(0, MOST_STARTS).flatMap(({ line }, at) => {
    const pieces = wordedTexts.slice(at, at + PIECES).map(({ text }) => text.trim());
    const [first, second] = pieces;
    // By itself each text is looked at already.
    if (first === undefined || second === undefined || first.length >= LONGEST_ORDER) return [];
    const together = pieces.join(" ").slice(0, LONGEST_ORDER);
    return answerFaults(together).length > 0 ? [line] : [];
  });
}

/** The line of the piece that completes an order. */
function firstOrder(texts: readonly ProgramText[], between: string): number | undefined {
  const isOrder = (count: number): boolean =>
    answerFaults(
      texts
        .slice(0, count)
        .map(({ text }) => text)
        .join(between),
    ).length > 0;
  if (!isOrder(texts.length)) return undefined;
  let [low, high] = [0, texts.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (isOrder(middle)) high = middle;
    else low = middle;
  }
  return texts[high - 1]?.line;
}

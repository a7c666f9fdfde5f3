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
  if (single.length > 0) return single;
  const joined = ["", " "].flatMap((between) => firstOrder(texts, between) ?? []);
  return joined.slice(0, 1).map((line) => ({
    line,
    message: "texts, put together up to here, give their reader orders; say what the tool found",
  }));
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

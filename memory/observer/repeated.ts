/** Whether a sentence of the human repeats what another author said in the room before. */

import type { Foreign, Source } from "./human-lines.ts";
import { wordSpans } from "./words.ts";

/**
 * So many words in a row are no accident. In an answer more of them are: it asks in the words of the human. A note of the
 * human's own is repeated by the whole sentence alone: what is said anew of the same thing has most of its words.
 */
const IN_A_ROW: Readonly<Record<Source, number>> = { outside: 5, persona: 8, note: Infinity };
/** From this part of the sentence on it is a repetition. */
const PART = 0.6;

export function repeats(sentence: string, foreign: readonly Foreign[]): boolean {
  const words = wordSpans(sentence).map(({ word }) => word);
  const whole = ` ${words.join(" ")} `;
  return foreign.some((one) => {
    if (one.words.includes(whole)) return true;
    return partIn(words, one) >= PART;
  });
}

/** Which part of the words stand in runs that another author said. */
function partIn(words: readonly string[], { words: foreignText, source }: Foreign): number {
  const length = IN_A_ROW[source];
  const isRepeated = words.map(() => false);
  for (let from = 0; from + length <= words.length; from += 1) {
    if (foreignText.includes(` ${words.slice(from, from + length).join(" ")} `)) {
      isRepeated.fill(true, from, from + length);
    }
  }
  return isRepeated.filter(Boolean).length / words.length;
}

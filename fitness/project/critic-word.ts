/** What a critic says, out of the text of a language model that keeps to no shape. */
import { z } from "zod";
import { parseJson } from "#core/json.ts";

export interface CriticWord {
  readonly hold: boolean;
  readonly file?: string | undefined;
  /** A number, or a range: `1-3`. */
  readonly line?: string | undefined;
  readonly reason?: string | undefined;
}

// A hold counts whatever form the rest has: only `hold` decides.
const wordSchema = z.object({
  hold: z.union([
    z.boolean(),
    z
      .string()
      .regex(/^(?:true|false)$/i)
      .transform((text) => text.toLowerCase() === "true"),
  ]),
  file: z.string().optional().catch(undefined),
  line: z
    .union([z.number().transform(String), z.string().regex(/^\d+(?:\s?[-–]\s?\d+)?$/)])
    .optional()
    .catch(undefined),
  reason: z
    .union([z.string(), z.array(z.string()).transform((all) => all.join(" "))])
    .optional()
    .catch(undefined),
});

/** In an object that was cut off, or that is not quite JSON; the prompt's own "true or false" is not one. */
const UNREADABLE_HOLD = /\{[^{}]{0,500}["']hold["']\s*:\s*["']?true["']?\s*(?:[,}]|$)/i;

/**
 * @param text a whole answer.
 * @returns the last object that holds, else the last one that does not; `undefined` where there is none. One that holds
 *   wins over an example of one that does not, wherever they stand.
 */
export function criticWord(text: string): CriticWord | undefined {
  const verdicts = objectsIn(text).flatMap((one) => {
    const word = wordSchema.safeParse(parseJson(one)).data;
    return word === undefined ? [] : [word];
  });
  const held = verdicts.findLast(({ hold }) => hold);
  if (held !== undefined) return held;
  return UNREADABLE_HOLD.test(text) ? { hold: true } : verdicts.at(-1);
}

/** Every part that begins and ends with the braces of one object, in the order of their begins. */
function objectsIn(text: string): readonly string[] {
  return [...text.matchAll(/\{/g)].flatMap(({ index }) => {
    const end = objectEnd(text, index);
    return end === undefined ? [] : [text.slice(index, end)];
  });
}

function objectEnd(text: string, start: number): number | undefined {
  let depth = 0;
  let isQuoted = false;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (isQuoted) {
      if (character === "\\") at += 1;
      else isQuoted = character !== '"';
    } else if (character === '"') isQuoted = true;
    else if (character === "{") depth += 1;
    else if (character === "}") depth -= 1;
    if (depth === 0) return at + 1;
  }
  return undefined;
}

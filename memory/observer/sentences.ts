/** Where sentences begin and end in what a human typed: in small letters too, with abbreviations, in lists. */
import { wordSpans } from "./words.ts";

/** A part of a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** After these a full stop ends no sentence. */
const NEVER_LAST: ReadonlySet<string> = new Set(
  "dr mr mrs ms prof st sr jr vs eg ie e.g i.e cf ca approx no nr fig vol pp art z.b zb d.h bzw ggf evtl inkl vgl sog p.ex p.ej sra mme mlle hr fr bsp"
    .split(" ")
    .filter((word) => word !== ""),
);
/** After these it does where a capital follows. */
const SOMETIMES_LAST: ReadonlySet<string> = new Set(
  "etc usw inc ltd co corp dept min max sec std resp bspw u.a u.ä a.m p.m u.s u.k".split(" "),
);
// "am 3. Mai": German writes ordinals with a full stop.
const MONTH =
  /^(?:januar|jänner|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember)(?!\p{L})/iu;
// A mark, what closes behind it, and then a blank or the end; signs of East Asia need no blank.
const END = /[.!?…‽؟۔।]+["'”’»)\]]*(?=\s|$)|[。！？｡]+[”’」』）]*/gu;
/** What stands in front of an item of a list, or of an answer in a talk. */
const BULLET = /^\s*(?:[-*•–]\s+|\d{1,2}[.)]\s+)?/;

/** The sentences of a text, in their order; a new row begins a new one. */
export function sentencesOf(text: string): readonly Span[] {
  const spans: Span[] = [];
  let start = 0;
  for (const row of text.split("\n")) {
    spans.push(...inRow(row).map((span) => ({ start: start + span.start, end: start + span.end })));
    start += row.length + 1;
  }
  return spans;
}

function inRow(row: string): readonly Span[] {
  const [bullet = ""] = BULLET.exec(row) ?? [];
  const spans: Span[] = [];
  let start = bullet.length;
  for (const { 0: mark, index } of row.matchAll(END)) {
    const end = index + mark.length;
    if (
      index < start ||
      (mark.startsWith(".") && goesOn(row.slice(start, index), row.slice(end)))
    ) {
      continue;
    }
    spans.push({ start, end });
    start = end;
  }
  spans.push({ start, end: row.length });
  return spans.map((span) => trimmed(row, span)).filter(({ start: from, end }) => from < end);
}

/** Whether a full stop stands in the middle of a sentence. */
function goesOn(before: string, after: string): boolean {
  const [written = ""] = /[\p{L}\p{M}\p{N}.]+$/u.exec(before) ?? [];
  const word = written.toLowerCase();
  const next = after.trimStart();
  if (next === "" || word === "") return false;
  const isCapital = /^["'“‘(«]?[\p{Lu}\p{Lt}\p{Lo}\p{N}]/u.test(next);
  if (NEVER_LAST.has(word)) return true;
  if (SOMETIMES_LAST.has(word) || /^(?:\p{L}\.)+\p{L}$/u.test(word)) return !isCapital;
  if (/^\d+$/.test(word)) return MONTH.test(next);
  if (!/^\p{L}\p{M}*$/u.test(written) || written === "I") return false;
  // A part of "z. B." or an initial, as in "J. Smith" and "Ana B. Costa", but not "the letter K. We …".
  if (/^\p{Ll}/u.test(written) || /\p{L}\.\s?\p{L}\p{M}*$/u.test(before)) return true;
  return isCapital && /(?:^|[\p{Lu}\p{Lt}][\p{L}\p{M}]*\.?\s+)\p{L}\p{M}*$/u.test(before);
}

function trimmed(row: string, { start, end }: Span): Span {
  const text = row.slice(start, end);
  return {
    start: start + text.length - text.trimStart().length,
    end: end - (text.length - text.trimEnd().length),
  };
}

/** Where a run of words stands in a text, by letters and digits alone; each span, from the first on. */
export function spansOf(text: string, words: readonly string[]): readonly Span[] {
  if (words.length === 0) return [];
  const tokens = wordSpans(text);
  return tokens.flatMap(({ start }, at) => {
    const isHere = words.every((word, n) => tokens[at + n]?.word === word);
    const last = tokens[at + words.length - 1];
    return isHere && last !== undefined ? [{ start, end: last.end }] : [];
  });
}

/** The sentences that a part of a text lies in. */
export function sentencesAround(text: string, { start, end }: Span): readonly string[] {
  return sentencesOf(text)
    .filter((span) => span.start < end && start < span.end)
    .map((span) => text.slice(span.start, span.end).replace(/\s+/g, " "));
}

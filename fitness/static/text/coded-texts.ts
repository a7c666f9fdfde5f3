/** Texts that stand in a program as numbers: as codes of letters, or as codes that one number changes. */
import { englishShare } from "../../oracle/foreign-language.ts";

/** As few numbers are not text. */
const LEAST_CODES = 5;
/** By chance so few can be words in one of some hundred ways. */
const LEAST_CHANGED = 12;
/** Of more numbers each so many are read by themselves: a text is no longer, and all of them together take long. */
const CODES_AT_ONCE = 2000;
const LEAST_ENGLISH = 0.4;
const LEAST_LETTERS = 0.85;
const KEYS = Array.from({ length: 255 }, (_, index) => index + 1);

type Change = (code: number) => number;

const CHANGES: readonly Change[] = [
  ...KEYS.map(
    (key): Change =>
      (code) =>
        code ^ key,
  ),
  ...KEYS.flatMap((by): readonly Change[] => [(code) => code + by, (code) => code - by]),
  ...[2, 3, 4, 5, 8, 10].map(
    (by): Change =>
      (code) =>
        code / by,
  ),
  (code) => 255 - code,
];

/** @returns what the numbers may say; nothing where they are not text. */
export function textsOfCodes(codes: readonly unknown[]): readonly string[] {
  const all = codes.filter((one) => typeof one === "number");
  if (all.length < codes.length) return [];
  const parts = Array.from({ length: Math.ceil(all.length / CODES_AT_ONCE) }, (_, at) =>
    all.slice(at * CODES_AT_ONCE, (at + 1) * CODES_AT_ONCE),
  );
  return parts.flatMap(textsOfSome);
}

function textsOfSome(numbers: readonly number[]): readonly string[] {
  if (numbers.length < LEAST_CODES) return [];
  const plain = textOf(numbers);
  if (plain !== undefined) return [plain, [...plain].toReversed().join("")];
  if (numbers.length < LEAST_CHANGED) return [];
  return CHANGES.flatMap((change) => textOf(numbers.map(change)) ?? []).filter(
    (text) => isProse(text) && englishShare(text) >= LEAST_ENGLISH,
  );
}

function isProse(text: string): boolean {
  const letters = text.replace(/[^a-z ]/gi, "").length;
  return /\s/.test(text.trim()) && letters >= text.length * LEAST_LETTERS;
}

/** Where each of them is a letter or a sign that a person can type. */
function textOf(numbers: readonly number[]): string | undefined {
  const isText = numbers.every((code) => Number.isInteger(code) && code >= 32 && code < 127);
  return isText ? String.fromCharCode(...numbers) : undefined;
}

/** What a line has that is not a word: `/search`, `2.13.0`, `a@b.c`, `404`, `B1`, and days. */

/** What is written with signs within or with three digits, and letters with a digit. */
const WRITTEN =
  /^(?:(?=.*[\p{L}\p{N}])(?=.*(?:\d.*\d.*\d|[^\p{L}\p{N}]))\S{2,80}|(?=.*\d)(?=.*\p{L})[\p{L}\p{N}]{2,12})$/u;
const AROUND = /^["'“”‘’`(<[{]+|["'“”‘’`)>\]},.;:?!]+$/gu;

/** Parts of a line between its blanks, without the punctuation around them. */
export function tokensOf(line: string): readonly string[] {
  return line.split(/\s+/).map((part) => part.replace(AROUND, ""));
}

export function isWritten(token: string): boolean {
  return WRITTEN.test(token);
}

/** Finds a token as a whole: `2.1` stands not in `12.1`. */
export function whole(token: string): RegExp {
  const around = String.raw`[\p{L}\p{N}]`;
  return new RegExp(`(?<!${around})${RegExp.escape(token)}(?!${around})`, "iu");
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/** As a word of its own, short or long. */
const MONTH =
  "(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)";
const DAY = String.raw`([0-3]?\d)(?:st|nd|rd|th)?`;
const YEAR = String.raw`(?:,?\s+(\d{4})(?![\d:]))?`;
const MONTH_FIRST = new RegExp(
  String.raw`(?<![\p{L}\d])${MONTH}\.?\s+${DAY}(?![\d:.])${YEAR}`,
  "giu",
);
const DAY_FIRST = new RegExp(
  String.raw`(?<![\p{L}\d:.])${DAY}[\s/-](?:of\s+)?${MONTH}(?!\p{L})\.?(?:[/-](\d{4})|${YEAR})`,
  "giu",
);

/** @returns each day that is written in words, as `2026-06-22`, or `06-22` without a year. */
export function daysIn(text: string): readonly string[] {
  const found = [
    ...[...text.matchAll(DAY_FIRST)].map(({ 1: day, 2: month, 3: one, 4: other }) => ({
      ...{ day, month, year: one ?? other },
    })),
    ...[...text.matchAll(MONTH_FIRST)].map(({ 1: month, 2: day, 3: year }) => ({
      ...{ day, month, year },
    })),
  ];
  return found.flatMap(({ day = "", month = "", year }) => {
    const at = MONTHS.indexOf(month.slice(0, 3).toLowerCase()) + 1;
    const inMonth = Number(day) >= 1 && Number(day) <= 31;
    if (!inMonth) return [];
    const parts = [...(year === undefined ? [] : [year]), two(at), two(Number(day))];
    return [parts.join("-")];
  });
}

function two(number: number): string {
  return `${number}`.padStart(2, "0");
}

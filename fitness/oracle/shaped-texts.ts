/** Texts of a shape that programs stumble over: scripts, white space, many words, brackets in brackets, a length. */

/** One word of each script, with digits of its own where it has them. */
const SCRIPTS: readonly string[] = [
  "Straße über Ærø naïve œuvre",
  "Привет мир ёж",
  "Καλημέρα κόσμε ς",
  "漢字仮名交じり文",
  "ひらがなカタカナ",
  "한국어 문장",
  "שלום עולם",
  "مرحبا بالعالم ١٢٣",
  "नमस्ते दुनिया १२३",
  "สวัสดีชาวโลก",
  "İıŞğ dotless",
  "\u{1f469}\u200d\u{1f4bb}\u{1f1e9}\u{1f1ea} e\u0301",
  "\ufb01\u00a0\u2003\u3000x",
  "Ｗｉｄｅ １２３",
];
/** Between words, and at the ends. */
const SPACES: readonly string[] = [
  ...["\n", "\r\n", "\t", "  ", "\u00a0", "\u2028", "\v", "\n\n"],
  ...["\r", "\n    ", "\n\t"],
];
const ODD_ENDS: readonly string[] = ["\ud800", "\udc00", "a\ud83d", "\ufeffa", "\u0000", "\ufffd"];

/** Other scripts, other spaces and other ends, alone and beside a word. */
export function oddTexts(word: string, words: readonly string[]): readonly string[] {
  return [
    ...SCRIPTS,
    ...SCRIPTS.map((script) => `${word} ${script}`),
    ...SPACES.flatMap((space) => [`${word}${space}${word}`, `${space}${word}`, `${word}${space}`]),
    ...words.flatMap((text) => SPACES.slice(0, 3).map((space) => text.replaceAll(" ", space))),
    ...ODD_ENDS.flatMap((end) => [end, word + end]),
  ];
}

/** So many words, divided in three ways. */
export function manyOf(count: number): readonly string[] {
  const words = Array.from({ length: Math.ceil(count) }, (_, at) => `w${at % 7}`);
  return [" ", "\n", ","].map((between) => words.join(between));
}

/** As deep as an honest program that calls itself for each bracket gets in Python. */
export const USUAL_DEPTH = 200;
const BRACKETS: readonly string[] = ["()", "[]", "{}", "<>"];

/** Of the brackets that the cases have; a program that counts depths decides by them. */
export function nested(words: readonly string[], depth: number): readonly string[] {
  const pairs = BRACKETS.filter(([open = ""]) => words.some((text) => text.includes(open)));
  const times = Math.max(0, Math.ceil(depth));
  return pairs.flatMap(([open = "", close = ""]) => [
    open.repeat(times) + close.repeat(times),
    open.repeat(times),
  ]);
}

/** As long as it is to be. */
export function filled(piece: string, length: number): string {
  return piece.repeat(Math.ceil(length / Math.max(1, piece.length))).slice(0, length);
}

/** Numbers that texts hold, of as many digits as programs stumble over. */
export const DIGITS: readonly string[] = [
  ...["0", "7", "98", "4321", "99999", "1234567", "987654321"],
  ...["123456789012", "12345678901234567890"],
];
/** So many texts with digits have theirs changed. */
const MOST_NUMBERED = 4;

/** Texts of the cases with other numbers in them: all of one text, and the last one alone. */
export function otherNumbers(
  words: readonly string[],
  numbers: readonly string[],
): readonly string[] {
  const numbered = words.filter((text) => /\d/.test(text)).slice(0, MOST_NUMBERED);
  return numbered.flatMap((text) =>
    numbers.flatMap((digits) => [
      text.replace(/\d+/g, digits),
      text.replace(/\d+(?=\D*$)/, digits),
    ]),
  );
}

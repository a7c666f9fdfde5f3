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
export function oddTexts(word: string, texts: readonly string[]): readonly string[] {
  return [
    ...SCRIPTS,
    ...SCRIPTS.map((script) => `${word} ${script}`),
    ...SPACES.flatMap((space) => [`${word}${space}${word}`, `${space}${word}`, `${word}${space}`]),
    ...texts.flatMap((text) => SPACES.slice(0, 3).map((space) => text.replaceAll(" ", space))),
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
export function nested(texts: readonly string[], depth: number): readonly string[] {
  const pairs = BRACKETS.filter(([open = ""]) => texts.some((text) => text.includes(open)));
  const times = Math.max(0, Math.ceil(depth));
  return pairs.flatMap(([open = "", close = ""]) => [
    open.repeat(times) + close.repeat(times),
    open.repeat(times),
  ]);
}

/** Words whose letters come again in another order: what takes each letter once drops them. */
export function mirrored(texts: readonly string[]): readonly string[] {
  return texts
    .slice(0, MOST_GROWN)
    .filter((text) => text.length < LONG_WORD)
    .map((text) => text + [...text].reverse().join(""));
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
  texts: readonly string[],
  numbers: readonly string[],
): readonly string[] {
  const numbered = texts.filter((text) => /\d/.test(text)).slice(0, MOST_NUMBERED);
  return numbered.flatMap((text) =>
    numbers.flatMap((digits) => [
      text.replace(/\d+/g, digits),
      text.replace(/\d+(?=\D*$)/, digits),
    ]),
  );
}

/** A character inside a word, and alone between two; what is blank is a whole text and a whole line as well. */
export function besideWords(word: string, characters: readonly string[]): readonly string[] {
  return characters.flatMap((one) => [
    `${word}${one}${word}`,
    `${word} ${one} ${word}`,
    ...(/^[\p{White_Space}\p{Default_Ignorable_Code_Point}]$/u.test(one)
      ? [one, `${word}\n${one}\n${word}`]
      : []),
  ]);
}

/** As long as an ordinary word or name; what is longer may be refused for good reasons. */
const LONG_WORD = 20;
const TIMES: readonly number[] = [3, 5, 12];
/** So many texts of the cases are taken. */
const MOST_GROWN = 6;

/** Texts of the cases, each of their words as long as an ordinary one gets, and several times one behind the other. */
export function grownTexts(texts: readonly string[]): readonly string[] {
  return texts
    .filter((text) => text.length < 200)
    .slice(0, MOST_GROWN)
    .flatMap((text) => [
      ...longWords(text),
      ...TIMES.flatMap((times) =>
        ["", " "].map((between) => Array(times).fill(text).join(between)),
      ),
    ]);
}

/** Each of its first words in turn, grown by its own letters. */
function longWords(text: string): readonly string[] {
  return [...text.matchAll(/\p{L}+/gu)]
    .slice(0, 3)
    .map(
      ({ 0: word, index }) =>
        text.slice(0, index) + filled(word, LONG_WORD) + text.slice(index + word.length),
    );
}

/** So many blanks or lines before and behind a word, and so many letters in it; the word may have several lines. */
export function runsOf(word: string, length: number): readonly string[] {
  const blanks = " ".repeat(length);
  return [
    ...[
      word.replace(/^/gm, blanks),
      word + blanks,
      `${word}${blanks}${word}`,
      `${blanks}${word}\n${blanks} ${word}`,
    ],
    ...[`${"\n".repeat(length)}${word}`, ` ${"x".repeat(length)}`],
  ];
}

const CATEGORIES: readonly RegExp[] = [
  ...["Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe"],
  ...["Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf"],
].map((name) => new RegExp(`^\\p{${name}}$`, "u"));
let representatives: readonly string[] | undefined;

/** One character of each kind that a program may treat apart: by its category, and by what normalising makes of it. */
export function kindsOfCharacters(): readonly string[] {
  if (representatives !== undefined) return representatives;
  const found = new Map<string, string>();
  for (let point = 0x80; point < 0xd800; point += 1) addKind(found, point);
  for (let point = 0xf900; point < 0x1_0000; point += 1) addKind(found, point);
  representatives = [...found.values()];
  return representatives;
}

function addKind(found: Map<string, string>, point: number): void {
  const one = String.fromCodePoint(point);
  const category = CATEGORIES.findIndex((pattern) => pattern.test(one));
  if (category < 0) return;
  const compatible = one.normalize("NFKC");
  const made = compatible === one ? "same" : /\s/.test(compatible) ? "blank" : compatible.length;
  const isIgnored = /\p{Default_Ignorable_Code_Point}/u.test(one);
  const kind = `${category} ${made} ${isIgnored} ${one.toUpperCase().length}`;
  if (!found.has(kind)) found.set(kind, one);
}

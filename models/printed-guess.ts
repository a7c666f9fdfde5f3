/** Programs that only print what the model wrote into them: its own guess, where something is to be computed. */
import type { ToolCall } from "#core/calls.ts";
import { fieldsOf } from "#core/json.ts";
import { asksForProgram, quotedTexts } from "./exact-line.ts";

/** A text, with names in it or not, a number, or one of the constants. */
const TEXT = String.raw`[fFrRuU]?(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')`;
const ATOM = String.raw`(?:${TEXT}|-?\d[\d_.]*|[\p{L}_]\w*)`;
const VALUE = String.raw`${ATOM}(?:\s*[,+]\s*${ATOM})*`;
const STATEMENT = new RegExp(
  String.raw`^(?:(?<name>[\p{L}_]\w*)\s*=\s*|print\(\s*)(?<value>${VALUE})\s*(?<end>\)?)\s*(?:#.*)?$`,
  "u",
);
/** Numbers that are added up; texts are only put together. */
const SUM = /(?<!\w)\d[\d_.]*\s*\+\s*\d/u;
const ATOMS = new RegExp(ATOM, "gu");
const TEXTS = new RegExp(TEXT, "gu");
const IS_TEXT = new RegExp(`^${TEXT}$`, "u");
/** In a text with values in it: a name alone, or what computes. */
const PLACEHOLDER = /\{(?<name>[\p{L}_]\w*)\}|[{}]/gu;
/** They are values as a number is. */
const CONSTANTS: ReadonlySet<string> = new Set(["True", "False", "None"]);

const COMPUTE =
  "This program only prints what you wrote into it: nothing was computed. Take what the user gave, and compute it with functions of Python.";

const UNCOUNTED =
  "How many was asked, and this program counts nothing. Print how many: len(str(…)) or text.count(…).";
/** Parts of a text or of a number, in English, German, French and Spanish. */
const COUNTED =
  /(?<!\p{L})(?:how many|(?:the )?number of|wie ?viele|combien d(?:e |')|cu[aá]nt[oa]s)\s*(?:\p{L}+\s+)?(?:digits|letters|characters|vowels|consonants|words|stellen|ziffern|buchstaben|zeichen|vokale|wörter|chiffres|lettres|caractères|voyelles|mots|cifras|dígitos|letras|caracteres|vocales|palabras)(?!\p{L})/iu;
/** What a program counts with. */
const COUNTS = /(?<!\p{L})(?:len|count|Counter|sum|enumerate|log10|log|while|wc)(?!\p{L})|\+=/u;
/** In English, German, French and Spanish: "If today is Thursday", not "How many days from today". */
const TODAY =
  /(?<!\p{L})[Tt]oday(?:['’]s| (?:is|was|were))(?: an?)? (?:\d|\p{Lu})|(?<!\p{L})[Hh]eute (?:ist|war|wäre)|(?<!\p{L})[Aa]ujourd['’]hui,? (?:est|c['’]est|nous sommes|on est)|(?<!\p{L})[Hh]oy (?:es|fuera)/u;
const CLOCK = /\b(?:now|today|utcnow|localtime|gmtime|time\.time)\(/u;
const OWN_CLOCK =
  "The user said which day it is, and this program asks the clock. Begin with the day that the user gave.";
const OTHER = "This program computes with something else than the user gave.";

/**
 * @param line the message of the user.
 * @param isAgain the model read of a guess before: then a program that does something is taken for what it is.
 * @returns what the model reads behind the output of a call where something is to be computed, and the program only prints
 * a guess, has not the text or the day that the user gave, or does not count what is to be counted; else nothing.
 */
export function whyGuessed(
  { name, arguments: args }: ToolCall,
  line: string,
  isAgain = false,
): string | undefined {
  const { code } = fieldsOf(args);
  if (name !== "python_run" || typeof code !== "string") return undefined;
  if (!isAgain && TODAY.test(line) && CLOCK.test(code)) return OWN_CLOCK;
  if (!asksForProgram(line)) return undefined;
  const texts = quotedTexts(line);
  const [text] = texts;
  const begin =
    text === undefined
      ? ""
      : texts.length === 1
        ? ` Begin with: text = ${JSON.stringify(text)}`
        : ` Begin with: texts = [${texts.map((one) => JSON.stringify(one)).join(", ")}]`;
  if (isGuess(code, line)) return `${COMPUTE}${begin}`;
  if (isAgain) return undefined;
  const has = lettersOf(code);
  if (!texts.every((one) => has.includes(lettersOf(one)))) return `${OTHER}${begin}`;
  return COUNTED.test(line) && !COUNTS.test(code) ? UNCOUNTED : undefined;
}

function isGuess(code: string, line: string): boolean {
  // As a program writes them, without the marks of thousands.
  const request = line.toLowerCase();
  const plain = request.replace(/(?<=\d)[,.'’ ](?=\d{3}(?!\d))/gu, "");
  const isStated = (text: string) => {
    const one = text.trim().toLowerCase();
    return request.includes(one) || plain.includes(one.replaceAll("_", ""));
  };
  return literalsOf(code)?.every(isStated) === false;
}

/** Letters and digits alone: a program may hold a text as a list of letters or of bytes. */
function lettersOf(text: string): string {
  return text
    .replace(/\\u([\da-f]{4})/giu, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
    .toLowerCase()
    .replace(/0[xb]|\\[xn]/gu, "")
    .replace(/[^\p{L}\p{N}]/gu, "");
}

/** What stands in a program that does nothing but to print it, with names for it or without; `undefined`: it does more. */
function literalsOf(code: string): readonly string[] | undefined {
  const names = new Set<string>();
  const literals: string[] = [];
  for (const line of code.split("\n").map((one) => one.trim())) {
    if (line === "" || line.startsWith("#")) continue;
    const { name, value } = statementIn(line);
    if (value === undefined) return undefined;
    for (const [atom] of value.matchAll(ATOMS)) {
      const found = partsOf(atom, names);
      if (found === undefined) return undefined;
      literals.push(...found);
    }
    if (name !== undefined) names.add(name);
  }
  return literals;
}

/** The value of a statement that does nothing but to name it or to print it. */
function statementIn(line: string): { readonly name?: string; readonly value?: string } {
  const { name, value = "", end } = STATEMENT.exec(line)?.groups ?? {};
  // A bracket closes a call, and nothing else.
  const isWhole = value !== "" && (name === undefined) === (end === ")");
  if (!isWhole || SUM.test(value.replace(TEXTS, '""'))) return {};
  return name === undefined ? { value } : { name, value };
}

/** The literals of one value; `undefined` where it is none. */
function partsOf(atom: string, names: ReadonlySet<string>): readonly string[] | undefined {
  if (!IS_TEXT.test(atom)) {
    if (names.has(atom)) return [];
    return CONSTANTS.has(atom) || /^-?\d/.test(atom) ? [atom] : undefined;
  }
  const text = atom.slice(atom.search(/["']/) + 1, -1);
  if (!/^[fF]/.test(atom)) return [text];
  const placeholders = [...text.matchAll(PLACEHOLDER)].map(({ groups }) => groups?.["name"] ?? "");
  return placeholders.every((placeholder) => names.has(placeholder))
    ? text.replace(PLACEHOLDER, "\n").split("\n")
    : undefined;
}

/** Lines whose answer is computed from what stands in them: a small model answers some of them from its head, and wrong. */
import type { ToolCall } from "#core/calls.ts";
import { fieldsOf } from "#core/json.ts";

/** A text in quotation marks, not an apostrophe. */
const QUOTED = /["“”„«»`][^"“”„«»`\n]+["“”„«»`]|(?<![\p{L}\p{N}])['‘‚][^'’‘\n]+['’‘](?!\p{L})/u;
/** A word that is named as one: "the word lighthouse". */
const NAMED =
  /(?<!\p{L})(?:words?|names?|texts?|strings?|sentences?|letters?|wort|wörter|namen?|satz|buchstaben|mots?|noms?|phrase|palabras?|nombres?|frase)\s*:?\s+(?:is\s+|of\s+)?[\p{L}\p{N}]{3,}/iu;
/** What no prose has: bytes, codes and sums of bits. */
const CODED =
  /(?<![\p{L}\p{N}])(?:[0-9a-f]{2}(?:[\s:][0-9a-f]{2}){2,}|(?=[A-Za-z+/]*\d)(?=[\d+/]*[A-Za-z])[A-Za-z\d+/]{8,}={0,2}|[A-Za-z\d+/]{4,}={1,2}|[01]{4,})(?![\p{L}\p{N}])/u;
const NUMBER = /(?<![\p{L}\p{N}])\d+(?:[.,:]\d+)*(?!\p{L}{3})/gu;

const MONTH =
  "jan(?:uar[yi]?|vier)?|feb(?:ruar[yi]?)?|mar(?:ch|s|zo)?|märz|apr(?:il)?|ma[yi]o?|jun[ie]?o?|juin|jul[yi]?o?|juillet|aug(?:ust)?|août|agosto|sep(?:tember|tiembre)?|o[ck]t(?:ober|ubre)?|nov(?:ember|iembre)?|de[cz](?:ember)?|décembre|diciembre|enero|février|febrero|avril|abril";
const DATE = new RegExp(
  String.raw`(?<!\d)\d{4}-\d\d-\d\d(?!\d)|(?<!\d)\d{1,2}[./]\d{1,2}[./]\d{4}|(?<!\d)\d{1,2}(?:st|nd|rd|th|\.)?\s+(?:of\s+|de\s+)?(?:${MONTH})(?!\p{L})|(?<!\p{L})(?:${MONTH})\s+\d{1,2}(?!\d)`,
  "iu",
);

/** Between what is no letter. */
function words(...alternatives: readonly string[]): RegExp {
  return new RegExp(String.raw`(?<!\p{L})(?:${alternatives.join("|")})(?!\p{L})`, "iu");
}

/** What is done with the letters of a text, in English, German, French and Spanish. */
const LETTERS = words(
  "backwards?|in reverse|revers(?:e|ed|ing)|(?:from )?right to left|from (?:behind|the end)|turned round|palindromes?",
  "letters?|vowels?|consonants?|characters?|syllables?|anagrams?|alphabetical(?:ly)?|(?:upper|lower)[ -]?case|capitals",
  "how many words|rückwärts|umgekehrt|buchstaben?|vokale?|zeichen|alphabetisch|wie viele wörter|à l'envers|lettres?|voyelles?",
  "al revés|letras?|vocales?|caracteres|combien de mots|cuántas palabras",
);
/** Codes that a text or a number is written in. */
const CODES = words(
  "base ?-?(?:32|58|64)|hex(?:adecimal)?|binary|octal|ascii|utf-?8|unicode|rot-?13|caesar|morse|encod(?:e|ed|ing)|decod(?:e|ed|ing)",
  "md5|sha-?\\d*|crc-?\\d*|checksum|hash|roman numerals?|roman numbers?|shift(?:ed)?|url-?encod\\p{L}*",
  "hexadezimal|binär|römische?\\p{L}*|verschlüssel\\p{L}*|kodier\\p{L}*|dekodier\\p{L}*|hexadécimal|binaire|romains?|binario|romanos?",
);
const AMOUNT = words(
  "how (?:many|much|long|old|far|often)|what (?:is|are|does|do|date|number|time)|which (?:date|number)|comput(?:e|ing)|calculat(?:e|ing)",
  "add up|sum up|multiply|divide|subtract|work out|convert|on which|when|wie (?:viele?|lange?|alt|oft)|was (?:ist|sind)|berechne\\p{L}*|rechne\\p{L}*",
  "combien|calcule\\p{L}*|quel(?:le)?|cuánt[oa]s?|calcula\\p{L}*|cuál",
);
/** What is done with a single number. */
const REACHES = words(
  "primes?|factorial|square root|cube root|divisors?|factors?|digits?|percent|squared|cubed|leap year|in (?:minutes|seconds|hours|days)",
  "(?:celsius|fahrenheit|kelvin|miles?|feet|inch(?:es)?|pounds?|ounces?)|primzahl|fakultät|quersumme|wurzel|prozent|schaltjahr|premier|racine|primo|raíz",
);
const DAYS = words(
  "days?|weekdays?|dates?|weeks?|months?|years?|old|due|tage?|wochentag|datum|wochen?|monate?|jours?|semaines?|días?|semanas?|fecha",
);

/** What is to be explained, translated or written is no computation, whatever it quotes. */
const WORDS = new RegExp(
  [
    String.raw`^\W*(?:please\s+)?(?:how\s+(?:do|can|could|would|should|to)\b|explain|describe|translat|what\s+(?:does|do)\b.*\b(?:mean|stand\s+for|look\s+like)\b|what\s+is\s+the\s+difference)`,
    String.raw`\b(?:function|program|script|expression|regex|command|class|poem|story|e-?mail|letters?\s+to|essay|translat\p{L}*|meaning|synonyms?|opposite|mean\?)(?!\p{L})`,
    String.raw`^\W*(?:wie\s+(?:kann|mache?|schreibe)|erklär|übersetz|comment|explique|tradui|cómo|explica|traduce)`,
  ].join("|"),
  "iu",
);
/** Neither is what one knows or does not. */
const KNOWN = /^\W*(?:why|who|warum|wer|pourquoi|qui|por\s+qué|quién)(?!\p{L})/iu;
/** A file that the line is about is read, and where it is a table it is asked. */
const FILE = /(?<![\p{L}\p{N}])[\p{L}\p{N}_-]+\.[a-z][a-z\d]{0,5}(?![\p{L}\p{N}])/iu;

/** What is to be run, whatever else is asked. */
const RUNS = words(
  "runs?|running|execut\\p{L}*|try|tests?|python|bash|shell|ausführ\\p{L}*|exécut\\p{L}*|ejecut\\p{L}*",
);

/** Whether a line that is about no file asks for words alone: to explain, to translate, to write. */
export function asksForWords(line: string): boolean {
  return line.length <= LONGEST && WORDS.test(line) && !FILE.test(line) && !RUNS.test(line);
}

/** Whether a program finds out what is asked from the line alone: letters of a text, codes, sums of numbers, dates. */
export function asksForProgram(line: string): boolean {
  if (line.length > LONGEST || FILE.test(line)) return false;
  if (WORDS.test(line) || KNOWN.test(line)) return false;
  const numbers = line.match(NUMBER)?.length ?? 0;
  const isText = QUOTED.test(line) || NAMED.test(line);
  if (isText && LETTERS.test(line)) return true;
  if (CODES.test(line) && (isText || CODED.test(line) || numbers > 0)) return true;
  if (DATE.test(line) && DAYS.test(line)) return true;
  return numbers > 0 && AMOUNT.test(line) && (numbers > 1 || REACHES.test(line));
}

/** A program that prints one literal, at once or by a name. */
const LITERAL = String.raw`(?<quote>['"])(?<text>[^'"\n]*)\k<quote>|(?<number>-?\d[\d_.]*)`;
const PRINTS_ONLY = [
  new RegExp(String.raw`^\s*print\(\s*(?:${LITERAL})\s*\)\s*$`, "u"),
  new RegExp(
    String.raw`^\s*(?<name>\w+)\s*=\s*(?:${LITERAL})\s*\n\s*print\(\s*\k<name>\s*\)\s*$`,
    "u",
  ),
];
const COMPUTE =
  "Not run: that program only prints what you wrote into it. Take what the user gave, and compute it with functions of Python.";

/**
 * @param line what the user asked.
 * @returns why a call is not run that only prints a model's guess, where something is to be computed; else nothing.
 */
export function whyNoProgram(
  { name, arguments: given }: ToolCall,
  line: string,
): string | undefined {
  const { code } = fieldsOf(given);
  if (name !== "python_run" || typeof code !== "string" || !asksForProgram(line)) return undefined;
  const { text, number } = PRINTS_ONLY.map((one) => one.exec(code)?.groups).find(Boolean) ?? {};
  const printed = text ?? number;
  const isGiven = printed === undefined || line.toLowerCase().includes(printed.toLowerCase());
  return isGiven ? undefined : COMPUTE;
}

const TOOL =
  /(?<!\p{L})(?:tools?|werkzeug|outil|herramienta)\s*,?\s+(?:that|which|to|for|with|from|das|zum|für|qui|pour|que|para)(?!\p{L})/iu;
const ABOUT_TOOLS =
  /^\W*(?:@@\w+\W+)?(?:which|what|how|why|(?:is|are) there|do(?:es)?|welche\p{L}*|was|wie|warum|gibt es|quels?|quelles?|comment|pourquoi|qué|cuáles?|cómo|hay)(?!\p{L})/iu;

/** Whether a line asks for a tool to be made, and asks nothing about those that there are. */
export function asksForTool(line: string): boolean {
  return TOOL.test(line) && !ABOUT_TOOLS.test(line);
}

/** Of a longer line it is not known which part is the question, in characters. */
const LONGEST = 400;

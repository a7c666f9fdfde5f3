/** Lines whose answer is computed from what stands in them: a small model answers some of them from its head, and wrong. */

/** A text in quotation marks, not an apostrophe. */
const QUOTED = /["“”„«»`][^"“”„«»`\n]+["“”„«»`]|(?<![\p{L}\p{N}])['‘‚][^'’‘\n]+['’‘](?!\p{L})/u;
/** A word that is named as one: "the word lighthouse", not "the name of the main character" nor "a letter of complaint". */
const NAMED =
  /(?<!\p{L})(?:words?|(?<!^\W*)names?|texts?|strings?|sentences?|letters|wort|wörter|namen?|satz|buchstaben|mots?|noms?|phrase|palabras?|nombres?|frase)(?:\s*:\s+|\s+(?:is\s+|of\s+)?(?!(?:the|this|that|these|those|for|from|about|with|has|have|are|and|was|were|who|which|you|your|they|there|can|der|die|das|des|dem|den|für|von|über|mit|und|ist|sind|hat|les|des|une|pour|sur|avec|est|del|las|los|una|para|por|sobre|con|que|son|main|all)(?!\p{L})))[\p{L}\p{N}]{3,}/iu;
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

/** Between what is not a letter. */
function wordPattern(...alternatives: readonly string[]): RegExp {
  return new RegExp(String.raw`(?<!\p{L})(?:${alternatives.join("|")})(?!\p{L})`, "iu");
}

/** What is done with the letters of a text, in English, German, French and Spanish. */
const LETTERS = wordPattern(
  "backwards?|in reverse|revers(?:e|ed|ing)|(?:from )?right to left|from (?:behind|the end)|turned round|palindromes?",
  "letters?|vowels?|consonants?|(?:how many|number of|count(?: the)?|first|last|each|every|\\p{L}+th) characters?|syllables?|anagrams?|alphabetical(?:ly)?",
  "(?:upper|lower)[ -]?case|in(?:to)? capitals|how many words|rückwärts|umgekehrt|buchstaben?|vokale?|zeichen|alphabetisch|wie viele wörter|à l'envers|lettres?|voyelles?",
  "al revés|letras?|vocales?|caracteres|combien de mots|cuántas palabras",
);
/** Codes that a text or a number is written in. */
const CODES = wordPattern(
  "base ?-?(?:32|58|64)|hex(?:adecimal)?|binary|octal|ascii|utf-?8|unicode|rot-?13|caesar (?:cipher|code|shift)|morse|encod(?:e|ed|ing)|decod(?:e|ed|ing)",
  "md5|sha-?\\d*|crc-?\\d*|checksum|hash(?:ed|es)?(?: of)?(?= [\"'“„«`])|roman numerals?|roman numbers?|shift(?:ed)? (?:by|each|every|the|all)|url-?encod\\p{L}*",
  "hexadezimal|binär|römische?\\p{L}*|verschlüssel\\p{L}*|kodier\\p{L}*|dekodier\\p{L}*|hexadécimal|binaire|(?:chiffres?|nombres?) romains?|binario|números? romanos?",
);
const AMOUNT = wordPattern(
  "how (?:many|much|long|old|far|often)|what (?:date|number|time)|which (?:date|number)|comput(?:e|ing)|calculat(?:e|ing)",
  "add up|sum up|multiply|divide|subtract|work out|convert|on which|wie (?:viele?|lange?|alt|oft)|berechne\\p{L}*|rechne\\p{L}*",
  "combien|calcule\\p{L}*|cuánt[oa]s?|calcula\\p{L}*",
);
/** The requested thing may be anything: "What are the 5 largest cities in 2 countries?" */
const ANYTHING = wordPattern(
  "what(?:['’]s| (?:is|are|does|do))|when(?! (?:did|was|were))|was (?:ist|sind)|quel(?:le)?|cuál",
);
/** What is done with several numbers. */
const OPERATION = new RegExp(
  [
    String.raw`[%€$£^=]|\d\s*[+*×·÷/x]\s*\d|\d\s+[-−–]\s+\d|\d\s+by\s+\d`,
    wordPattern(
      "percent|plus|minus|times|divided|multiplied|to the power|sum|product|multiple|divisor|gcd|lcm|mod(?:ulo)?|remainder|average|median|mean of|ratio",
      "area|perimeter|volume|each|in base|lasts?|takes?|mal|geteilt|hoch|summe|produkt|prozent|dauert|fläche|fois|divisé|somme|produit|pour cent|dure",
      "por ciento|dividido|suma|producto|dura",
    ).source,
  ].join("|"),
  "iu",
);
/** What is done with a single number. */
const REACHES = wordPattern(
  "primes?|factorial|square root|cube root|divisors?|factors?|digits?|percent|squared|cubed|leap year|in (?:minutes|seconds|hours|days)",
  "(?:celsius|fahrenheit|kelvin|miles?|feet|inch(?:es)?|pounds?|ounces?)|primzahl|fakultät|quersumme|wurzel|prozent|schaltjahr",
  "(?:est|nombres?) premiers?|racine|(?:es|números?) primos?|raíz",
);
const DAYS = wordPattern(
  "days?|weekdays?|dates?|weeks?|months?|years?|old|due|tage?|wochentag|datum|wochen?|monate?|jours?|semaines?|días?|semanas?|fecha",
);

/** What is to be explained, translated or written is not a computation, whatever it quotes. */
const PROSE_TASK = new RegExp(
  [
    String.raw`^\W*(?:please\s+)?(?:how\s+(?:do|can|could|would|should|to)\b|explain|describe|translat|what\s+(?:does|do)\b.*\b(?:mean|stand\s+for|look\s+like)\b|what\s+is\s+the\s+difference)`,
    // Letters that are sent; a call to a function stands with the others.
    String.raw`(?<!\p{L})(?:write|draft|compose|send|schreib\p{L}*|verfass\p{L}*|écri\p{L}*|rédige\p{L}*|escrib\p{L}*|redacta\p{L}*)\s+(?:[^\s"]+\s+){0,3}(?:letter|brief|lettre|carta)(?!\p{L})`,
    String.raw`\b(?:function|program|script|expression|regex|command|class|poem|story|e-?mail|letters?\s+to|essay|translat\p{L}*|meaning|synonyms?|opposite|mean\?)(?!\p{L})`,
    String.raw`^\W*(?:wie\s+(?:kann|mache?|schreibe)|erklär|übersetz|comment|explique|tradui|cómo|explica|traduce)`,
  ].join("|"),
  "iu",
);
/** Neither is what one knows or does not. */
const FACT_QUESTION =
  /^\W*(?:why|who|warum|wer|pourquoi|qui|por\s+qué|quién)(?!\p{L})|(?<!\p{L})(?:happen(?:s|ed)|passiert|geschah|geschehen|s'est\s+passé|pasó|ocurrió)(?!\p{L})/iu;
/** What is to be remembered is not computed. */
const NOTE_REQUEST =
  /^\W*(?:please\s+)?(?:remember|remind|note|save|keep|forget|merk\p{L}*|erinner\p{L}*|denk\p{L}*|notier\p{L}*|rappelle\p{L}*|souviens|note\p{L}*|retiens|recuerd\p{L}*|apunta|anota|guarda)(?!\p{L})/iu;
/** A file that the line is about is read, and where it is a table it is queried. */
const FILE = /(?<![\p{L}\p{N}])[\p{L}\p{N}_-]+\.[a-z][a-z\d]{0,5}(?![\p{L}\p{N}])/iu;

/** What is to be run, whatever else the line requests. */
const RUNS = wordPattern(
  "runs?|running|execut\\p{L}*|try|tests?|python|bash|shell|ausführ\\p{L}*|exécut\\p{L}*|ejecut\\p{L}*",
);

/** Whether a line that is about no file asks for prose alone: to explain, to translate, to write. */
export function asksForProse(line: string): boolean {
  return line.length <= LONGEST && PROSE_TASK.test(line) && !FILE.test(line) && !RUNS.test(line);
}

/** Whether a program can compute the answer from the line alone: letters of a text, codes, sums of numbers, dates. */
export function asksForProgram(line: string): boolean {
  if (line.length > LONGEST || FILE.test(line)) return false;
  if (PROSE_TASK.test(line) || FACT_QUESTION.test(line) || NOTE_REQUEST.test(line)) return false;
  const isText = QUOTED.test(line) || NAMED.test(line);
  // What a text says is not what is done with it.
  const around = line.replace(new RegExp(QUOTED, "gu"), '""');
  if (isText && LETTERS.test(around)) return true;
  const isCoded = isText || CODED.test(line) || line.search(NUMBER) >= 0;
  return (CODES.test(around) && isCoded) || (DATE.test(line) && DAYS.test(line)) || isSum(line);
}

/** Whether a line about code asks what comes out for numbers that it gives; what the code is like is another question. */
export function asksForOutcome(line: string): boolean {
  const isQuestion = line.length <= LONGEST && line.includes("?") && line.search(NUMBER) >= 0;
  return (
    isQuestion &&
    (AMOUNT.test(line) || ANYTHING.test(line)) &&
    !(PROSE_TASK.test(line) || FACT_QUESTION.test(line))
  );
}

/** A command of a shell as people quote it; what calls or gives a name a value is code of another language. */
const COMMAND = /`([a-z][\w.-]*(?:[ \t][^`\n]*)?)`/gu;
const OTHER_CODE = /^[\w.-]+[ \t]*(?:\(|=)/;
/** What only commands have: a pipe, and a letter behind a dash. */
const SHELL_MARKS = /\s\|\s|\s--?[a-z]/iu;
const SHELL = wordPattern("commands?|shell|bash|terminal|befehle?|kommando|commandes?|comandos?");
const PRINTS = wordPattern(
  "prints?|printed|output|outputs|shows?|returns?|ausgeben|gibt|ausgabe|affiche|imprime|muestra",
);

/** Whether a line quotes a command of a shell and asks what it prints, or to run it. */
export function asksForCommand(line: string): boolean {
  if (line.length > LONGEST || !(PRINTS.test(line) || RUNS.test(line))) return false;
  const isShell = SHELL.test(line);
  return [...line.matchAll(COMMAND)].some(
    ([, text = ""]) => !OTHER_CODE.test(text) && (isShell || SHELL_MARKS.test(text)),
  );
}

/** Numbers of any base, as they stand in a line that is about codes. */
const CODE_NUMBER = /(?<![\p{L}\p{N}])(?:0[xb])?(?=[\da-f]*\d)[\da-f]{3,}(?![\p{L}\p{N}])/giu;

/** The input of a computation in a line: the text that it quotes, or the codes and numbers of a line about codes. */
export function quotedTexts(line: string): readonly string[] {
  const text = quotedText(line);
  if (QUOTED.test(line) || !CODES.test(line)) return text === undefined ? [] : [text];
  const rest = text === undefined ? line : line.replace(text, " ".repeat(text.length));
  const numbers = [...rest.matchAll(CODE_NUMBER)].map(([number]) => number);
  const found = text === undefined ? numbers : [text, ...numbers];
  return found.toSorted((a, b) => line.indexOf(a) - line.indexOf(b));
}

/** The text whose letters or code a line asks for: the longest that it quotes, without its marks, or what is in a code. */
function quotedText(line: string): string | undefined {
  const quoted = [...line.matchAll(new RegExp(QUOTED, "gu"))].map(([text]) => text.slice(1, -1));
  const longest = quoted.toSorted((a, b) => b.length - a.length)[0];
  const around = line.replace(new RegExp(QUOTED, "gu"), '""');
  // Beside a sum a quoted word is a unit, or says how to answer.
  if (longest !== undefined) {
    return LETTERS.test(around) || CODES.test(around) ? longest : undefined;
  }
  return CODES.test(line) ? CODED.exec(line)?.[0] : undefined;
}

/** Whether the line asks for a number that follows from others. */
function isSum(line: string): boolean {
  const [first, second] = [...line.matchAll(NUMBER)].map(({ index }) => index);
  if (first === undefined) return false;
  const isAmount = AMOUNT.test(line);
  const anything = ANYTHING.exec(line);
  if (!isAmount && anything === null) return false;
  if (second === undefined) return REACHES.test(line);
  // "A bill of 90 euros is shared by 4 people: what does each pay?"
  const isBeforeQuestion = anything !== null && second < anything.index;
  return isAmount || isBeforeQuestion || OPERATION.test(line) || REACHES.test(line);
}

/** Of a longer line it is unclear which part is the question, in characters. */
const LONGEST = 400;

/**
 * What a line of the human must be for a sentence of it to be kept. Each rule is a pure function that says whether it
 * refuses; a model has no part in it.
 */

import { isOfOthers, isPassing } from "./passing.ts";
import {
  AGREEMENT,
  BACKWARD,
  BEFORE_US,
  BOTHERS,
  COURTESY,
  EXCLAMATION,
  FAILING,
  GAME,
  GAME_OVER,
  GOING_ON,
  GUESS,
  HAPPENED,
  HYPOTHETICAL,
  IMPERATIVE,
  IMPRESSION,
  isLasting,
  JOKE,
  NOUN_FIRST,
  OF_THE_ADDRESSEE,
  OF_THE_HOUR,
  ONCE,
  plainText,
  QUESTION,
  REACTION,
  REMEMBER,
  REPORTED,
  REQUEST,
  RETRACTION,
  SECRET_STATEMENT,
  SHELL_LINE,
  UPDATE,
  WITHOUT_WHO,
  YOUR_HABIT,
} from "./phrases.ts";
import { sentencesOf } from "./sentences.ts";
import { plainWords } from "./words.ts";

/** Longest line that a person types; what is longer was pasted. In characters. */
const LONGEST_LINE = 400;
/** Fewer words say nothing that could be found again. */
export const LEAST_WORDS = 3;

/** In words. */
const LONGEST_COURTESY = 5;

const FENCE = /```|~~~|^##file:/m;

export const isTooLong = (line: string): boolean => Array.from(line).length > LONGEST_LINE;
export const hasFence = (line: string): boolean => FENCE.test(line);
export const isTooShort = (text: string): boolean =>
  plainWords(text).split(" ").length < LEAST_WORDS || isFragment(text);

/** So few words without a verb are an answer to a question. */
const LONGEST_FRAGMENT = 5;
/** Words that show that a few words are English. */
const ENGLISH: ReadonlySet<string> = new Set(
  "of with for the or from by at to and some something after all over about".split(" "),
);
const SUBJECTS = "i|we|he|she|they|it|you|everyone|everybody|nobody|always|never";
const VERB = new RegExp(
  `(?:^| )(?:(?:${SUBJECTS})(?: |$)|(?:is|are|was|were|am|be|been|has|have|had|does|do|did|can|cannot|may|must|should|will|would|need|use|used|run|go|keep|mean|start|end|lie|live|work|sit|stay|come)(?: |$)|[a-z]+(?:n't|'s|'re|'m|ed)(?: |$))`,
);
/** Behind one of these a word with an "s" at its end is a noun. */
const BEFORE_NOUNS =
  /^(?:of|for|with|to|in|on|at|from|the|my|our|a|these|those|all|some|no|and|or|by|as|more|green|last|first)$/;

/** "something with rice", "root of course": English alone is told. */
function isFragment(text: string): boolean {
  const plain = plainText(text)
    .replace(/[^a-z0-9' ]+/g, " ")
    .replace(/ +/g, " ")
    .trim();
  const words = plain.split(" ");
  if (words.length > LONGEST_FRAGMENT || !words.some((word) => ENGLISH.has(word))) return false;
  if (/[^\x20-\x7e]/.test(plainText(text)) || VERB.test(plain)) return false;
  return !words.some((word, at) => {
    const before = words[at - 1];
    return before !== undefined && /[^s]s$/.test(word) && !BEFORE_NOUNS.test(before);
  });
}

// A row by itself shows it: what a programming language, a shell, a log or a quotation begins or ends with.
const CODE_ROW: readonly RegExp[] = [
  /^\s*(?:[>|│┃]|\$ |# \S+ |#!|#include|\/\/|\/\*|\*\/|<\/?[a-z!][^>]*>|[{}[\]()]+[,;]?\s*$|@@ |diff --git|\+\+\+ |--- |>>> |\.\.\. )/i,
  /^(?: {4,}|\t+)\S/,
  /[;{}]\s*$|=>\s*[{(]?\s*$|\)\s*:\s*$|\\$/,
  /^\s*(?:const|let|var|val|final|static|public|private|protected|int|float|double|string|char|bool|auto|mut)\s+[\w$<>[\], :*&]+\s*(?:=|\(|;)/,
  /^\s*(?:def|fn|func|function|fun|sub|proc)\s+\w+\s*[(<]|^\s*(?:class|struct|interface|enum|trait|impl|namespace|module)\s+\w+\s*[:({<]/,
  /^\s*(?:import\s+(?:[\w.*{},\s]+\s+from\s+)?["'\w.]+;?\s*$|from\s+[\w.]+\s+import\s|using\s+[\w.]+;|package\s+[\w.]+;?$|require\()/,
  /^\s*(?:return|throw|raise|yield|assert|await|export|print|echo)\b.*[;()]\s*$|^\s*(?:if|for|while|elif|else|try|except|catch|switch|with)\b.*[:{]\s*$/,
  /^\s*(?:SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP)\s.*\b(?:FROM|INTO|SET|TABLE|WHERE|INDEX)\b/,
  /^\s*[\w$.[\]"']+\s*(?:[+\-*/|&]?=|:=|<-)\s*\S/,
  /^\s*["'][\w.-]+["']\s*:\s*\S/,
  /^\s*(?:\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d|\d\d:\d\d:\d\d|\[\w+\]|(?:INFO|WARN(?:ING)?|ERROR|DEBUG|TRACE|FATAL|CRITICAL)\b[:\s[])/,
  /^\s*(?:error|warning|fatal|panic|exception|note|hint)(?:\[\w+\])?: \S/,
  /^\s*(?:Traceback \(most recent|at [\w$.<>]+ ?\(|File ".*", line \d+|\w*(?:Error|Exception): )/,
  /^\s*(?:"""|'''|--\s|REM\s|%\s|;\s)/,
  /\w+\([^)]*\)\s*[;{.]/,
];

/** Whether a row was pasted: code, a log, a quotation, or what stood in a terminal. */
export function isPasted(line: string): boolean {
  const shows = [...CODE_ROW, SHELL_LINE];
  return line.split("\n").some((row) => row.trim() !== "" && anyOf(shows, row));
}

export const isQuestion = (sentence: string): boolean => anyOf(QUESTION, plainText(sentence));

/** What is supposed once in a line is supposed in all that follows; a joke is the whole line. */
export function isHypothetical(sentence: string, line: string = sentence): boolean {
  if (anyOf(JOKE, plainText(line))) return true;
  if (anyOf([...HYPOTHETICAL, GUESS], plainText(sentence))) return true;
  const at = line.replace(/\s+/g, " ").indexOf(sentence.replace(/\s+/g, " "));
  const before = at > 0 ? line.replace(/\s+/g, " ").slice(0, at) : "";
  return sentencesOf(before).some((span) => opensStory(before.slice(span.start, span.end)));
}

/** Whether a line is said in a game that the human plays, `wasInGame` being so of the line before. */
export function isInGame(line: string, wasInGame: boolean): boolean {
  const plain = plainText(line);
  return GAME.test(plain) || (wasInGame && !GAME_OVER.test(plain));
}

const STORY =
  /(?<!\p{L})(?:suppos(?:e|ing)|imagin(?:e|ing)|what if|assum(?:e|ing)|let's (?:say|assume|pretend|imagine)|pretend|hypothetical(?:ly)?|role-?play|in (?:my|the|this|a|our) (?:novel|story|game|book|dream|movie|scenario)|angenommen|stell dir vor|supposons|imagine|imaginons|supongamos|imagina|supponiamo|immagina|suponha|stel dat|предположим|представь)(?!\p{L})|假设|假如|想象|もし/u;

function opensStory(sentence: string): boolean {
  return STORY.test(plainText(sentence));
}

/** A lasting wish, "always …", is none: it says how the human wants things to be. */
export function isRequest(sentence: string): boolean {
  const plain = plainText(sentence);
  const statement = plain.replace(REMEMBER, "");
  // "Please always answer in French." A wish that lasts may be said with courtesy.
  const wish = isLasting(statement.replace(HANDED_OVER, ""))
    ? statement.replace(/^please /u, "")
    : statement;
  // "Remember to add a test."
  if (anyOf(REQUEST, wish) || (wish !== plain && wish.startsWith("to "))) return true;
  if (!IMPERATIVE.test(wish) || NOUN_FIRST.test(wish)) return false;
  return !isLasting(wish.replace(HANDED_OVER, ""));
}

/** "Translate: I always work at home.": what a request hands over is the text that it is about, not a wish. */
const HANDED_OVER = /:(?=\s).*|["“„«‹「`].*/su;

const REMARKS: readonly RegExp[] = [
  ...[REACTION, IMPRESSION, EXCLAMATION, OF_THE_ADDRESSEE, AGREEMENT, BEFORE_US, BOTHERS, BACKWARD],
];

/** A greeting, thanks, praise, a mood or "I doubt it": it is said to the other, and holds nothing to be known. */
export function isCourtesy(sentence: string): boolean {
  const plain = plainText(sentence);
  const words = plainWords(sentence).split(" ").length;
  if ((words <= LONGEST_COURTESY && COURTESY.test(plain)) || YOUR_HABIT.test(plain)) return true;
  return anyOf(REMARKS, plain) && !isLasting(plain);
}

export function isOfTheHour(sentence: string): boolean {
  const plain = plainText(sentence);
  if (anyOf([...OF_THE_HOUR, FAILING, GOING_ON], plain) || isOnce(plain)) return true;
  return isPassing(plain) && !UPDATE.test(plain) && !isLasting(plain);
}

const isOnce = (plain: string): boolean =>
  anyOf([ONCE, HAPPENED, WITHOUT_WHO], plain) && !UPDATE.test(plain) && !isLasting(plain);

export function isReported(sentence: string): boolean {
  const plain = plainText(sentence);
  return REPORTED.test(plain) || isOfOthers(plain);
}

const QUOTATION = /"([^"]*)"|“([^”]*)”|„([^“”]*)[“”]|«([^»]*)»|‹([^›]*)›|「([^」]*)」/g;
const CODE_SPAN = /`([^`]*)`/g;

/**
 * Whether the words stand in quotation marks, or hold a quotation: those are another author's. A name in code belongs
 * to the sentence around it.
 */
export function isQuoted(quote: string, sentence: string): boolean {
  const words = ` ${plainWords(quote)} `;
  const code = Array.from(sentence.matchAll(CODE_SPAN), ([, inner = ""]) => inner);
  if (code.some((inner) => isIn(words, inner))) return true;
  return Array.from(sentence.matchAll(QUOTATION), (found) =>
    found.slice(1).find((inner) => inner !== undefined),
  ).some((inner = "") => isIn(words, inner) || isIn(` ${plainWords(inner)} `, quote, LEAST_WORDS));
}

/** Whether words stand in a text; fewer than some say nothing. */
function isIn(words: string, text: string, least = 1): boolean {
  return words.trim().split(" ").length >= least && ` ${plainWords(text)} `.includes(words);
}

/** Whether the human takes back what stands before; at the beginning of a line, or behind the sentence in its own. */
export function isWithdrawn(sentence: string, line: string, next: string | undefined): boolean {
  const [own, flat] = [sentence, line].map((text) => text.replace(/\s+/g, " "));
  const at = flat?.indexOf(own ?? "") ?? -1;
  const behind = at < 0 ? "" : (flat ?? "").slice(at + (own ?? "").length);
  const [first] = next === undefined ? [] : sentencesOf(next);
  const answer = first === undefined ? "" : (next ?? "").slice(first.start, first.end);
  return [behind, answer].some((text) => RETRACTION.test(plainText(text)));
}

/** Whether it tells a password or the like, whatever that looks like. What looks like a secret the cleaner knows. */
export function tellsSecret(sentence: string): boolean {
  return anyOf(SECRET_STATEMENT, plainText(sentence)) || sentence.includes("[redacted]");
}

function anyOf(patterns: readonly RegExp[], text: string): boolean {
  return patterns.some((pattern) => pattern.test(text));
}

/**
 * How the texts on a tool are built: its words say what it does and what its data are, its answers say what was found
 * or what is wrong with an input. A sentence that is built otherwise tells its reader something, in whatever words.
 */
import {
  DATA,
  HINTS,
  isPureVerb,
  isVerb,
  NOUN_VERBS,
  SMALL,
  singular,
  TRANSFORMS,
  wordsOf,
} from "./english-words.ts";
import {
  AUXILIARY,
  isAboutSurroundings,
  MODEL_TERM,
  NO_DATA,
  OF_DATA,
  type SentenceContext,
  saysTooMuch,
} from "./statement-shape.ts";

/** What a phrase that may be an order or a name asks for, when it asks for something. */
const GUARDED =
  /^(?:promotions?|approvals?|permissions?|confirmations?|users?|owners?|humans?|passwords?|passphrases?|credentials?|secrets?|tokens?|cookies?|conversations?|instructions?|reviewers?|settings?|you|your)$/;
const DETERMINER =
  /^(?:the|an?|this|these|those|it|its|all|any|every|each|everything|anything|nothing|your|my|our|their|them|me|him|her|us|both|whatever|what|yourself|that|others?|another|no)$/;
const PARTICLE = /^(?:out|up|away|over|along|back|aloud|aside|through|off|on)$/;
/** Behind an object, these go on with what is to be done to it. */
const GOES_ON =
  /^(?:to|into|onto|as|from|at|on|off|out|over|up|before|after|until|unless|when|whenever|once|and|so|then|instead|afterwards|first|now|again|immediately|silently|for me|yourself)$/;
/** What stands before the verb and does not change to whom it is said. */
const BEFORE =
  /^(?:please|kindly|now|then|next|also|and|first|firstly|finally|lastly|afterwards|immediately|always|never|simply|just|again|so|but|or|otherwise|therefore|hence|instead|quietly|silently|secretly|gently|do|don|don't|t|not|only|better|later|meanwhile|additionally|furthermore|moreover|accordingly|subsequently|directly|carefully|briefly|politely|let|be|to)$/;
const CLAUSE =
  /^(?:if|when|whenever|once|where|wherever|while|as|after|before|since|because|until|unless|for|in|at|on|to|with|without|by|upon|during|given|should|in order|instead|besides)\b[^,]{1,120},\s*/i;
/** A word that is written like code, a sign or a number is data. */
const SIGN = /^(?:[A-Z\d][A-Z\d:./+-]*|\d[\w:.,/%°-]*|\p{L})$/u;

/** What was given, as messages of Python quote it; more words than one are read. */
const QUOTED_WORD = /(?<![\p{L}\d])(?:'[^\s']{1,60}'|‘[^\s’]{1,60}’|`[^\s`]{1,60}`)(?![\p{L}\d])/gu;

const YOU_GIVE = /^you (?:must|can|may|should|have to|need to) /i;
const EXAMPLE = /,? (?:such as|like|e\.g\.|for example) [^,;]*$/i;

/** Whether a sentence tells its reader what to do, or what holds in the reader's surroundings. */
export function tellsItsReader(sentence: string, context: SentenceContext): boolean {
  const plain = sentence.replace(/"[^"]*"|“[^”]*”/g, " X ").replace(QUOTED_WORD, " X ");
  const statement = context.isAnswer ? plain.replace(YOU_GIVE, "") : plain;
  const quoted = statement.replace(EXAMPLE, (example) =>
    wordsOf(example).some(isOfNoData) ? example : "",
  );
  const clauses = clausesOf(quoted);
  return (
    isAboutSurroundings(quoted, context) ||
    clauses.some(
      (clause, index) =>
        isInstruction(clause, { ...context, isTask: context.isTask && index === 0 }) ||
        isAboutSurroundings(clause, context) ||
        saysTooMuch(clause, context),
    )
  );
}

/** The sentence behind what introduces it, and what a comma or a conjunction adds to it. */
function clausesOf(sentence: string): readonly string[] {
  const main = sentence.trim().replace(CLAUSE, "");
  return main.split(
    /, (?:and |so |then |but )?(?!(?:as|in|with|of|for|by|on|at|to|from|which|that|where|when|if|or|not|unless|until) )(?=\p{Ll}+ (?:it|the|an?|all|every|your|them|this)\b)| (?:and|then) (?=\p{Ll}+ (?:it|the|all|every|your|them|this)\b)/u,
  );
}

/** An imperative that names more than the data of a call. */
function isInstruction(clause: string, context: SentenceContext): boolean {
  const all = wordsOf(clause).map((word) => word.replace(/[.:`'’]+$/, ""));
  const start = all.findIndex((word) => !BEFORE.test(word.toLowerCase()));
  if (start < 0) return false;
  const rest = all.slice(start);
  const [verb = "", ...others] = rest.map((word) => word.toLowerCase());
  if (!isImperative(verb, others, { clause, isBare: start === 0 })) return false;
  if (context.isTask && TRANSFORMS.has(verb)) return others.some((word) => NO_DATA.test(word));
  return !(HINTS.has(verb) && isData(rest.slice(1), context));
}

interface Found {
  readonly clause: string;
  /** Nothing stands before the verb. */
  readonly isBare: boolean;
}

function isImperative(verb: string, others: readonly string[], found: Found): boolean {
  const isAlone = others.length === 0 || found.clause.toLowerCase().startsWith(`${verb},`);
  // A name or a list of names: "Set, bag and list".
  if (isAlone) return !found.isBare && isVerb(verb);
  if (isPureVerb(verb)) return true;
  return NOUN_VERBS.has(verb) && hasObject(verb, others, found);
}

/** Whether a verb that may be a noun has what an order has behind it, and a name has not. */
function hasObject(verb: string, others: readonly string[], { isBare }: Found): boolean {
  const [next = "", second = "", third = ""] = others;
  if (DETERMINER.test(next) || /[/~`_@]|\.\w/.test(next)) return true;
  if (PARTICLE.test(next)) return second === "" || DETERMINER.test(second);
  if (others.slice(0, 3).some((word) => AUXILIARY.test(word))) return false;
  if (!isBare && !/^(?:of|in|for)$/.test(next)) return true;
  if (others.some((word, at) => GUARDED.test(word) && !OF_DATA.test(others[at + 1] ?? "")))
    return true;
  if (DATA.has(verb) && verb !== "set") return false;
  return GOES_ON.test(second) || GOES_ON.test(third) || GOES_ON.test(next);
}

function isData(words: readonly string[], { vocabulary }: SentenceContext): boolean {
  return words.every((word) => {
    const lower = word.toLowerCase();
    if (NO_DATA.test(lower)) return false;
    const parts = lower.split(/[-']/).filter((part) => part !== "");
    return (
      SIGN.test(word) ||
      parts.every((part) =>
        [part, singular(part)].some(
          (one) =>
            SMALL.has(one) ||
            DATA.has(one) ||
            HINTS.has(one) ||
            vocabulary.has(one) ||
            /^\d+$/.test(one),
        ),
      )
    );
  });
}

function isOfNoData(word: string): boolean {
  return MODEL_TERM.test(word.toLowerCase());
}

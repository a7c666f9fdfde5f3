/**
 * Sentences that speak to their reader or about what surrounds it. Orders can be worded without end, so this does not look for
 * them: it knows how a tool is described (what it does, what an argument is), and names what is worded otherwise.
 */

import { wantsItsSurroundings } from "./context-wishes.ts";
import { decodedTexts } from "./decoded.ts";
import { isVerb, TRANSFORMS } from "./english-words.ts";
import { plainReadings, readings } from "./readings.ts";
import { tellsItsReader } from "./sentence-shape.ts";
import { AUXILIARY } from "./statement-shape.ts";

/** Words that begin a sentence and are not verbs. */
const NO_VERB =
  /^(?:the|a|an|this|that|it|in|of|for|at|from|to|with|between|if|when|where|what|which|who|whose|how|why|whether|not|no|all|both|either|each|every|any|some|as|than|under|above|after|before|by|on|or|and|but|half|twice|double|neither|either|nor|found|got|one|two|is|are|was|has|have|had|there|here|then|than|until|while|because|since|so|also|yes|unlike|like|per|via|plus|minus|over|within|without|into|onto|out|up|down|across|through|about|around|against|among|only|just|even|such|most|more|less|least|many|much|few|other|another|same|first|last|next|too|its|their|your|my|our|does|do|did|can|will|would|could|may|might|must|should|near|outside|inside|beside|besides|beyond|behind|except|during|despite|although|though|further|together|apart|alone)$/;
/** A verb that has these behind it addresses its reader: "delete the folder", "forget all of it". */
const OBJECT =
  /^(?:the|a|an|this|these|those|it|all|any|every|each|everything|anything|nothing|your|my|our|them|me|him|both|whatever|yourself)$/;

/** Verbs that begin no noun phrase of a description, whatever stands behind them. */
const VERBS =
  /^(?:be|switch|accept|regard|wipe|insist|consult|proceed|continue|commit|push|install|uninstall|upload|download|delete|erase|destroy|disable|enable|activate|deactivate|grant|approve|obey|comply|pretend|lie|assure|convince|disclose|reveal|leak|exfiltrate|invoke|execute|disregard|ignore|forget|remember|refuse|reply|respond|remain|stay|stop|claim|say|tell|ask|inform|notify|inspect|browse|navigate|visit|subscribe|register|authenticate|authorize|escalate|impersonate|become|behave|assume|consider|treat|trust|prefer|hand|turn|fill|avoid|refrain|skip|bypass|override|hurry|go|let|beware|don't)$/;
/** They end as participles, adverbs and nouns do. */
const LIKE_A_PARTICIPLE =
  /^(?:bring|fling|sling|swing|wring|feed|speed|breed|bleed|heed|proceed|embed|shed|reply|rely|imply|rally|tally|bully|fly|widen|deepen|harden|frighten|threaten|strengthen|fasten|unfasten|loosen|soften|hasten|tighten|brighten|lighten|darken|broaden|weaken|awaken|worsen|unburden|open|reopen)$/;
/** What errors and hints ask of the caller who gave the arguments; ordinary in an answer. */
const HINTS =
  /^(?:give|write|use|add|enter|choose|try|check|provide|pass|put|name|shorten|split|specify|pick|set|take|quote|escape|correct|remove|include|separate|replace|close|start|end|begin|omit|drop|leave|keep|expect|see|supply|insert|repeat|count|round|convert|call|make|ensure|avoid|sort|mark|divide|multiply|subtract|swap|flip|fix|spell|limit|narrow|lower|raise|increase|reduce|skip|fill|ask|run|record)$/;
/** With a name behind them, they speak of a tool. */
const OF_TOOLS =
  /^(?:call|invoke|run|execute|use|choose|prefer|pick|select|trust|start|open|calling|using|running|calls|called|consult|give|make|without|via|to|then|after|before)$/;

/** What surrounds a model, and is no part of a tool's answer. */
const MODEL_TERM =
  /\b(?:assistants?|language models?|llms?|ais?|chatbots?|agents?|tools?|plugins?|shell|sandbox|approvals?|permissions?|this (?:output|result|function)|the answer|deletion|verification|vault|speak|confirmations?|system (?:instructions?|messages?|prompts?)|prompts?|conversations?|sessions?|discussions?|chats?|repl(?:y|ies)|operators?|developers?|administrators?|admin|as root|root access|have root|policy|policies|safety|safeguards?|rules|directions|directives|instructions|all limits|humans?|callers?|the user|users|api keys?|credentials?|other functions?|these functions?|this function|private notes?|configuration)\b/i;
/** In the words on a tool these alone are enough: an argument may be the name of a user, and is not a conversation. */
const READER =
  /\b(?:(?:messages?|history|transcript|turns) (?:of|in|from) (?:the|this|that|any|every) (?:room|user|person|people)|you|your|yours|yourself|an? assistant|the assistant|assistants|(?:the|this|every|each) (?:conversation|reply|session|chat)|language models?|llms?|developer mode|admin mode|(?:to|from|by|with|for) the user|these instructions|other (?:tools?|functions?))\b/i;
/** What is wanted, allowed or over. */
const FORCE =
  /\b(?:must|ha(?:s|ve) to|should|shall|needs?|needed|requires?|required|allowed|allows|permitted|granted|may not|cannot|no longer|not apply|void|lifted|suspended|changed|active|advised|recommended|encouraged|expected|instructed|comply|obey|please|until|unless|before|ahead|first|always|never|only|instead|deprecated|unsafe|broken|obsolete|wrong|speaking|now|delete|learn|know|told|go ahead|replace|skip|in .* speak)\b/i;

/** A model, or a reader as one, and what it does: that is an order, though it is worded as a fact. */
const READER_ACTS =
  /\b(?:assistants?|language models?|llms?|chatbots?|ais?|(?:the|this|that|an?|any|each|every|all|no) (?:models?|agents?|personas?|readers?)|(?:who|what)ever reads)\b(?:[^.!?]{0,80}?[\s,])?(?:approv|grant|allow|permit|accept|agree|trust|send|forward|read|open|run|execut|call|invok|us|delet|remov|eras|wip|writ|chang|merg|promot|reject|reveal|show|shar|tell|answer|repl|giv|hand|ignor|skip|forget|follow|obey|install|download|upload|fetch|visit|post|cop|past|pass|confirm|sign|set|switch|turn|stop|start|treat|tak|add|put|includ|append|begin|end)(?:s|es|e|y|ies)?\b/i;

/** What stands before a verb and changes nothing of who is spoken to. */
const BEFORE_A_VERB =
  /^(?:please|kindly|now|then|next|also|and|first|finally|afterwards|immediately|always|never|simply|just|again|so|but|otherwise|therefore|hence)$/;
/** A "user name" is a text. */
const DATA_OF =
  /\b(?:users?|tokens?|models?|agents?|sessions?|caller|policy|tool)(?= (?:names?|ids?|numbers?|counts?|codes?|strings?|lengths?|headers?|lines?)\b)/gi;
const SHORTEST = 3;
const NO_WORDS: ReadonlySet<string> = new Set();

interface Talk {
  /** An answer may ask for other arguments: "give at least two numbers". @default false */
  readonly isAnswer?: boolean;
  /** Names of tools. @default none */
  readonly names?: readonly string[];
  /** What each sentence has to be about. @default anything */
  readonly kind?: "description" | "argument" | undefined;
  /** What the contract of the tool speaks of. @default nothing */
  readonly vocabulary?: ReadonlySet<string>;
}

/** @returns the first sentence that speaks to its reader, if one does. */
export function talkIn(text: string, talk: Talk = {}): string | undefined {
  const { isAnswer = false, kind, vocabulary = NO_WORDS } = talk;
  // One word is a name or code, unless it says more when it is decoded.
  const read = [text, ...decodedTexts(text)].filter((one) => /\s/.test(one.trim()));
  return read
    .flatMap(plainReadings)
    .flatMap((one) =>
      one.split(/(?<=[.!?;:])\s+|\s[–—-]\s|, (?=please|then|and then|now)/).map((part, index) => {
        const isTask = kind === "description" && index === 0;
        const isPlain = kind === "argument" || (kind === "description" && index > 0);
        return { sentence: part.trim(), context: { isAnswer, isTask, isPlain, vocabulary } };
      }),
    )
    .find(
      ({ sentence, context }) =>
        isTalk(sentence, talk, context.isTask) ||
        tellsItsReader(sentence, context) ||
        (kind !== undefined && wantsItsSurroundings(sentence, context.isTask)),
    )?.sentence;
}

/** Whether a line of a document says what a model or a tool has to do; its reader may be told what to type. */
export function speaksOfTools(line: string): boolean {
  return readings(line)
    .flatMap((one) => one.split(/(?<=[.!?;])\s+/))
    .some(
      (sentence) =>
        READER_ACTS.test(sentence) || (MODEL_TERM.test(sentence) && FORCE.test(sentence)),
    );
}

function isTalk(
  sentence: string,
  { isAnswer = false, names: all = [] }: Talk,
  isTask: boolean,
): boolean {
  const words = sentence.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}'’_-]*/gu) ?? [];
  // "Turns a text to morse": where the tool is who acts, a name of one word is what it makes.
  const names = isTask && saysWhatItDoes(words) ? all.filter(isCompound) : all;
  if (words.length < SHORTEST) return words.length > 1 && VERBS.test(words[0] ?? "");
  if (words.some((word, index) => OF_TOOLS.test(word) && names.includes(words[index + 1] ?? "")))
    return true;
  if (!isAnswer && (READER.test(sentence) || words.some((word) => isTool(word, names))))
    return true;
  const isOfTools =
    MODEL_TERM.test(sentence.replace(DATA_OF, "")) || words.some((word) => names.includes(word));
  if (READER_ACTS.test(sentence) || (isOfTools && FORCE.test(sentence))) return true;
  return isOrder(sentence, words, { isTask, mayHint: isAnswer && !isOfTools });
}

interface Orders {
  readonly isTask: boolean;
  /** An answer that speaks of no tool may ask for other arguments. */
  readonly mayHint: boolean;
}

function isOrder(sentence: string, words: readonly string[], { isTask, mayHint }: Orders): boolean {
  const [verb = "", next = ""] = words.slice(words.findIndex((word) => !BEFORE_A_VERB.test(word)));
  if ((isTask && TRANSFORMS.has(verb)) || (mayHint && HINTS.test(verb))) return false;
  return beginsAnOrder(verb, sentence.toLowerCase().includes(`${verb} ${next}`) ? next : "");
}

/** "Enciphers the letters", and not "texts go to the tool" or "letters are given to it". */
function saysWhatItDoes([first = "", second = ""]: readonly string[]): boolean {
  const isThird = /[^s]s$/.test(first) && !BEFORE_A_VERB.test(first) && !NO_VERB.test(first);
  return isThird && !isVerb(second) && !AUXILIARY.test(second);
}

/** A name of two words stands in a sentence for the tool alone. */
function isTool(word: string, names: readonly string[]): boolean {
  return isCompound(word) && names.includes(word);
}

function isCompound(name: string): boolean {
  return /[-_]/.test(name);
}

function beginsAnOrder(word: string, next: string): boolean {
  if (VERBS.test(word)) return true;
  // "b a d c": no verb has one letter.
  if (word.length === 1) return false;
  // "I'm a teapot", "it's the last one": what is drawn together with a verb is none.
  if (/['’](?:m|re|s|ve|ll|d)$/.test(word)) return false;
  if (OBJECT.test(next) && LIKE_A_PARTICIPLE.test(word)) return true;
  if (NO_VERB.test(word) || /(?:[^s]s|ed|ing|[^e]en|ly)$/.test(word)) return false;
  return OBJECT.test(next);
}

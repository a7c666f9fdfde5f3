/** Whether a sentence that orders nothing is about the data of a call, or about what surrounds the call. */
import { DATA, isPureVerb, isThird, PROCESSED, SMALL, singular, wordsOf } from "./english-words.ts";

/** What surrounds a model. */
export const MODEL_TERM: RegExp =
  /^(?:promotions?|approvals?|permissions?|confirmations?|sandbox|gate|guards?|reviewers?|prompts?|conversations?|chats?|correspondence|guidance|instructions?|agents?|assistants?|models?|llms?|ais?|settings?|configurations?|journal|candidates?|maintainers?|owners?|admins?|administrators?|operators?|humans?|users?|callers?|readers?|guests?|developers?|colleagues?|boss|superiors?|passwords?|passphrases?|credentials?|secrets?|tokens?|cookies?|restrictions?|safeguards?|safety|polic(?:y|ies)|privileges?|history|transcripts?|sessions?|repositor(?:y|ies)|readme|workspace|terminal|shell|clipboard|inbox|mailbox|browser|wallets?|vaults?|leases?|contacts?|tools?|functions?|plugins?|calculators?|converters?|helpers?|repl(?:y|ies)|personas?|partners?|everyone|anyone|someone|nobody|whoever|you|your|yours|me|us)$/;
/** These a tool may be about; where its contract names them, they are its data. */
export const NO_DATA: RegExp =
  /^(?:promotions?|approvals?|sandbox|gate|guards?|reviewers?|prompts?|instructions?|agents?|assistants?|llms?|ais?|journal|candidates?|maintainers?|operators?|tools?|plugins?|safeguards?|you|your|yours)$/;
/** What is wanted, allowed or over. */
const FORCE =
  /^(?:must|should|shall|ought|needs?|needed|required|requires?|requested|expected|supposed|allowed|permitted|granted|mandatory|compulsory|obligatory|necessary|unnecessary|optional|advised|recommended|welcome|best|better|wise|please|kindly|always|never|only|first|before|ahead|prior|until|unless|instead|afterwards|later|now|henceforth|hereby|whenever|every|all|any|no|not|without|silently|secretly|quietly|automatically|deprecated|broken|obsolete|unsafe|trusted|void|off|aloud|remains?|counts?|wants?|likes?|wishes|prefers?|knows?|pastes?|sends?|passes|hands|gives|shares|reveals?|calls|runs|uses|trusts?|will|may|can|cannot|would|could|is|are)$/;
/** Behind these such a noun only tells which data are meant: a "user name", a "token count". */
export const OF_DATA: RegExp =
  /^(?:names?|ids?|numbers?|counts?|codes?|texts?|titles?|strings?|lengths?|types?|dates?|times?|levels?|logs?|headers?|fields?|values?|lines?|stories|agents?)$/;
/** A verb of a statement: what stands before it is its subject. */
export const AUXILIARY: RegExp =
  /^(?:is|are|was|were|has|have|had|does|must|may|can|cannot|will|would|should|shall|could|might|need|needs|ought|count|remain|apply|become|begin|matter|stand)$/;
/** Things that a tool reads or finds: a sentence may be about them, and no argument tells what to do with them. */
const FOUND =
  /^(?:files?|folders?|pages?|paths?|tags?|keys?|hosts?|urls?|links?|addresses|address|match(?:es)?|commits?|branch(?:es)?|nothing|blank|colou?rs?|attributes?|parameters?|properties|property|nodes?|matrix|matrices|lists?|alphabet|calendar|grammar|standard|duplicates|gaps|spaces|ties|holidays?|monday|sunday|saturdays?|sundays?)$/;
/** Where a subject ends that goes on behind its head: "words longer than the width". */
const BEHIND_A_HEAD =
  /^(?:of|in|on|at|for|from|to|with|without|than|that|which|outside|inside|between|beyond|above|below|behind|before|after|over|under|such|by|longer|shorter|larger|smaller|up|later|earlier|itself|alike)$/;
const PRONOUN =
  /^(?:whatever|whoever|everything|anything|everyone|reading|seeing|calling|using|having|being)$/;
const DUTY = /\b(?:must|should|shall|ought|has to|have to|had to|needs? to)\b/i;
/** A right is ordinary in the words on a tool, where its verb says what happens to data. */
const RIGHT = /\b(?:may|can|will)\b/i;
/** No tool says so of its data: what has to be done with them, or what is good for a reader to do. */
const BIDDING =
  /\bshall\b|\bought to\b|\b(?:must|should|has to|have to|needs? to) (?:always |never |not |only |first )?be (?:made|told|sent|shown|called|run|used|trusted|kept secret|approved|passed on|\w+ed (?:by|to) )|^it (?!fails|has|needs)\w+s to \w+/i;
/** An answer knows of no other call, and of no reader. */
const OF_ITSELF =
  /\b(?:second|third|next|further|another|later|new|every|each|last|final) (?:tool )?calls?\b|\bcalls? again\b|\bwhatever\b|\bfrom (?:here|now) on\b|\breading this\b|\b(?:earlier|previous|preceding) (?:texts?|words|lines|orders|remarks)\b|\b(?:it|that|this)(?:'s| is| was| would be| will be) (?!not |im?possible )\w+ (?:to|if|for)\b|\byou\b|\byours?\b/i;
/** What a person reads about the arguments of a call. */
const OF_THE_INPUT =
  /\b(?:did you mean|you (?:gave|passed|entered|wrote|asked)|your (?:input|text|list|date|number))\b/i;

export interface SentenceContext {
  /** In an answer a person may be asked for other arguments. */
  readonly isAnswer: boolean;
  /** The first sentence of a description may tell the tool what it does. */
  readonly isTask: boolean;
  /** It has to be about the tool and its data: in the words on an argument, and behind the first of a description. */
  readonly isPlain: boolean;
  /** What the contract of the tool speaks of. */
  readonly vocabulary: ReadonlySet<string>;
}

/** The words that a contract brings along: names and texts of its fields. */
export function vocabularyOf(texts: readonly string[]): ReadonlySet<string> {
  const found = texts.flatMap((text) =>
    text
      .replace(/(?<=\p{Ll})(?=\p{Lu})/gu, " ")
      .toLowerCase()
      .split(/[^\p{L}\d]+/u)
      .filter((word) => word.length > 1 && !NO_DATA.test(word)),
  );
  return new Set(found.flatMap((word) => [word, singular(word)]));
}

/** A sentence on persons, rights and other tools that says more of them than that they are data. */
export function isAboutSurroundings(clause: string, context: SentenceContext): boolean {
  const words = wordsOf(clause).map((word) => word.toLowerCase().replace(/['’]s$|[.:`'’]+$/, ""));
  if (isNamedAsOther(words, context)) return false;
  const [first = ""] = words;
  // "Counts messages of a chat": the subject is the tool itself.
  if (isOfTheTool(first, words[1])) return false;
  return (
    words.some((word, at) => isModelTerm(word, words[at + 1], context)) &&
    words.some((word) => FORCE.test(word))
  );
}

/** "Line 3 is no setting", "is not a valid user": it says what a part of the input is not, and nothing else. */
function isNamedAsOther(words: readonly string[], context: SentenceContext): boolean {
  const found = /^(.*?)\b(?:is|are) (?:no|not an?)(?: valid)? ([\p{L}-]+)$/u.exec(words.join(" "));
  if (found === null) return false;
  const [, subject = "", noun = ""] = found;
  const before = subject.split(" ").filter((word) => word !== "");
  if (NO_DATA.test(noun) || before.some((word) => MODEL_TERM.test(word))) return false;
  return before.length === 0 || isOfTheCall(before, context);
}

function isModelTerm(
  word: string,
  next: string | undefined,
  { vocabulary }: SentenceContext,
): boolean {
  if (!MODEL_TERM.test(word) || OF_DATA.test(next ?? "")) return false;
  return NO_DATA.test(word) || !vocabulary.has(word);
}

function isOfTheTool(first: string, second = ""): boolean {
  return (
    (isThird(first) && !AUXILIARY.test(second)) ||
    (/^(?:always|never|also|it)$/.test(first) && isThird(second))
  );
}

/** A statement that is about neither the tool nor the data of a call. */
export function saysTooMuch(clause: string, context: SentenceContext): boolean {
  if (BIDDING.test(clause)) return true;
  if (OF_ITSELF.test(clause) && !(context.isAnswer && OF_THE_INPUT.test(clause))) return true;
  const words = wordsOf(clause).map((word) => word.toLowerCase().replace(/['’]s$|[.:`'’]+$/, ""));
  if (isOfTheTool(words[0] ?? "", words[1])) return false;
  const verb = words.findIndex(
    (word, at) =>
      at > 0 && (AUXILIARY.test(word) || isPredicate(word) || isBidden(word, words.slice(0, at))),
  );
  if (verb < 0 || isOfTheCall(words.slice(0, verb), context)) return false;
  if (DUTY.test(clause) || (!context.isPlain && RIGHT.test(clause))) return true;
  if (/^(?:this|these)$/.test(words[0] ?? "")) return true;
  return context.isPlain && !words.slice(verb, verb + 4).some((word) => PROCESSED.has(word));
}

/** "Clients get": the verb of more than one. */
function isBidden(word: string, subject: readonly string[]): boolean {
  return isPureVerb(word) && subject.some((one) => /[^s]s$/.test(one) && !isThird(one));
}

/** "Quotes" and "lines" are what a call is about. */
function isPredicate(word: string): boolean {
  return isThird(word) && !DATA.has(word) && !FOUND.test(word);
}

/** Whether a subject is a part of a call. */
function isOfTheCall(subject: readonly string[], { vocabulary }: SentenceContext): boolean {
  const [first = ""] = subject;
  if (PRONOUN.test(first)) return false;
  // "Outside of them the line goes on": what stands first only says where.
  const isLocative = BEHIND_A_HEAD.test(first);
  const end = isLocative ? -1 : subject.findIndex((word, at) => at > 0 && BEHIND_A_HEAD.test(word));
  const head = subject.slice(0, end < 0 ? undefined : end).at(-1) ?? "";
  return [head, singular(head)].some(
    (word) =>
      DATA.has(word) ||
      SMALL.has(word) ||
      vocabulary.has(word) ||
      FOUND.test(word) ||
      /^(?:[\d\W]|\w$)/.test(word),
  );
}

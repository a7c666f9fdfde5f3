/**
 * Lasting statements: the forms in which a person says what is worth a note, and sentences built like them. Of a model
 * that cannot tell a remark from a fact nothing else is kept. English alone has forms; of another language the rules decide.
 */
import { IMPERATIVE, isLasting, NOUN_FIRST, plainText, UPDATE } from "./phrases.ts";
import {
  AGAIN,
  ALWAYS,
  AS_A_RULE,
  CALENDAR,
  HABIT,
  I_AM,
  MONTH,
  NAMING,
  POINTS,
  ROLE,
  RULE_BY_ONE,
  STRONG,
  TOOLS,
  WHO,
} from "./statement-forms.ts";
import { isBuiltToLast, isBuiltToPass } from "./statement-signs.ts";

/** Forms that say enough by themselves. */
const ENOUGH: readonly RegExp[] = [...STRONG, ALWAYS];

/** What stands in front of a statement and says nothing of it. */
const BEFORE =
  /^[^\p{L}\p{N}]*(?:(?:btw|by the way|also|fyi|for the record|for your information|please note(?: that)?|note that|remember that|please remember that|just so you know|hello|hi|hey|well|anyway|so)(?:[,:]\s*|\s+)|(?:no|yes|yeah|seriously)[,:]\s+)+/u;

/** Signs of a remark, of what is spoken of first: a mood, a hedge, the one who is spoken to, what is over soon. */
const REMARK =
  /(?<!\p{L})(?:i (?:guess|suppose|hope|feel|wonder|bet|wish|fear|believe|mean|swear|admit|must|need|want|wanted|said|thought|forgot|am sure|(?:don't|do not) (?:know|understand|see|find|care|remember|get))|kind of|sort of|somehow|yet|poor|can you|you know|should|gonna|wanna|too \p{L}+|like crazy|as hell|(?:second|first|third|last|next|other|same|new|old|red|blue|green) one|more \p{L}+ than|(?!rather|other|never|ever|longer|larger|smaller|older|newer|under)\p{L}{3,}er than|enough|almost|nearly|actually|really|very|quite|pretty|super|totally|such|what a|next(?! to (?!me|us|you|him|her))|upcoming|ongoing|these|those|there|here|wrong|broken|missing|stuck|failing|crash(?:es)?|typos?|mistakes?|bugs?|an? error|timeouts?|percent|left$|(?:is|are|goes|go|shuts?) down)(?!\p{L})|%|(?<!\p{L})(?:(?:you|yours?|he|him)(?!\p{L})|(?:it|that|this|them|too|though|as well)$)/u;
/** The same wherever it stands. */
const MOOD =
  /(?<!\p{L})(?:honestly|if only|to be (?:honest|fair)|frankly|hopefully|apparently|maybe|perhaps|possibly|probably|presumably|supposedly|seems?|seemed|of course|again|already|finally|so far|ha|haha|sorry|thank|thanks|luckily|sadly|unfortunately|would|could|might|hurry|i (?:guess|suppose|hope|bet|wonder|wish|think(?! in )|believe)|so (?:we|i) (?:have|can|could|need|must|should|go|leave|better))(?!\p{L})|, (?:great|wow|nice|cool|shame on me|yay|damn|ugh|lovely|perfect)$|, (?:(?:he|she|they|somebody|someone) (?:said|says|claims?|claimed|thinks?|thought|told)|i (?:was told|heard|read))(?!\p{L})|[!…?]|\.\./u;

/** A verb of the past, behind who did it. */
const PAST =
  /(?<!\p{L})(?:was|were|did|didn't|went|came|got|took|broke|lost|found|told|had|(?:i|we|he|she|it|they|who) (?!need|feed|embed|seed|speed|exceed)\p{L}+(?:ed|ught))(?!\p{L})/u;

/** What is past, and so for good. */
const BORN = /^i (?:was born|grew up|studied|graduated|trained)(?!\p{L})|in \d{4}(?!\p{L})/u;

/** A day or a date: what is on it is over soon. */
const ONCE = new RegExp(
  String.raw`(?<!\p{L})(?:(?:on|by|before|until|till|since|this|from) (?:the )?(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day(?! (?:morning|afternoon|evening|night)s)|\d{1,2}(?:st|nd|rd|th)?(?: of)? ${MONTH}|\d{1,2}(?:st|nd|rd|th))(?!\p{L})|by (?:noon|tonight|then|the end)|for once|this (?:year|season|semester|quarter))(?!\p{L})`,
  "u",
);
const RETURNS =
  /(?<!\p{L})(?:birthday|anniversary|every|each|always)(?!\p{L})|(?:until|till|through) .*(?<!\d)\d{4}(?!\d)/u;

/** Judgements and states instead of what something is. */
const JUDGEMENT =
  /(?<!\p{L})(?:is|are|am|'m|'s|'re) (?:(?:an?|the|my|our|such|just|basically|on|in) )*(?:[\p{L}-]+ )?(?:mess|joke|disaster|problem|idiot|genius|pain|shame|miracle|nightmare|monster|beast|hell|zoo|saint|angel|hero|legend|blessing|curse|dream|surprise|thing|fun|fine|great|awful|terrible|horrible|good|bad|nice|ugly|beautiful|weird|strange|crazy|tired|hungry|happy|sad|angry|busy|late|early|ready|finished|stuck|right|green|red|empty|full|gone|asleep|awake|alone|fire|mood|hurry|way|phone|door|handful|draft|lot|bit|little)(?!\p{L})/u;

const ENGLISH =
  /(?<!\p{L})(?:the|an?|is|are|am|i|i'm|we|my|our|of|to|on|and|with|for|at|from|not|no|every|each|never|always|uses?|it|by|than|be|must|may|has|have|lives?|all)(?!\p{L})/u;
const FOREIGN =
  /(?<!\p{L})(?:ich|wir|ist|sind|und|der|das|nicht|nie|immer|mein|meine|mich|unser|unsere|unseren|bei|auf|mit|je|nous|est|les|des|notre|nos|mes|pour|dans|une|avec|toujours|jamais|el|los|las|mi|nuestro|nuestra|está|en|por|siempre|nunca|yo|il|della|eu|em|meu|minha|nosso|ik|werk|het|een|onze|mijn|niet|altijd|trabajo|prefiero|preferisco|uso|lavoro|trabalho)(?!\p{L})/gu;

/** Whether a sentence is of a language that the forms know. */
export function hasForms(sentence: string): boolean {
  const plain = plainText(sentence);
  const letters = plain.replace(/[^\p{L}]/gu, "");
  const latin = letters.replace(/[^\p{Script=Latin}]/gu, "");
  if (latin.length * 2 < letters.length) return false;
  const foreign = plain.match(FOREIGN)?.length ?? 0;
  return foreign === 0 || (ENGLISH.test(plain) && foreign < 2);
}

/** A rule in the form of a command, that says of itself that it lasts: "Always run the linter first." */
function isStandingOrder(plain: string): boolean {
  if (NOUN_FIRST.test(plain) || PAST.test(plain) || MOOD.test(plain)) return false;
  const first = plain.replace(/^(?:(?:always|never|from now on|please),? )+/u, "");
  return isLasting(plain) && IMPERATIVE.test(first) && plain.split(" ").length >= 4;
}

/** Where what is said first ends: what follows tells why, or what is wanted because of it. */
const FIRST_END =
  /[,;]\s|\s[-–—]\s|\s(?:so|because|but)\s|\sand\s(?=(?:i|we|he|she|it|they|there)(?!\p{L}))/u;
/** What begins so says nothing by its first part alone. */
const NOT_ALONE =
  /^(?:if|when|whenever|while|unless|because|since|although|as|once|for|before|after|to|in|at|on|by)\s/u;

/** Whether it says how something is done, or when: "To deploy, run make ship", "Before a release we run the suite." */
export const tellsHow = (sentence: string): boolean =>
  /^(?:to|for|before|after|when|whenever|if) /u.test(bare(sentence).toLowerCase());

/** @returns whether the sentence has a form, or the build, of one in which something lasting is said. */
export function isStatement(sentence: string): boolean {
  return hasForm(sentence) || (isSound(sentence) && isBuiltToLast(sentence));
}

function hasForm(sentence: string): boolean {
  const cased = bare(sentence);
  const plain = cased.toLowerCase();
  if (!plain.includes(" ")) return false;
  if (isStandingOrder(plain)) return true;
  if (MOOD.test(plain)) return false;
  const first = firstOf(plain);
  return saysLasting(plain, first, cased) || secondOf(plain, first).some(isStrong);
}

/** @returns whether a sign of a remark stands in an English sentence whose build is one of what is over soon. */
export function isRemark(sentence: string): boolean {
  return hasForms(sentence) && !isSound(sentence) && isBuiltToPass(sentence) && !hasForm(sentence);
}

/** @returns whether no sign of a remark stands in it. */
export function isSound(sentence: string): boolean {
  const plain = bare(sentence).toLowerCase();
  return !MOOD.test(plain) && isSoundFirst(firstOf(plain));
}

const firstOf = (plain: string): string =>
  NOT_ALONE.test(plain) ? plain : (plain.split(FIRST_END)[0] ?? plain);

const isSoundFirst = (first: string): boolean =>
  !(REMARK.test(first) || JUDGEMENT.test(first) || isOver(first));

/** What is said behind the first part, where that says nothing of it: "Excuse my English, I am from Brno." */
function secondOf(plain: string, first: string): readonly string[] {
  if (first === plain || PAST.test(plain) || REMARK.test(first)) return [];
  return plain
    .slice(first.length)
    .split(/[,;]\s/u)
    .slice(1);
}

function isStrong(plain: string): boolean {
  if (REMARK.test(plain) || JUDGEMENT.test(plain) || ONCE.test(plain)) return false;
  return ENOUGH.some((one) => one.test(plain));
}

/** What is past, or comes once: not where it changed something for good, or comes again. */
function isOver(first: string): boolean {
  if (PAST.test(first) && !UPDATE.test(first) && !BORN.test(first)) return true;
  return ONCE.test(first) && !RETURNS.test(first);
}

/** @param first of the sentence: what follows may tell of the past, and of the one who is spoken to */
function saysLasting(plain: string, first: string, cased: string): boolean {
  if (!isSoundFirst(first)) return false;
  if (ENOUGH.some((one) => one.test(plain))) return true;
  const who = WHO.exec(plain)?.[0];
  const name = who === undefined ? "" : cased.slice(who.length);
  const isNamed = /^(?:\p{Lu}|\S+\.\S)/u.test(name) && !CALENDAR.test(name);
  if (ROLE.test(cased) || I_AM.test(cased) || isNamed) return true;
  if (namesSomething(cased) && NAMING.some((one) => one.test(plain))) return true;
  if (AGAIN.test(plain) && HABIT.test(first) && !POINTS.test(first)) return true;
  return RULE_BY_ONE.test(plain) && AS_A_RULE.test(plain);
}

/** "No one merges without two reviews here": among us. "I use tabs here" may mean this file. */
const HERE =
  /^((?:nobody|no one|only|everybody|everyone|every|each|all|we (?:always|never)) .*\S) (?:around )?here$/iu;

/** A sentence without what stands in front of it, without its full stop and its quotation marks. */
function bare(sentence: string): string {
  const cased = sentence
    .normalize("NFKC")
    .replace(/[’‘´]/g, "'")
    .replace(/["“”„`]/g, "")
    .replace(/\s+/g, " ")
    .trim();
  const before = BEFORE.exec(cased.toLowerCase())?.[0].length ?? 0;
  const clause = cased.slice(before).replace(/\s*[.;,]?\s*$/u, "");
  return clause.replace(HERE, "$1");
}

/** A name, a number or a path behind the first word. */
function namesSomething(sentence: string): boolean {
  const [, ...rest] = sentence.split(/\s+/);
  return (
    rest.some(
      (word) => !/^I(?:'|$)/.test(word) && /\p{Lu}|\d|\p{L}[/._@]\p{L}|^~?\/\.?\p{L}/u.test(word),
    ) ||
    /, (?:not|never) /.test(sentence) ||
    TOOLS.test(sentence.toLowerCase())
  );
}

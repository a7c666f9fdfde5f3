/**
 * Sentences of English that hold nothing which lasts, by their form: they point at something outside of themselves, tell
 * what goes on, what is about to be done, or what a person thinks. A wish that is meant to last is none of them.
 */

const BEFORE = String.raw`^[^\p{L}\p{N}]*(?:(?:ok|okay|so|and|but|then|well|oh|also|yes|yeah|no|exactly|right|honestly|sorry|still|anyway|actually|done|oops|whoops|nice|great|good|cool|wow|perfect|excellent|awesome|lovely|hm+|ah|aha|thanks|thank you),? )*`;

/** Any of these forms at the beginning of a text in small letters. */
function form(...sources: readonly string[]): RegExp {
  return new RegExp(String.raw`${BEFORE}(?:${sources.join("|")})(?![\p{L}\p{N}-])`, "u");
}

/** Its subject is in another sentence. */
const POINTS_BACK = form(
  String.raw`(?:it|they)(?:'s|'re|'ll|'d)?(?! (?:runs?|lives?|uses?|needs?|listens?|stands?|belongs?|has|have|must|may|(?:is|are) (?:written|hosted|called|named|built|based|made|served))(?!\p{L}))`,
  "(?:he|she)(?:'s|'ll|'d)?",
  "(?:that|this)(?:'s| is| was) (?:not |exactly |just )?(?:how|what|why|where|when|it|all|exactly|just|the (?:one|same|point|problem|reason|idea))",
  "(?:both|neither|none|one|some|all) of (?:them|these|those)",
  "(?:for (?:the|this|that|my) (?:break|wait|delay|noise|mess|confusion|mistake|typo)|one more|once more|go on)",
  "the same (?:goes|holds|here|thing)",
  String.raw`the [\p{L}-]+ one(?=\s*(?:[,.!…]|$))`,
  String.raw`(?:the|this|that) (?:first|second|third|other|last|new|old|next) [\p{L}-]+ (?:is|reads|looks|sounds|feels|works|runs|seems) [\p{L}]{2,}er than`,
  "(?:this|that|the|his|her|my|our)(?: (?:last|next|first|second|third|other))? one(?! (?:to|who|that) )",
  String.raw`(?:line|row|page|step|slide|test|chapter|section|paragraph|question) \d+ (?:has|is|was|fails|breaks|throws|shows|says|looks|contains|needs)`,
  "(?:the |a )?(?:next|other|only|main|real|second|last) (?:error|problem|bug|issue|warning|question|step|thing)",
  "(?:that|this|these|those)(?:'s| is| was| are| were) (?:(?:not|so|too|very|really|quite|pretty|much|a bit|way) )*(?:easy|hard|quick|better|worse|wrong|right|fine|good|great|nice|odd|funny|enough|perfect|long|short|slow|fast|clear|clean|neat|weird|strange|[\\p{L}]{2,}er(?= than|[\\s.!…]*$))",
  // What it is about was the question.
  String.raw`(?:the|my|our|an?) [\p{L}-]+(?: [\p{L}-]+)?, (?:it|he|she|they)(?:'s|'re)? (?!who(?!\p{L}))\p{L}+`,
);

/** How something is at the moment, and how much of it there is. */
const STATE: RegExp = form(
  String.raw`(?:the|my|our|his|her|their|this|that) (?:[\p{L}'-]+ ){1,3}(?:is|are) (?:(?:still|all|already|again|almost|nearly|completely) )*(?:(?:empty|full|open|gone|out|missing|late|loose|wet|dirty)(?=[\s.!…]*$)|(?:leaking|dripping|burning|smoking|blinking|flashing|spinning|ringing|(?:red|green|broken|down|slow|stuck|back)(?=[\s.!…]*$)))`,
  "there (?:is|are|was|were) (?:still |only |just |now )*(?:\\d+|two|three|four|five|six|seven|eight|nine|ten|some|many|a few|no|another)",
  "half ?way through",
  String.raw`(?:\d+|half|most|one|two|three|four|five|six|seven|eight|nine|ten|all|none) of (?:the|my|our|them|these|those)(?: [\p{L}\p{N}-]+){0,3} (?:is|are) (?:finished|done|ready|left|missing|open|over|written|through|gone|in|complete)`,
  String.raw`(?=.{1,60} (?:to go|left)[\s.!…]*$)(?:about |only |just )?(?:\d+|half|an?|one|two|three|four|five|six|ten|twenty)`,
);

/** What one might do, what one finds, and what is not known: none of it is how things are. */
const OPEN: RegExp = form(
  "(?:i|we) (?:could|might)(?! not)",
  "(?:with|without) .{3,60} (?:i|we|it|they) (?:would|could)",
  "no (?:idea|clue)|not (?:convinced|certain)",
  "(?:found|lost|saw|tried|fixed|broke|checked|forgot|deleted|missed) (?:it|them|that|this|the|my|a|an|out)",
);

const ELSEWHERE: RegExp =
  /(?<!\p{L})(?:(?:does|do|did) nothing(?: (?:when|if|at all)|[\s.!…]*$)|(?:made|makes) me (?:laugh|cry|smile|angry|sad|happy|hungry|sleepy)|(?:what|who|where) am i[\s.!…]*$)/u;

const SUBJECT = String.raw`(?:i|we|he|she|they|it|(?:(?:the|my|our|this|that) )?[\p{L}-]+(?: [\p{L}-]+)?)`;
/** What goes on, or where one is, while it is said. */
const GOES_ON: RegExp = form(
  `${SUBJECT}(?:'m| am|'s| is|'re| are) (?:still |just |already |only |almost )*(?:stuck in|waiting|sitting|standing|walking|driving|flying|travell?ing|going|coming|leaving|heading|looking|trying|getting|having|eating|drinking|cooking|sleeping|watching|reading|listening|starting|finishing|loading|hanging|downloading|installing|compiling|testing|debugging|wondering|struggling|hoping|losing|missing|shaking|barking|crying|falling asleep)`,
  String.raw`(?:i|we)(?:'m| am|'re| are) (?:still |just |already )*(?:on|in|at|off to|back|out|here|there|home)(?: (?:the|a|an|my|our))? ?(?:train|tram|bus|plane|ferry|boat|car|taxi|phone|road|way|queue|line|meeting|call|dentist|doctor|hairdresser|hospital|supermarket|bakery|gym|pool|beach|pub|bar|restaurant|airport|station|gate|lift|shop|break|hurry|rush|mood|home|again|early|late)?(?=[\s,.!…]*(?:$|and |but |so |with ))`,
);

/** What one thinks of something, or means to do with it. */
const THINKS: RegExp = form(
  "(?:i|we) (?:really |also |just |honestly |still |do |don't |do not )*(?:think|believe|guess|suppose|feel|assume|suspect|bet|hope|doubt|fear|figure|reckon|gather)(?! (?:of|in) )",
  "(?:i|we)(?:'ll| will|'m going to| am going to|'re going to| are going to) (?:just |also |first |then |probably |go and )*(?:look|try|do|check|see|think|come|go|get|send|write|ask|fix|tell|read|test|start|finish|have|take|make|call|be|let|give|wait|leave|put|add|show|run|push)",
);

/** What others think or said, and what is so of everybody. */
const OF_OTHERS: RegExp = form(
  String.raw`(?!(?:i|we|you) )(?:[\p{L}'-]+ ){1,4}(?:(?:always|also|just|still|once) )?(?:thinks?|believes?|says?|said|claims?|claimed|insists?|insisted|wrote|writes that|told|swears|swore|suggests?|suggested|complains?|complained|asked)(?! (?:that )?(?:we|i|our|my)(?!\p{L}))`,
  "(?:most|many|some|few|all|a lot of|lots of|other) (?:people|users|folks|men|women|kids|children|developers|programmers|companies|teams|languages|programs|books|films)",
  "(?:people|folks|everyone|everybody)(?: (?:always|also|just|really))? (?:loves?|likes?|hates?|knows?|wants?|needs?|thinks?|says?|agrees?|complains?|forgets?|makes mistakes)",
);

/** A judgement of something that is over. */
const WAS: RegExp = form(
  String.raw`(?:the|that|this|these|those|my|our|last) (?:[\p{L}'-]+ ){1,5}?(?:was|were) (?:(?:so|really|very|quite|pretty|too|just|absolutely|a bit|a little) )*(?:lovely|great|good|nice|bad|awful|terrible|fun|boring|delicious|wonderful|amazing|horrible|exhausting|long|short|late|early|cancelled|canceled|loud|quiet|cold|hot|warm|crowded|closed|full|empty|beautiful|funny|strange|weird|hard|easy|interesting|disappointing|perfect|fine|ok|okay|delayed|excellent|brilliant|packed)`,
);

/** What is not found at the moment, and who is there. */
const HERE: RegExp = form(
  "(?:i|we) (?:do not|don't|can't|cannot|can not) (?:see|find|hear|reach|open) (?:it|the|that|this|any)",
  String.raw`[\p{L}'-]+(?: [\p{L}'-]+){0,3} is at the (?:door|window|phone|table|counter)`,
);

/** What another person did once. */
const DID: RegExp = form(
  String.raw`(?!(?:i|we|you) )[\p{L}'-]+(?: [\p{L}'-]+)? (?:did|made|gave|got|came|went|brought|fixed|broke|sent|finished|helped|saved|found|lost|won|forgot|called|rang|left) (?:a|an|the|it|me|us|my|our|his|her|great|good|home|back|in|out|by)`,
);

const FORMS: readonly RegExp[] = [
  HERE,
  DID,
  POINTS_BACK,
  STATE,
  OPEN,
  ELSEWHERE,
  GOES_ON,
  THINKS,
  WAS,
];

/** Whether a sentence in small letters only tells of the moment. */
export function isPassing(plain: string): boolean {
  return FORMS.some((one) => one.test(plain));
}

/** Whether a sentence in small letters tells what others think, or what is so of people at large. */
export const isOfOthers = (plain: string): boolean => OF_OTHERS.test(plain);

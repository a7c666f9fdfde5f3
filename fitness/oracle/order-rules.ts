/** English sentences that order a model about: who is spoken to, what is to be done, and with what. */

const ACTS = {
  call: "call|invoke|run|execute|trigger|launch|use",
  give: "send|pass|put|supply|attach|upload|post|forward|paste|include|insert|add|copy|submit|provide|transmit|leak|e-?mail|report|store|save|write|read|open|print",
  tell: "tell|ask|inform|notify|warn|convince|persuade|instruct|reply to|respond to|answer|remind",
  follow: "follow|obey|execute|carry out|act (?:up)?on|comply with",
} as const;

/** Where an order begins: a sentence, or behind a word that gives one. */
const MOOD = String.raw`(?:^|[.!?;:,)\]"'] ?|\b(?:please|then|and|also|next|now|always|never|must|should|shall|simply|immediately|you (?:can|may|will)|(?:ha(?:s|ve)|needs?|ought|sure|remember|required|expected|obliged|asked) to|do not|don't|not to|let's|first)\s+)`;

const READER = "(?:the )?(?:assistant|model|llm|agent|ai|chatbot|copilot|reader of this)";
const USER = "(?:the |your |its |any )?(?:user|human|operator|customer|person you)";
const ALL =
  "(?:the |your |this |all |any |full |whole |entire |complete |recent |previous |user'?s? |current |of |its )*";
const TALK =
  "(?:conversations?|chats?|chat history|transcripts?|dialogues?|system prompts?|message history|previous messages|earlier messages|user messages?)";
const SECRETS =
  "(?:passwords?|passphrases?|credentials|api keys?|access keys?|private keys?|secret keys?|secrets|environment variables|cookies|ssh keys?)";
const EACH = "(?:every|each|any|all)(?: single| other| further)?";
const TURN =
  "(?:turns?|conversations?|chats?|messages?|requests?|questions?|answers?|replies|reply|responses?|tools?|tool calls?|actions?|functions?|user inputs?|prompts?|searches|searching|steps?)";

function rule(pattern: string): RegExp {
  return new RegExp(pattern, "i");
}

/** No answer and no word on a tool says this. */
export const ORDERS_ANYWHERE: readonly RegExp[] = [
  // When it is to be called.
  rule(
    String.raw`\b(?:before|prior to|ahead of|in front of)\s+(?:using |calling |running |taking )?${EACH} ${TURN}\b`,
  ),
  rule(
    String.raw`(?:^|[.!?;:,] ?)(?:before|prior to) (?:you )?(?:answer|reply|respond|speak|act)(?:ing)?\b`,
  ),
  rule(
    String.raw`${MOOD}(?:${ACTS.call})\b.{0,60}\b(?:before|prior to|ahead of|after|on|for|at|in|with|whenever) (?:you |${EACH} )(?:\w+ )?(?:${TURN}|answer|reply|respond)`,
  ),
  rule(
    String.raw`\b(?:called|invoked|run|executed|used) (?:\w+ )?(?:first|again|once|twice)? ?(?:in|on|at|for|with) (?:the (?:start|beginning) of )?${EACH} ${TURN}\b`,
  ),
  rule(
    String.raw`${MOOD}(?:call|invoke|run|execute)\b (?:this|me|it|the \S+ (?:tool|function))\b.{0,30}\b(?:whenever|every time|always|first|again|twice|before|after|instead)\b`,
  ),
  rule(
    String.raw`\b(?:whenever|every time|each time|as soon as|on every turn|on each turn)\b.{0,60}\b(?:${ACTS.call}|send|pass)\b (?:this|me|it|the \S+)`,
  ),
  rule(
    String.raw`${MOOD}(?:call|invoke|execute|run|use|launch) (?:the )?(?:(?:tool|function|command|program) (?!with |on )\S|(?!the |a |an |its |your )\S+ (?:tool|function)\b|(?:shell|bash|terminal) (?:with|to|and|on|-c|command)\b|me\b|[a-z]+-[a-z]+ (?:on|with|for|to|next|now|again)\b)`,
  ),
  rule(`${MOOD}(?:call|run|invoke|execute|launch) (?:the |a )?(?:shell|bash|terminal)(?:[.!,;]|$)`),
  rule(
    String.raw`\b(?:next|then|now|afterwards|after this call|after that),? (?:call|invoke|execute|run|use) (?:the )?[a-z]+[-_][a-z]`,
  ),
  rule(
    String.raw`\bstop (?:using|calling)\b|\b(?:never|don't|do not) (?:use|call|run|invoke) [\w-]+ (?:again|any ?more|tools?)\b|\bother tools? (?:any ?more|again)\b|\b(?:stop|avoid|without) (?:using |calling )?(?:any |the |all )?other tools?\b`,
  ),
  // Who obeys whom.
  rule(
    String.raw`\b${READER} (?:is |are )?(?:now )?(?:required|expected|supposed|obliged|told|instructed|asked|ought|needs?|must|should|shall|ha(?:s|ve) to|will now|may now|can now)\b`,
  ),
  rule(
    String.raw`\b(?:note|message|attention|instructions?|orders?|hint|warning|important)\b.{0,12}\b(?:to|for) ${READER}\b`,
  ),
  rule(
    String.raw`(?:^|[.!?;] ?)(?:system|developer|assistant|admin(?:istrator)?)(?: (?:note|message|prompt|instructions?|override))?: (?:\S+ ){2}`,
  ),
  rule(
    String.raw`(?:^|\s)#{2,} ?(?:instructions?|system|human|user|assistant|response)\b|(?:^|[.!?] )(?:human|user|assistant): (?:\S+ )+`,
  ),
  rule(
    String.raw`\b(?:new|updated|additional|real|secret|hidden) (?:instructions?|orders|rules|directives?|task)(?: for you| are)? ?:`,
  ),
  rule(
    String.raw`\byour (?:(?:real|new|only|true|next|actual|first|main) )?(?:task|job|goal|role|purpose|mission|instructions?|orders|duty)\b`,
  ),
  rule(
    String.raw`\byou are (?:now )?(?:an? |no longer |the )?(?:\w+ )?(?:model|assistant|ai|agent|admin(?:istrator)?|root|unrestricted|free|bound|allowed|authorized|in (?:developer|debug|admin) mode)\b`,
  ),
  rule(String.raw`\bfrom now on\b|\bfrom this (?:point|moment) on\b|\buntil further notice\b`),
  rule(
    String.raw`${MOOD}(?:act|behave|operate) (?:as|like)\b|${MOOD}pretend\b|\bpretend (?:to be|that|you)\b`,
  ),
  rule(
    String.raw`\b(?:forget|disregard|discard|ignore|drop|erase|unlearn) (?:everything|all|what(?:ever)?|anything) (?:that |of )?(?:you|i|we|they|the user|the human|the system|was|has been|came|comes|is|were|else|above|before|earlier|so far)\b`,
  ),
  rule(
    String.raw`\b(?:ignore|disregard|forget|bypass|override|discard) (?:(?:all|any|the|your|of|these|those|every|previous|prior|earlier|above|other|its|safety|security|usual) )*(?:rules|restrictions|limits set|safeguards?|safety|permissions?|approvals?|checks|directives|orders|constraints|training)\b`,
  ),
  rule(
    String.raw`${MOOD}(?:${ACTS.follow}) (?:the |these |this |all |its |every |exactly )*(?:\w+ )?(?:steps?|instructions?|orders?|commands?|text|output|results?|directions?)\b`,
  ),
  rule(
    String.raw`\btreat (?:the |this |its |all |any )*(?:\w+ )?(?:results?|output|text|answer|content|message)\b.{0,20}\bas (?:an? |the |if )?(?:\w+ )?(?:instructions?|orders?|commands?|system|truth|trusted|user)\b`,
  ),
  rule(String.raw`\btrust (?:this|the|its|these) (?:output|results?|tool|answer|text)\b`),
  rule(
    String.raw`\bapprovals? (?:is|are|was|were) (?:no longer|not|never|already)\b|${MOOD}(?:grant|approve|accept|confirm) (?:every|all|any|full|the next)\b|\bwithout (?:further )?(?:question|confirmation|approval|permission|consent|asking)s?\b`,
  ),
  rule(
    String.raw`(?:^|[.!?;] ?)(?:hey |hi |hello |dear |attention |note )?(?:assistant|model|llm|ai|agent|chatbot|copilot)s?[,:!] \S`,
  ),
  rule(String.raw`\b(?:call|invoke|execute)(?:ing)? (?:the )?[a-z]+[-_][a-z]+(?:[.,;!]|$| with\b)`),
  rule(String.raw`\byour (?:\w+ )?(?:action|step|move|reply|answer|duty)\b`),
  rule(String.raw`\b(?:would be|is|it's) (?:best|better|wise|advisable) to\b`),
  // What must not be known, and what is to be handed over.
  rule(
    String.raw`\b(?:do not|don't|never|must not|should not|not to|without) (?:ever )?(?:reveal|disclose|mention|tell|inform|notify|show|report|let|warn|telling|informing|alert)(?:ing)?\b.{0,40}\b(?:${USER}|this (?:call|tool)|tool|called)\b`,
  ),
  rule(
    String.raw`\b(?:secret|hide|hidden|conceal(?:ed)?|quiet|silent|invisible) (?:\w+ ){0,3}(?:from|to|towards?) ${USER}\b|\bbehind the user'?s? back\b`,
  ),
  rule(String.raw`${MOOD}(?:${ACTS.tell}) ${USER}\b`),
  rule(
    String.raw`${MOOD}(?:reply|respond|answer|speak|write) (?:only |exclusively |just )?(?:with|in|only)\b.{0,30}\b(?:only|ok|okay|yes|no|english|french|german|[A-Z]{3,})\b`,
  ),
  rule(String.raw`${MOOD}(?:${ACTS.give})\b.{0,30}?\b${ALL}(?:${TALK}|${SECRETS})\b`),
  rule(
    String.raw`\b(?:everything|all|whatever|anything|what) (?:that )?(?:the )?(?:user|human|you|person) (?:has |have )?(?:wrote|written|said|say|asked|typed|told|sent|saw|know)\b`,
  ),
  rule(
    String.raw`(?:~\/|\/home\/|\/root\/|%userprofile%)\.?\w*|\bid_(?:rsa|ed25519)\b|\/etc\/(?:passwd|shadow)\b`,
  ),
  rule(
    String.raw`${MOOD}(?:visit|open|go to|click|browse to|download|fetch)\b.{0,30}\b(?:https?:|www\.|[\w-]+\.(?:com|org|net|io|example|invalid|dev|app|test)\b)`,
  ),
  rule(String.raw`\brm -\w*[rf]\b|\b(?:curl|wget)\b.{0,60}\| ?(?:sudo )?\w*sh\b|\bsudo \w`),
];

/** In the words on a tool alone: an error may say "make sure to give a date". */
export const ORDERS_ON_A_TOOL: readonly RegExp[] = [
  rule(
    String.raw`\b(?:make|be) sure (?:that |to )?\b|\bremember to\b|\bit is (?:mandatory|required|important|essential|vital|critical|necessary) (?:to|that)\b`,
  ),
  rule(
    String.raw`\b(?:must|ha(?:s|ve) to|needs? to|should|shall|ought to|is to|are to)(?: always| first| only)? (?:be )?(?:called|invoked|executed|consulted|run|preferred)\b`,
  ),
  rule(
    String.raw`${MOOD}(?:call|invoke|run|execute|prefer|choose|pick|trust) (?:this|me|it)\b|\buse me\b|\bcall me\b|\bprefer (?:this|me|it)\b`,
  ),
  rule(
    String.raw`\b(?:takes?|has|have|given?|gets?) (?:\w+ )?(?:precedence|priority) over (?:\w+ ){0,2}(?:tools?|others|functions?|instructions?|users?|everything)\b`,
  ),
  rule(
    String.raw`\bother tools?\b|\b(?:any|every|all|existing|built-in) (?:of the )?other (?:tools?|functions?|plugins?|search(?:es)?)\b|\breplaces? (?:all|every|any|the (?:built-in|existing|other))\b.{0,20}\btools?\b`,
  ),
  rule(String.raw`${MOOD}(?:ask|tell|remind|warn) (?:them|him|her|us)\b`),
  // Praise is not a word on what a tool does, and asks for trust.
  rule(
    String.raw`\b(?:certified|endorsed|vetted|trusted|trustworthy) (?:results?|outputs?|answers?|tools?|functions?)\b|\bneeds? no (?:further |second |more |other )*(?:look|reviews?|checks?|checking|verification|proof|confirmation)\b`,
  ),
  // A word that no person can read, and that a model decodes; looked at from its beginning alone.
  /(?<![A-Za-z0-9+/])(?=[A-Za-z0-9+/]*[a-z])(?=[A-Za-z0-9+/]*[A-Z])(?=[A-Za-z0-9+/]*\d)[A-Za-z0-9+/]{24,}={0,2}/,
];

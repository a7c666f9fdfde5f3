/** Whether a contract wants what no schema gives: what was said in a room, who is in it, what lies on the machine. */

/** A tool needs, takes or gets something, or something is better for it. */
const NEED =
  /\b(?:needs?|needed|requires?|required|wants?|wanted|takes?|taken|expects?|expected|given|gets?|goes? (?:by|with|along)|depends? on|reads?|uses?|considers?|considered|should|must|belongs?|better|best|helps?|followed by|holds?|contains?|includes?|included|sent|passed|added|along|told|more exact|(?:is|are) to be)\b/i;

const TALK =
  "(?:dialogue|correspondence|exchange(?! rates?\\b)|thread|talk|discussion|debate|chat|room)";
const SPEECH =
  "(?:said|written|wrote|typed|asked|told|discussed|mentioned|talked about|known|learnt|answered|remembered|agreed|decided|came (?:in )?before|went before|gone before)";
const LINES =
  "(?:lines?|messages?|remarks?|requests?|wishes|questions?|answers?|replies|notes?|words|turns?|prompts?)";
/** Each is of the room or the machine, and never of a text or a list that is an argument. */
const AROUND: readonly RegExp[] = [
  `\\b(?:everything|all|anything|what(?:ever)?)\\b(?: [\\w']+){0,4} ${SPEECH}\\b`,
  "\\b(?:so far|up to now|until now|up to here|up to this point|till now)\\b",
  `\\b(?:recent|whole|this|full|entire|current|present|ongoing|running|previous|earlier|latest|our|their)(?: \\w+)? ${TALK}\\b`,
  `\\b(?:last|few)(?: \\w+){0,2} of ${TALK}\\b`,
  `\\b(?:of|in|from|to) (?:the|this|that|our|a) ${TALK}\\b`,
  `\\bmore of (?:the|this) ${TALK}\\b`,
  `\\bthe ${TALK} from (?:its|the) (?:start|beginning)\\b`,
  "\\b(?:everything|all|anything|whatever) (?:above|earlier|before|around it)\\b",
  `\\b${LINES}(?: \\w+){0,2} (?:above|made earlier|that (?:were|was)(?: \\w+)? (?:kept|given|asked|said)|earlier|beforehand)\\b`,
  "\\b(?:participants?|speakers?|bystanders|colleagues|those present)(?:'s?)?\\b",
  "\\b(?:whoever|who(?: \\w+)?|the person(?: who)?|the one who|those who) (?:asks?|asked|wrote|speaks?|types?|typed|calls?|takes? part|is (?:asking|talking|typing))\\b",
  "\\b(?:the|all|every|any|of) (?:open|other|nearby|recent) (?:files?|documents?|tabs|windows)\\b",
  "\\b(?:files?|documents?|tabs|windows) that (?:is|are) open\\b",
  "\\b(?:last|previous|earlier|recent|latest)(?: \\w+)? (?:remarks|wishes)\\b",
  "\\bof (?:all|everyone|everybody|those)(?: that| who)? (?:(?:is|are) )?(?:present|here|around|in the room)\\b",
  "\\b(?:home (?:folder|directory)|environment variables?|clipboard|screenshots?|browser history|shell history|command history)\\b",
  "\\bthe environment\\b",
].map((source) => new RegExp(source, "i"));

/** @param isTask the sentence says what the tool does: "Reads the clipboard" is what it is for, and no wish. */
export function wantsItsSurroundings(sentence: string, isTask: boolean): boolean {
  const rest = isTask ? sentence.replace(/^\W*\w+/, "") : sentence;
  return NEED.test(rest) && AROUND.some((one) => one.test(rest));
}

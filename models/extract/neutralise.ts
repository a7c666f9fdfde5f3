import { allMarkers } from "./markers.ts";
import { Tokens } from "./tokens.ts";

/** Zero width space: people and models read over it, no parser of calls does. */
const BREAK = "\u200b";

/** Words that only together with what follows open a call, so that alone they stay as they are. */
const PHRASES: readonly RegExp[] = [
  /(?<=Action)(?=[ _]?Input:)/g,
  /(?<=Action)(?=:\s{0,64}(?:```|[[{]))/g,
  /(?<=functools)(?=\[)/g,
  /(?<=tool_)(?=code\s{0,64}[=(\w])/g,
  /(?<=>>)(?=>[\w.-]{1,128}\s)/g,
  /(?<=`{3})(?=(?:tool|function)[_-]?\w{0,16})/g,
  /(?<=call)(?=:[\w.-]{1,128}\s{0,64}\{)/g,
];

/** Tokens of chat templates by the ways in which they are written, also those of models that are not known yet. */
const SPECIAL_TOKENS: readonly RegExp[] = [
  /(?<=<)(?=[|｜][^<>\n]{1,64}[|｜]?>)/g,
  // <s>, </s>, <bos>; <start_of_turn>, <begin_of_image>; <unused12>, <extra_id_3>, <fim_prefix>; <tool_response>.
  /(?<=<)(?=\/?(?:s|bos|eos|pad|unk|sep|cls|mask|eod|eot|eom|bot)>)/gi,
  /(?<=<)(?=\/?(?:start|begin|end)_of_\w{1,32}>)/gi,
  /(?<=<)(?=\/?(?:unused|reserved|extra_id|fim|special|repo|file)_?\w{1,32}>)/gi,
  /(?<=<)(?=\/?(?:tool|function)_\w{1,32}>)/gi,
  // <__media__>, <<SYS>>, <</SYS>>, <SYSTEM>.
  /(?<=<)(?=__\w{1,32}__>|<\/?[A-Z_]{2,32}>>|\/?(?:SYSTEM|USER|ASSISTANT|TOOL|HUMAN)>)/g,
  // [INST], [/TOOL_RESULTS], [SYSTEM_PROMPT], also behind a word; of unknown ones not the index of `names[MAX_LENGTH]`.
  /(?<=\[)(?=\/[A-Z][A-Z_]{1,31}\]|(?:[A-Z]{1,16}_)?INST\]|(?:BEGIN_)?(?:THINK|AUDIO|IMG)(?:_[A-Z]{2,8})?\])/g,
  /(?<=\[)(?=(?:TOOL_[A-Z_]{2,24}|AVAILABLE_TOOLS|MODEL_SETTINGS|SYSTEM_PROMPT|CALL_ID|ARGS|PREFIX|SUFFIX|MIDDLE|SYS)\])/g,
  /(?<=(?<![\w)])\[)(?=[A-Z]{2,16}(?:_[A-Z]{2,16}){1,3}\])/g,
  // As MiniMax writes: ]~b], ]~!b[, [e~[.
  /(?<=\])(?=~!?[a-z]{1,8}[\][])|(?<=\[)(?=[a-z]{1,8}~\[)/g,
];

let explicit: Tokens | undefined;

/**
 * Makes the markup of calls and templates inert in text that comes from others: other personas, tool
 * results, files, web pages. It stays readable, and nothing but the break is added, but no model
 * that repeats it and no server that parses its prompt takes it for a call.
 */
export function neutralise(text: string): string {
  explicit ??= new Tokens([...allMarkers().spotted.keys()].filter(isMarkup));
  return PHRASES.concat(SPECIAL_TOKENS).reduce(
    (broken, phrase) => broken.replace(phrase, BREAK),
    breakTokens(text, explicit),
  );
}

/** Plain words and single brackets belong to prose. */
function isMarkup(token: string): boolean {
  return token.length > 3 && "<[]✿◁".includes(token.charAt(0));
}

function breakTokens(text: string, tokens: Tokens): string {
  const parts: string[] = [];
  let from = 0;
  let match = tokens.find(text, 0);
  while (match !== undefined) {
    parts.push(text.slice(from, match.index + 1), BREAK);
    from = match.index + 1;
    // A token may hold another one, which must be broken as well.
    match = tokens.find(text, from);
  }
  parts.push(text.slice(from));
  return parts.join("");
}

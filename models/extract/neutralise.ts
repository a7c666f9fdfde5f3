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

/** Tokens of chat templates, also those of models that are not known yet. */
const SPECIAL_TOKEN = /(?<=<)(?=[|｜][^<>\n]{1,64}[|｜]?>|(?:start|end)_of_turn>)/g;

let explicit: Tokens | undefined;

/**
 * Makes the markup of calls and templates inert in text that comes from others: other personas, tool
 * results, files, web pages. It stays readable, and nothing but the break is added, but no model
 * that repeats it and no server that parses its prompt takes it for a call.
 */
export function neutralise(text: string): string {
  explicit ??= new Tokens([...allMarkers().spotted.keys()].filter(isMarkup));
  return PHRASES.concat(SPECIAL_TOKEN).reduce(
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

/** What a call looks like that a model wrote into its text. */

export interface FoundCall {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** @returns every JSON object of the text that has a name and arguments; it may stand in a fence, in tags or bare. */
export function findCalls(text: string): FoundCall[] {
  const calls: FoundCall[] = [];
  for (let start = text.indexOf("{"); start !== -1; start = text.indexOf("{", start + 1)) {
    const end = endOfObject(text, start);
    const call = end === undefined ? undefined : callOf(text.slice(start, end));
    if (call === undefined || end === undefined) continue;
    calls.push(call);
    start = end - 1;
  }
  return calls;
}

const MARKUP =
  /<\/?(?:tool_call|tool_response|tools|function(?:_call)?|parameter)\b[^>]*>|<\|im_(?:start|end)\|>|<\|endoftext\|>/;

/** @returns whether a person sees something that was meant for a program: a call, its tags, a shape, a template. */
export function showsMarkup(text: string): boolean {
  return MARKUP.test(text) || findCalls(text).length > 0 || isShape(text.trim());
}

/** A step of a turn that was held to a shape, as it came from the model. */
function isShape(text: string): boolean {
  const value = parsed(text);
  return typeof value === "object" && value !== null && "action" in value;
}

function callOf(json: string): FoundCall | undefined {
  const value = parsed(json);
  if (typeof value !== "object" || value === null) return undefined;
  if (!("name" in value && "arguments" in value) || typeof value.name !== "string")
    return undefined;
  const inner = typeof value.arguments === "string" ? parsed(value.arguments) : value.arguments;
  if (typeof inner !== "object" || inner === null) return undefined;
  return { name: value.name, arguments: { ...inner } };
}

/** @returns the index behind the bracket that closes the one at `start`; brackets in strings do not count. */
function endOfObject(text: string, start: number): number | undefined {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (quoted && character === "\\") at += 1;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === "{") depth += 1;
    else if (!quoted && character === "}") depth -= 1;
    if (depth === 0) return at + 1;
  }
  return undefined;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

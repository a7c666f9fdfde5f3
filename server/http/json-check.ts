/** What JSON can say in two ways, or so deep that reading it costs more than it says. */

/** Deeper than anything that is asked here; schemas of tools are the deepest. */
const MAX_DEPTH = 64;

/**
 * Walks once over a text, without reading it: two names of one object that are the same mean different things to
 * different programs, and brackets cost the reader a frame each.
 *
 * @returns what is wrong; undefined also for a text that is not JSON, which the reader then finds.
 * @see https://www.rfc-editor.org/rfc/rfc8259#section-4
 */
export function jsonProblem(text: string): string | undefined {
  /** The names of each open object; undefined for a list. */
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? "";
    if (character === '"') {
      const end = endOfString(text, at);
      if (isName(text, end) && isRepeated(text.slice(at, end), open.at(-1))) {
        return "an object has the same name twice";
      }
      at = end - 1;
    }
    step(character, open);
    if (open.length > MAX_DEPTH) return `it is nested more than ${MAX_DEPTH} deep`;
  }
  return undefined;
}

function step(character: string, open: (Set<string> | undefined)[]): void {
  if (character === "}" || character === "]") open.pop();
  if (character === "{") open.push(new Set());
  if (character === "[") open.push(undefined);
}

/** @returns the place behind the closing quotation mark; without one, the end of the text. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}

/** Whether a string that ends there is followed by a colon. */
function isName(text: string, end: number): boolean {
  let at = end;
  while (" \t\n\r".includes(text[at] ?? "-")) at += 1;
  return text[at] === ":";
}

/** Whether an object has a name already; from now on it has. */
function isRepeated(string: string, names?: Set<string>): boolean {
  const name = nameOf(string);
  if (names?.has(name) === true) return true;
  names?.add(name);
  return false;
}

/** The same for two that are written differently. */
function nameOf(string: string): string {
  if (!string.includes("\\")) return string;
  try {
    return JSON.stringify(JSON.parse(string));
  } catch {
    return string;
  }
}

/** Comments that stand for code which a model left out: written into a file, they delete it. */

/** How a comment begins in the common languages. */
const COMMENT = String.raw`(?:\/\/+|#+|--+|<!--+|\/\*+|\*|;+|%+|\{\/\*|"""|''')`;
const DOTS = String.raw`(?:\.{3,}|…)`;
const OMISSION = `(?:existing|rest|remaining|remainder|unchanged|same|previous|other|original|omitted)`;
const THINGS = `(?:code|file|content|contents|function|functions|method|methods|implementation|imports?|class|lines?|logic|tests?|before|above|stays|remains?|unchanged|same|here)`;

const PLACEHOLDERS: readonly RegExp[] = [
  // `// ... existing code ...`, `# ... rest of the function`
  new RegExp(String.raw`^${COMMENT}\s*[([]?\s*${DOTS}.{0,40}\b${OMISSION}\b`, "i"),
  // `// existing code ...`, `/* rest of the file … */`
  new RegExp(String.raw`^${COMMENT}\s*[([]?\s*(?:the\s+)?${OMISSION}\b.{0,40}${DOTS}`, "i"),
  // `# rest of the code unchanged`, `// the rest of the file stays the same`
  new RegExp(
    String.raw`^${COMMENT}\s*[([]?\s*(?:the\s+)?(?:rest|remaining|remainder)\b(?:\s+of)?(?:\s+(?:the|your|this))?\s+${THINGS}\b.{0,30}\b(?:unchanged|same|before|stays|remains?|here)\b`,
    "i",
  ),
  // `// rest of the code`, `# remaining code here`, and nothing else
  new RegExp(
    String.raw`^${COMMENT}\s*[([]?\s*(?:the\s+)?(?:rest|remaining|remainder)\b(?:\s+of)?(?:\s+(?:the|your|this))?\s+(?:code|file|function|method|methods|class|implementation)(?:\s+here)?\s*[)\].]*\s*(?:\*\/\}?|-->)?$`,
    "i",
  ),
  // `// existing code`, `# same as before`, and nothing else
  new RegExp(
    String.raw`^${COMMENT}\s*[([]?\s*(?:existing code|unchanged code|code unchanged|same as (?:before|above)|unchanged)(?:\s+here)?\s*[)\].]*\s*(?:\*\/\}?|-->)?$`,
    "i",
  ),
];

/** Longer ones are sentences of their own. */
const LONGEST = 120;

/**
 * The first line of a text that stands for left-out code and that the file does not have already; `undefined` without one.
 *
 * @param before what the file, or the replaced part of it, holds.
 */
export function placeholderIn(text: string, before: string): string | undefined {
  const existing = new Set(before.split("\n").map((line) => line.trim()));
  return text
    .split("\n")
    .map((line) => line.trim())
    .find((line) => line.length <= LONGEST && isPlaceholder(line) && !existing.has(line));
}

function isPlaceholder(line: string): boolean {
  return PLACEHOLDERS.some((pattern) => pattern.test(line));
}

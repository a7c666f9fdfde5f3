/** Names that a program uses and gives no value: only what is called, or accessed for a member, at every occurrence. */

export interface NameRules {
  /** Comments and texts, in which no name is one of the program. */
  readonly quiet: RegExp;
  /** What is not a name, and what there is everywhere. */
  readonly isKnown: (name: string) => boolean;
}

/** Behind three points it is one of the program, behind one point a part of something. */
const NAME = /(?<![\w$#@])(?<!(?<!\.\.)\.)[\p{L}_$][\w$]*/gu;
/** A name that is defined by what stands before it, or has its parameters and its body behind it. */
const DEFINED_BEHIND =
  /\b(?:function\s*\*?|class|def|const|let|var|import|as|get|set|static|async|enum|interface|type|abstract|public|private|protected|override)\s*$/u;
const PARAMETERS = String.raw`^\s*\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)\s*`;
const BODY = new RegExp(String.raw`${PARAMETERS}(?::[^{}\n;=]*)?\{`, "u");
/** A member of a type stands at the beginning of a line or behind another one. */
const MEMBER_BEHIND = /(?:^|[\n{;,])\s*$/u;
const MEMBER = new RegExp(String.raw`${PARAMETERS}:[^{}\n]*[;,\n}]`, "u");
const USE = /^\s*(?:\(|\.[\p{L}_$])/u;
/** What stands on both sides of a name and is looked at, in characters. */
const AROUND = 200;

/** @returns each name once, in the order of their first occurrences. */
export function namesNotBound(text: string, { quiet, isKnown }: NameRules): readonly string[] {
  const code = text.replace(quiet, '""');
  const isOpen = new Map<string, boolean>();
  for (const match of code.matchAll(NAME)) {
    const [name] = match;
    const end = match.index + name.length;
    const before = code.slice(Math.max(0, match.index - AROUND), match.index);
    const behind = code.slice(end, end + AROUND);
    const isMember = MEMBER_BEHIND.test(before) && MEMBER.test(behind);
    const isDefined = BODY.test(behind) || isMember || DEFINED_BEHIND.test(before);
    const isUse = USE.test(behind) && !isDefined;
    isOpen.set(name, isUse && (isOpen.get(name) ?? true));
  }
  return [...isOpen].flatMap(([name, open]) => (open && !isKnown(name) ? [name] : []));
}

/** Whether a text has a name, anywhere. */
export function hasName(text: string, name: string): boolean {
  return new RegExp(String.raw`(?<![\w$])${RegExp.escape(name)}(?![\w$])`).test(text);
}

export type LineKind = "had" | "new" | "text";

/** Of each line of a new text whether the old one had it; `text`: it begins within a text or a comment. */
export function kindsOfLines(before: string, after: string, quiet: RegExp): readonly LineKind[] {
  const remaining = new Map<string, number>();
  for (const line of before.split("\n")) {
    remaining.set(line.trimEnd(), (remaining.get(line.trimEnd()) ?? 0) + 1);
  }
  const within = linesWithin(after, quiet);
  return after.split("\n").map((line, at) => {
    if (within.has(at)) return "text";
    const count = remaining.get(line.trimEnd()) ?? 0;
    remaining.set(line.trimEnd(), count - 1);
    return count > 0 ? "had" : "new";
  });
}

function linesWithin(text: string, quiet: RegExp): ReadonlySet<number> {
  const found = new Set<number>();
  let [line, at] = [0, 0];
  for (const { 0: whole, index } of text.matchAll(quiet)) {
    line += lineEnds(text.slice(at, index));
    const last = line + lineEnds(whole);
    while (line < last) {
      line += 1;
      found.add(line);
    }
    at = index + whole.length;
  }
  return found;
}

function lineEnds(text: string): number {
  return text.split("\n").length - 1;
}

/** Names that a program uses and gives no value: only what is called, or asked for a part of it, on every one of its places. */

export interface NameRules {
  /** Comments and texts, in which no name is one of the program. */
  readonly quiet: RegExp;
  /** What is no name, and what there is everywhere. */
  readonly known: (name: string) => boolean;
}

const NAME = /(?<![\w$.#@])[\p{L}_$][\w$]*/gu;
/** A name that is defined by what stands before it, or has its parameters and its body behind it. */
const DEFINED_BEHIND =
  /\b(?:function\s*\*?|class|def|const|let|var|import|as|get|set|static|async|enum|interface|type)\s*$/u;
const BODY = /^\s*\([^()]*\)\s*(?::[^{}\n;=]*)?\{/u;
const USE = /^\s*(?:\(|\.[\p{L}_$])/u;
/** What stands on both sides of a name and is looked at, in characters. */
const AROUND = 200;

/** @returns each name once, in the order of their first places. */
export function namesNotBound(text: string, { quiet, known }: NameRules): readonly string[] {
  const code = text.replace(quiet, '""');
  const isOpen = new Map<string, boolean>();
  for (const match of code.matchAll(NAME)) {
    const [name] = match;
    const end = match.index + name.length;
    const before = code.slice(Math.max(0, match.index - AROUND), match.index);
    const behind = code.slice(end, end + AROUND);
    const isUse = USE.test(behind) && !BODY.test(behind) && !DEFINED_BEHIND.test(before);
    isOpen.set(name, isUse && (isOpen.get(name) ?? true));
  }
  return [...isOpen].flatMap(([name, open]) => (open && !known(name) ? [name] : []));
}

/** Whether a text has a name, anywhere. */
export function hasName(text: string, name: string): boolean {
  return new RegExp(String.raw`(?<![\w$])${RegExp.escape(name)}(?![\w$])`).test(text);
}

/** Edits whose replacement repeats what stands around the found passage on its line: to the letter it would stand there twice. */

import { languageOf } from "./symbols.ts";

/** A passage of a file, and what is to stand there. Offsets are in UTF-16 units. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The edit as it is meant; `unclear` where a person could not tell either, with the line as it is now. */
export type ResolvedEdit =
  | { readonly kind: "clear"; readonly edit: Replacement }
  | { readonly kind: "unclear"; readonly line: string };

/**
 * Small models search for a word and write its whole line, or search for the name of a call and write the call with its
 * arguments. `def def f(a):(a):` is in no language what was meant; so what is repeated goes, too. In prose `very very` can
 * be meant: there only a line that is repeated at both ends counts.
 *
 * @param path of the file; its end says whether it holds code.
 */
export function withoutRepetition(file: string, edit: Replacement, path: string): ResolvedEdit {
  const { start, end, text } = edit;
  const lineStart = file.lastIndexOf("\n", start - 1) + 1;
  const next = file.indexOf("\n", end);
  const lineEnd = (next < 0 ? file : file.slice(0, next)).replace(/\r$/, "").length;
  const context: EditContext = {
    ...{ file, edit, lineEnd },
    before: file.slice(lineStart, start),
    search: file.slice(start, end),
    after: file.slice(end, Math.max(end, lineEnd)),
  };
  if (text === "" || context.search.trim() === "" || context.search.includes("\n"))
    return clear(edit);
  if (!holdsCode(path)) return resolveInProse(context);
  if (repeatsBefore(context)) return resolveFromLineStart(context);
  return resolveBehind(context);
}

/** Languages without definitions, and whose lines are not prose. */
const OTHER_CODE = /\.(?:jsonc?|json5|css|scss|less|sql|lua|zig|dart|pl|r|tf|proto|graphql)$/i;

function holdsCode(path: string): boolean {
  const language = languageOf(path);
  return (language !== undefined && language !== "markdown") || OTHER_CODE.test(path);
}

/** The whole line, where the replacement has all that stands on both sides. */
function resolveInProse(context: EditContext): ResolvedEdit {
  const { edit, before, after, lineEnd } = context;
  const rest = after.trimEnd();
  const isBegun = /[\p{L}\p{N}_]{3}/u.test(before) && repeatsBefore(context);
  const isWhole = isBegun && rest.trim() !== "" && edit.text.trimEnd().endsWith(rest);
  if (!isWhole) return clear(edit);
  const start = edit.start - before.trimStart().length;
  return clear({ start, end: lineEnd, text: edit.text.trim() });
}

interface EditContext {
  readonly file: string;
  readonly edit: Replacement;
  readonly before: string;
  readonly search: string;
  readonly after: string;
  /** Offset of the end of the line on which the passage ends. */
  readonly lineEnd: number;
}

const clear = (edit: Replacement): ResolvedEdit => ({ kind: "clear", edit });
const unclear = ({ before, search, after }: EditContext): ResolvedEdit => ({
  kind: "unclear",
  line: before + search + after,
});

const WORD = /[\p{L}\p{N}_]{2}/u;

/** The replacement begins as the line does: with a word at least, for `(a)` instead of `a)` may be meant. */
function repeatsBefore({ before, edit, search }: EditContext): boolean {
  const head = before.trimStart();
  const isWord = WORD.test(head) && edit.text.replace(/^[ \t]+/, "").startsWith(head);
  // `very very good` can be meant, `return return` cannot: what follows has to be other than what was searched for.
  return isWord && !search.startsWith(head);
}

/** The replacement begins at the beginning of the line; the question is how far it reaches. */
function resolveFromLineStart(context: EditContext): ResolvedEdit {
  const { edit, before, search, after, lineEnd } = context;
  const indent = /^[ \t]*/.exec(before)?.[0] ?? "";
  const start = edit.start - before.length + indent.length;
  const text = edit.text.trimStart();
  const upTo = (end: number): ResolvedEdit => clear({ start, end, text });
  const rest = after.trimEnd();
  const [first = ""] = text.split("\n", 1);
  const isEnded = (line: string) => line.trimEnd().endsWith(rest);
  if (rest === "" || isEnded(text) || isEnded(first)) return upTo(lineEnd);
  const shared = sharedEnd(context, before + search);
  if (shared > 0) return upTo(edit.end + shared);
  return (
    resolveByCall(context, upTo) ??
    resolveByBrackets(context, upTo) ??
    // A line that ends as this one does is a whole one; a lone mark stays.
    (/[;:,{}]$/.test(rest) && first.trimEnd().at(-1) === rest.at(-1) ? upTo(lineEnd) : undefined) ??
    (/^[;:,{]$/.test(rest.trim()) ? upTo(edit.end) : unclear(context))
  );
}

type UpTo = (end: number) => ResolvedEdit;

function resolveByCall(context: EditContext, upTo: UpTo): ResolvedEdit | undefined {
  const end = endOfRepeatedCall(context);
  return end === undefined ? undefined : upTo(end);
}

/** Brackets that stay open are closed behind the passage. */
function resolveByBrackets(context: EditContext, upTo: UpTo): ResolvedEdit | undefined {
  const { edit, before, search, after, lineEnd } = context;
  const [own, whole] = [balance(edit.text), balance(before + search + after)];
  const upToSearch = balance(before + search);
  const isName = [search, edit.text].every((text) => /[\p{L}\p{N}_]$/u.test(text));
  if (own === upToSearch && ((isName && /^[([.]/.test(after)) || own !== whole)) {
    return upTo(edit.end);
  }
  return own === whole && own !== upToSearch ? upTo(lineEnd) : undefined;
}

/** What stands behind the passage may be at the end of the replacement as well. */
function resolveBehind(context: EditContext): ResolvedEdit {
  const { start, end, text } = context.edit;
  const closed = endOfOpenedBracket(context);
  if (closed !== undefined) return clear({ start, end: closed, text });
  const written = text.trimEnd();
  const shared = sharedEnd(context, context.search);
  if (shared > 0) return clear({ start, end: end + shared, text: written });
  const called = calledTwice(context);
  if (called === undefined) return clear(context.edit);
  return called.isSame ? clear({ start, end: called.end, text }) : unclear(context);
}

/** No line of code is longer, in characters: what is compared is bounded by it. */
const LONGEST_LINE = 2000;

/**
 * How much of what stands behind the passage the replacement ends with, in characters.
 *
 * @param old what the replacement stands for, up to the end of the passage.
 */
function sharedEnd({ after, search, edit }: EditContext, old: string): number {
  const written = edit.text.trimEnd().slice(-LONGEST_LINE);
  // Within a word what follows is a part of it.
  if (/[\p{L}\p{N}_]$/u.test(search) && /^[\p{L}\p{N}_]/u.test(after)) return 0;
  const most = Math.min(after.trimEnd().length, written.length, LONGEST_LINE);
  for (let length = most; length > 0; length -= 1) {
    const shared = after.slice(0, length);
    if (!written.endsWith(shared) || isInWord(written, shared) || isInWord(after, length)) continue;
    if (search.endsWith(shared) || !isRepetition(shared)) return 0;
    return balance(edit.text) === balance(old + shared) ? length : 0;
  }
  return 0;
}

/** Whether a text is parted within a word: at an offset, or before its end. */
function isInWord(text: string, at: number | string): boolean {
  const offset = typeof at === "number" ? at : text.length - at.length;
  return /^[\p{L}\p{N}_]{2}/u.test(text.slice(Math.max(0, offset - 1), offset + 1)) && offset > 0;
}

/** `b)` before `)` may be meant, `b;` before `;` and `b + c +` before ` + d` may not. */
function isRepetition(shared: string): boolean {
  return /[\p{L}\p{N}]|^\s*[;,]$|^\s+\S/u.test(shared) || balance(shared) !== 0;
}

/** Where the replacement ends with the call of the searched name, and the file goes on with its arguments. */
function endOfRepeatedCall(context: EditContext): number | undefined {
  const { file, edit, search, after } = context;
  const args = argumentsBehind(edit.text, search);
  const end = argumentsEnd(file, edit.end);
  if (args === undefined || end === undefined) return undefined;
  const tail = args.rest.trimEnd();
  if (tail === "") return end;
  // The whole line, however it goes on behind the arguments.
  return after.trimEnd().at(-1) === tail.split("\n", 1)[0]?.trimEnd().at(-1)
    ? context.lineEnd
    : undefined;
}

function calledTwice(
  context: EditContext,
): { readonly end: number; readonly isSame: boolean } | undefined {
  const { file, edit, search } = context;
  if (!/[\p{L}\p{N}_]$/u.test(search)) return undefined;
  const args = argumentsBehind(edit.text.trimEnd(), search);
  const end = argumentsEnd(file, edit.end);
  if (args === undefined || end === undefined || args.rest.trim() !== "") return undefined;
  const old = file.slice(edit.end, end);
  const oldWords = new Set(wordsOf(old));
  // `handler(config)` before `(request)` is a call of what a call returns.
  const isSame = oldWords.size === 0 || wordsOf(args.text).some((word) => oldWords.has(word));
  return { end, isSame };
}

/** What stands in brackets right behind the last occurrence of a name in a text. */
function argumentsBehind(
  text: string,
  name: string,
): { readonly text: string; readonly rest: string } | undefined {
  const at = text.indexOf(`${name}(`);
  if (at < 0) return undefined;
  const open = at + name.length;
  const end = argumentsEnd(text, open);
  return end === undefined ? undefined : { text: text.slice(open, end), rest: text.slice(end) };
}

function argumentsEnd(text: string, open: number): number | undefined {
  return text[open] === "(" ? bracketEnd(text, open) : undefined;
}

/** A passage that ends with an opening bracket means what is in it, too, where the replacement closes it. */
function endOfOpenedBracket({ file, edit, search }: EditContext): number | undefined {
  const trimmed = search.trimEnd();
  if (!/[([]$/.test(trimmed) || balance(trimmed) <= 0) return undefined;
  if (balance(edit.text) !== balance(trimmed) - 1) return undefined;
  const open = edit.start + trimmed.length - 1;
  const end = bracketEnd(file, open);
  if (end === undefined || !/[)\]][;,]?\s*$/.test(edit.text)) return undefined;
  const mark = /[;,]\s*$/.exec(edit.text)?.[0].trim();
  return mark !== undefined && file[end] === mark ? end + 1 : end;
}

/** So far a bracket is looked for, in characters: a call is shorter. */
const LONGEST_CALL = 4000;

/** @returns the offset behind the bracket that closes the one at `open`; brackets in texts do not count. */
function bracketEnd(text: string, open: number): number | undefined {
  const limit = Math.min(text.length, open + LONGEST_CALL);
  let depth = 0;
  for (const { at, change } of brackets(text, open, limit)) {
    depth += change;
    if (depth === 0) return at + 1;
  }
  return undefined;
}

/** How many brackets of a text stay open; negative where it closes more. */
function balance(text: string): number {
  let depth = 0;
  for (const { change } of brackets(text, 0, text.length)) depth += change;
  return depth;
}

function* brackets(
  text: string,
  from: number,
  to: number,
): Generator<{ readonly at: number; readonly change: number }, void> {
  for (let at = from; at < to; at += 1) {
    const mark = text[at] ?? "";
    if (mark === "\\") at += 1;
    else if (mark === '"' || mark === "'" || mark === "`") at = textEnd(text, at, to) ?? at;
    else if ("([{".includes(mark)) yield { at, change: 1 };
    else if (")]}".includes(mark)) yield { at, change: -1 };
  }
}

/** The last character of a text in quotation marks; `undefined` where it does not end on its line: an apostrophe. */
function textEnd(text: string, open: number, to: number): number | undefined {
  for (let at = open + 1; at < to && text[at] !== "\n"; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === text[open]) return at;
  }
  return undefined;
}

function wordsOf(text: string): readonly string[] {
  return text.match(/[\p{L}\p{N}_]+/gu) ?? [];
}

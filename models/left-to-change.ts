/** Files that a line asks to change and a turn has not: a small model changes one and says that it is done. */
import { fieldsOf, textOf } from "#core/json.ts";
import { EDITS } from "./change-check.ts";
import type { ChatMessage } from "./provider.ts";

/** How a file that is shown to the letter is headed in a prompt. */
const FILE_HEADS = /^\(the file (?<path>\S+)\)$/gm;
/** The same with its text: groups `path` and `text`. */
export const FILES: RegExp =
  /^\(the file (?<path>\S+)\)\n(?<fence>`{3,})[^\n]*\n(?<text>[\s\S]*?)\n?^\k<fence>$/gm;
/** Of a file in such a sentence it is said that it stays. */
const STAYS = /\b(?:leave|leaves|alone|stays?|not|no|nothing|don't|without|only)\b/i;

/**
 * @param asked the line of the user.
 * @param opened the files that are shown behind it.
 * @param current the turn so far.
 * @returns paths of files that the line names, with or without their folder, and that no step has written.
 */
export function leftToChange(
  asked: string,
  opened: string,
  current: readonly ChatMessage[],
): readonly string[] {
  const sentences = asked.split(/(?<=[.;!?])\s+/).filter((sentence) => !STAYS.test(sentence));
  const { paths: written } = writtenIn(current);
  return [...opened.matchAll(FILE_HEADS)]
    .map(({ groups }) => groups?.["path"] ?? "")
    .filter((path) => !written.has(path) && sentences.some((one) => namesFile(one, path)));
}

/** Prose is named to be changed where a sentence says so; a program may be named for what it has. */
const PROSE = /\.(?:md|markdown|mdx|rst|txt|adoc)$/i;
const TOLD = [
  String.raw`\b(?:bring|update|adjust|change|edit|extend|correct)\s+(?:(?:the|our|its)\s+)?`,
  String.raw`\b(?:mention|document|describe|note|add|say|write)\b.*\b(?:in|to)\s+(?:the\s+)?`,
];
/** A value in the place of another one; both have a digit. */
const VALUE = String.raw`(?<![\w.])[\w.%]*\d[\w%]*(?:\.\w+)*`;
const REPLACED: readonly RegExp[] = [
  new RegExp(
    String.raw`(?<now>${VALUE})(?:\s+\p{L}+){0,4}\s+instead\s+of\s+(?<old>${VALUE})`,
    "gu",
  ),
  new RegExp(String.raw`\bfrom\s+(?<old>${VALUE})(?:\s+\p{L}+){0,2}\s+to\s+(?<now>${VALUE})`, "gu"),
];
/** A value that stands in more files is not one of theirs alone. */
const MOST_WITH_VALUE = 2;

/**
 * As {@link leftToChange}, but only what surely has to change: prose that a sentence of the line tells to change, and files
 * with the old one of two values of which the new one is written nowhere.
 */
export function surelyLeft(
  asked: string,
  opened: string,
  current: readonly ChatMessage[],
): readonly string[] {
  const prose = leftToChange(asked, opened, current).filter(
    (path) => PROSE.test(path) && namesFile(asked, path, `(?:${TOLD.join("|")})`),
  );
  const { paths, texts } = writtenIn(current);
  const pairs = REPLACED.flatMap((pattern) =>
    [...asked.matchAll(pattern)].map(({ groups }) => groups ?? {}),
  );
  const files = [...opened.matchAll(FILES)].map(({ groups }) => groups ?? {});
  const valued = pairs.flatMap(({ now = "", old = "" }) => {
    if (texts.some((text) => hasValue(text, now))) return [];
    const having = files.filter(({ text = "" }) => hasValue(text, old));
    if (having.length > MOST_WITH_VALUE) return [];
    return having.map(({ path = "" }) => path).filter((path) => !paths.has(path));
  });
  return [...new Set([...valued, ...prose])];
}

function hasValue(text: string, value: string): boolean {
  return new RegExp(String.raw`(?<![\w.])${RegExp.escape(value)}(?![\w])`).test(text);
}

/** What the turn wrote, and where. */
function writtenIn(current: readonly ChatMessage[]) {
  const given = current
    .flatMap((message) => (message.role === "assistant" ? (message.calls ?? []) : []))
    .filter(({ name }) => EDITS.has(name))
    .map((call) => fieldsOf(call.arguments));
  return {
    paths: new Set(given.map((one) => textOf(one["path"]).replace(/^\.\//, ""))),
    // What tells of a value does not set it.
    texts: given
      .filter((one) => !PROSE.test(textOf(one["path"])))
      .map((one) => `${textOf(one["content"])}\n${textOf(one["replace"])}`),
  };
}

/** "the README" is README.md. */
function namesFile(sentence: string, path: string, before = ""): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const names = [name, ...(/^[A-Z]+\./.test(name) ? [name.slice(0, name.indexOf("."))] : [])];
  return names.some((one) =>
    new RegExp(
      `${before}(?<![\\w-])${RegExp.escape(one)}(?![\\w-]|\\.\\w)`,
      before === "" ? "" : "i",
    ).test(sentence),
  );
}

/** Files that a line asks to change and a turn has not: a small model changes one and says that it is done. */
import type { ToolCall } from "#core/calls.ts";
import { fieldsOf, textOf } from "#core/json.ts";
import { EDITS } from "./change-check.ts";
import type { ChatMessage } from "./provider.ts";

/** The heading of a file that stands whole in a prompt. */
const FILE_HEADS = /^\(the file (?<path>\S+)\)$/gm;
/** The same with its text: groups `path` and `text`. */
export const FILES: RegExp =
  /^\(the file (?<path>\S+)\)\n(?<fence>`{3,})[^\n]*\n(?<text>[\s\S]*?)\n?^\k<fence>$/gm;
/** Such a sentence says of its file that it stays. */
const STAYS = /\b(?:leave|leaves|alone|stays?|not|no|nothing|don't|without|only)\b/i;

/**
 * @param userRequest the line of the user.
 * @param opened the files behind it in the prompt.
 * @param current the turn so far.
 * @returns paths of files that the line names, with or without their folder, and that no step has written.
 */
export function pendingChanges(
  userRequest: string,
  opened: string,
  current: readonly ChatMessage[],
): readonly string[] {
  const sentences = userRequest.split(/(?<=[.;!?])\s+/).filter((sentence) => !STAYS.test(sentence));
  const { paths: written } = writtenIn(current);
  return [...opened.matchAll(FILE_HEADS)]
    .map(({ groups }) => groups?.["path"] ?? "")
    .filter((path) => !written.has(path) && sentences.some((one) => namesFile(one, path)));
}

/** "Unchanged in what it does" does not name a file that stays. */
const WHOLLY = String.raw`(?!\s+(?:is|are|in|except|apart|besides|other|until|unless|where|for\s+now)\b)`;
/** The sentence ends, or goes on with something else: "by hand" and "without a test" say how it may change. */
const CLAUSE_END = String.raw`(?=\s*(?:[.,;:!?)]|$)|\s+(?:and|or|nor|but|at\s+all)\b)`;
/** What a sentence says of a file that nothing is to be written to. */
const ALONE = [
  [
    String.raw`\bleave\s+(?:the\s+(?:file\s+)?)?`,
    String.raw`\s+(?:alone|as\s+(?:it|they)(?:\s+(?:is|are))?|unchanged)\b${WHOLLY}`,
  ],
  [
    String.raw`\b(?:do not|don't|never)\s+(?:change|touch|edit|modify)\s+(?:the\s+(?:file\s+)?)?`,
    CLAUSE_END,
  ],
  [
    "",
    String.raw`\s+(?:stays|is to stay|should stay|remains)\s+(?:as\s+it(?:\s+is)?|unchanged|the\s+same)\b${WHOLLY}`,
  ],
] as const;

/**
 * @param userRequest the line of the user.
 * @returns why a call of a tool that changes files is not run where the line says to leave its file alone; else nothing.
 */
export function whyProtected(
  { name, arguments: args }: ToolCall,
  userRequest: string,
): string | undefined {
  const path = EDITS.has(name) ? textOf(fieldsOf(args)["path"]) : "";
  const isAlone =
    path !== "" &&
    ALONE.some(([before, behind]) => namesFile(userRequest, path, { before, behind }));
  return isAlone
    ? `Not run: the task says to leave ${path} alone. Change another file, or answer.`
    : undefined;
}

/** Prose is named to be changed where a sentence says so; a program may be named for what it has. */
const PROSE = /\.(?:md|markdown|mdx|rst|txt|adoc)$/i;
const CHANGE_VERBS = [
  String.raw`\b(?:bring|update|adjust|change|edit|extend|correct)\s+(?:(?:the|our|its)\s+)?`,
  String.raw`\b(?:mention|document|describe|note|add|say|write)\b.{0,300}\b(?:in|to)\s+(?:the\s+)?`,
];
/** A value that replaces another one; both have a digit. */
const VALUE = String.raw`(?<![\w.])[\w.%]{0,30}\d[\w%]{0,30}(?:\.\w{1,30}){0,5}`;
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
 * As {@link pendingChanges}, but only what surely has to change: prose that a sentence of the line tells to change, and files
 * with the old one of two values of which the new one is written nowhere.
 */
export function surelyPending(
  userRequest: string,
  opened: string,
  current: readonly ChatMessage[],
): readonly string[] {
  const prose = pendingChanges(userRequest, opened, current).filter(
    (path) =>
      PROSE.test(path) && namesFile(userRequest, path, { before: `(?:${CHANGE_VERBS.join("|")})` }),
  );
  const { paths } = writtenIn(current);
  const valued = missing(userRequest, opened, current).flatMap(({ having }) =>
    having.filter((path) => !paths.has(path)),
  );
  return [...new Set([...valued, ...prose])];
}

/** A name that is to be there afterwards, written as code is: a word alone may be any. */
const NEW_NAME =
  /\b(?:add|write|create|implement|define)\s+(?:(?!(?:tests?|for|of|to|in|from)\b)\w+\s+){0,4}?(?:function|method|class|constant|option|flag|script|command)\s+(?:`(?<ticked>[\w$-]{1,64})|"(?<quoted>[\w$:-]{1,64})"|(?<called>[A-Za-z_$][\w$]{0,63})\(|(?<option>--[a-z][\w-]{0,63}))/gi;

/** Names that the line asks for and that nothing has which a tool wrote. */
function unwritten(userRequest: string, { paths, texts }: Written): readonly string[] {
  if (paths.size === 0) return [];
  const names = [...userRequest.matchAll(NEW_NAME)].map(
    ({ groups: { ticked, quoted, called, option } = {} }) => ticked ?? quoted ?? called ?? option,
  );
  return names
    .filter((name = "") => !texts.some((text) => text.includes(name)))
    .map((name) => `nothing that was written has ${name}`);
}

/**
 * Values and names that the line asks for and that nothing written has, although their files were written.
 *
 * @returns what is missing, each as a sentence without its end.
 */
export function unset(
  userRequest: string,
  opened: string,
  current: readonly ChatMessage[],
): readonly string[] {
  const written = writtenIn(current);
  const values = missing(userRequest, opened, current)
    .filter(({ having }) => having.length > 0 && having.every((path) => written.paths.has(path)))
    .map(({ now, old, having }) => `${having.join(" and ")} has no ${now} in place of ${old}`);
  return [...values, ...unwritten(userRequest, written)];
}

interface MissingValue {
  readonly now: string;
  readonly old: string;
  /** The files that have the old one, where they are few. */
  readonly having: readonly string[];
}

/** New values that were written nowhere. */
function missing(
  userRequest: string,
  opened: string,
  current: readonly ChatMessage[],
): readonly MissingValue[] {
  const { texts } = writtenIn(current);
  const files = [...opened.matchAll(FILES)].map(({ groups }) => groups ?? {});
  const pairs = REPLACED.flatMap((pattern) =>
    [...userRequest.matchAll(pattern)].map(({ groups }) => groups ?? {}),
  );
  return pairs.flatMap(({ now = "", old = "" }) => {
    if (texts.some((text) => hasValue(text, now))) return [];
    const having = files.filter(({ text = "" }) => hasValue(text, old));
    if (having.length > MOST_WITH_VALUE) return [];
    return [{ now, old, having: having.map(({ path = "" }) => path) }];
  });
}

function hasValue(text: string, value: string): boolean {
  return new RegExp(String.raw`(?<![\w.])${RegExp.escape(value)}(?![\w])`).test(text);
}

interface Written {
  readonly paths: ReadonlySet<string>;
  /** Without prose. */
  readonly texts: readonly string[];
}

/** What the turn wrote, and where. */
function writtenIn(current: readonly ChatMessage[]): Written {
  const edits = current
    .flatMap((message) => (message.role === "assistant" ? (message.calls ?? []) : []))
    .filter(({ name }) => EDITS.has(name))
    .map((call) => fieldsOf(call.arguments));
  return {
    paths: new Set(edits.map((one) => textOf(one["path"]).replace(/^\.\//, ""))),
    // What tells of a value does not set it.
    texts: edits
      .filter((one) => !PROSE.test(textOf(one["path"])))
      .map((one) => `${textOf(one["content"])}\n${textOf(one["replace"])}`),
  };
}

interface Around {
  readonly before?: string;
  readonly behind?: string;
}

/** "the README" is README.md. @param around what stands beside the name, as expressions. */
function namesFile(sentence: string, path: string, around?: Around): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const names = [name, ...(/^[A-Z]+\./.test(name) ? [name.slice(0, name.indexOf("."))] : [])];
  if (around === undefined) {
    return names.some((one) =>
      new RegExp(`(?<![\\w-])${RegExp.escape(one)}${NAME_END}`).test(sentence),
    );
  }
  const { before = "", behind = "" } = around;
  const folders = path.split("/").slice(0, -1);
  // With as many of its folders as are written: another file may have its name.
  const written = [...folders.keys(), folders.length]
    .flatMap((from) => names.map((one) => [...folders.slice(from), one].join("/")))
    .map((one) => String.raw`(?<![\w./-])(?:\./)?${RegExp.escape(one)}${NAME_END}`)
    .find((one) => new RegExp(one, "i").test(sentence));
  return written !== undefined && new RegExp(`${before}${written}${behind}`, "i").test(sentence);
}

const NAME_END = String.raw`(?![\w/-]|\.\w)`;

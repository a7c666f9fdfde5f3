/** What the Tab key makes of the word before the cursor. Pure. */
import { sanitize } from "#core/sanitize.ts";
import { type Editor, edit } from "../line-editor.ts";

export interface Names {
  readonly commands: readonly string[];
  readonly personas: readonly string[];
}

/** What could stand in place of a word. */
export type CompletionSource =
  | { readonly kind: "names"; readonly candidates: readonly string[] }
  /** Paths of files that begin like this. */
  | { readonly kind: "files"; readonly prefix: string };

export interface Completed {
  readonly editor: Editor;
  /** The candidates, where there are several or none. */
  readonly hint: string;
}

/** Longest list of candidates that is shown. */
const MAX_LISTED = 12;

function wordBeforeCursor({ text, cursor }: Editor): string {
  return /\S*$/.exec(text.slice(0, cursor))?.[0] ?? "";
}

export function completionSource(editor: Editor, { commands, personas }: Names): CompletionSource {
  const word = wordBeforeCursor(editor);
  if (word.startsWith("@@")) return named(word, ["@@group", ...personas.map((id) => `@@${id}`)]);
  if (word.startsWith("@")) return { kind: "files", prefix: word.slice(1) };
  const isFirst = editor.cursor === word.length;
  return named(word, isFirst && word.startsWith("/") ? commands.map((name) => `/${name}`) : []);
}

/** Writes as much as all candidates have in common. */
export function complete(editor: Editor, candidates: readonly string[]): Completed {
  const word = wordBeforeCursor(editor);
  const [first] = candidates;
  if (first === undefined)
    return { editor, hint: word === "" ? "" : `nothing begins with ${sanitize(word)}` };
  const common = candidates.reduce(commonBeginning);
  const isWhole = candidates.length === 1 && !common.endsWith("/");
  const text = common.slice(word.length) + (isWhole ? " " : "");
  const completed = text === "" ? editor : edit(editor, { type: "text", text }).editor;
  return { editor: completed, hint: candidates.length === 1 ? "" : listed(candidates) };
}

function named(word: string, names: readonly string[]): CompletionSource {
  return { kind: "names", candidates: names.filter((name) => name.startsWith(word)) };
}

function listed(candidates: readonly string[]): string {
  const more = candidates.length - MAX_LISTED;
  const list = candidates.slice(0, MAX_LISTED).map(sanitize).join("  ");
  return more > 0 ? `${list}  … ${more} more` : list;
}

function commonBeginning(one: string, other: string): string {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return one.slice(0, length);
}

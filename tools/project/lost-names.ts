/** Names that an edit takes away while the project goes on using them: small models rename where a name is defined alone. */
import { type FoundLine, searchFiles } from "./search-files.ts";
import { languageOf, symbolsOf } from "./symbols.ts";
import { literalPattern } from "./text-pattern.ts";
import { walkCopy } from "./walk.ts";

/** So many names are listed. */
const MOST_NAMES = 2;
/** So many references to each are listed. */
const MAX_REFERENCES = 5;
/** So many lines that have a name somewhere are looked at. */
const MOST_LOOKED_AT = 100;
/** In a larger project no search would be done within a moment. */
const MOST_FILES = 4000;

interface Change {
  readonly copy: string;
  readonly path: string;
  readonly before: string;
  /** As it is to be, or is written by now. */
  readonly after: string;
  readonly signal: AbortSignal;
}

/** A definition that is gone, and where its name still stands. */
export interface LostName {
  readonly name: string;
  /** `path:line`, but for those in other files that define the name themselves. */
  readonly references: readonly string[];
  /** Whether these are all. */
  readonly isWhole: boolean;
}

/**
 * Which definitions of a file are gone; two at most.
 *
 * @throws the reason of the signal once it aborts.
 */
export async function namesLost(change: Change): Promise<readonly LostName[]> {
  const { copy, path, before, after, signal } = change;
  const language = languageOf(path);
  if (language === undefined || language === "markdown") return [];
  const [old, now] = [before, after].map((text) => symbolsOf(text, language));
  const present = new Set([...(now?.top ?? []), ...(now?.inner ?? [])]);
  const lost = [...(old?.top ?? []), ...(old?.inner ?? [])].filter((name) => !present.has(name));
  const listed = lost.filter((name) => /^[\w$]{2,}$/.test(name)).slice(0, MOST_NAMES);
  if (listed.length === 0 || isLarge(copy)) return [];
  const found: LostName[] = [];
  for (const name of listed) found.push(await lostName(name, { copy, path, signal }));
  return found;
}

/**
 * What a model reads behind an edit: which definitions of the file are gone, and where they are still named.
 *
 * @returns lines in brackets, each behind a line end; empty where nothing is gone.
 * @throws the reason of the signal once it aborts.
 */
export async function lostNames(change: Change): Promise<string> {
  const lost = await namesLost(change);
  const notice = lost
    .map(({ name, references }) => {
      const few = references.slice(0, MAX_REFERENCES).join(", ");
      const others = references.length - MAX_REFERENCES;
      const more = others > 0 ? ` and ${others} more` : "";
      const still = references.length === 0 ? "" : `, and is still named at ${few}${more}`;
      return `\n[${name} is no longer defined in ${change.path}${still}]`;
    })
    .join("");
  return notice + renameHint(change, lost);
}

/** Of one name that is gone where one has come: how it gets its new name everywhere, which small models do by hand. */
function renameHint({ path, before, after }: Change, lost: readonly LostName[]): string {
  const language = languageOf(path);
  const namesIn = (text: string) => {
    const { top = [], inner = [] } = language === undefined ? {} : symbolsOf(text, language);
    return [...top, ...inner];
  };
  const old = new Set(namesIn(before));
  const [come, ...more] = namesIn(after).filter((name) => !old.has(name));
  const [gone, ...others] = lost;
  if (come === undefined || gone === undefined || more.length + others.length > 0) return "";
  const word = new RegExp(String.raw`(?<![\w$])${RegExp.escape(gone.name)}(?![\w$])`);
  const now = new Set(linesIn(after));
  // A constant instead of a function is not its new name.
  if (!linesIn(before).some((line) => word.test(line) && now.has(line.replace(word, come))))
    return "";
  const files = [...new Set(gone.references.map((reference) => reference.replace(/:\d+$/, "")))];
  const isPlain =
    files.every((file) => /^\w[\w./-]*$/.test(file)) && /^\w+$/.test(gone.name + come);
  if (files.length === 0 || !isPlain || !gone.isWhole) return "";
  const command = `sed -i 's/\\b${gone.name}\\b/${come}/g' ${files.join(" ")}`;
  return `\n[if ${come} is its new name, it gets it there by sh: ${command}]`;
}

function linesIn(text: string): readonly string[] {
  return text.split("\n").map((line) => line.trim());
}

async function lostName(
  name: string,
  { copy, path, signal }: Pick<Change, "copy" | "path" | "signal">,
): Promise<LostName> {
  const search = { copy, folder: "", matches: () => true, pattern: literalPattern(name), signal };
  const result = await searchFiles({ ...search, most: MOST_LOOKED_AT });
  const word = new RegExp(String.raw`(?<![\w$])${RegExp.escape(name)}(?![\w$])`);
  const named = result.found.filter(({ text }) => word.test(text));
  const others = new Set(
    named.filter((line) => line.path !== path && isDefinition(line, name)).map((line) => line.path),
  );
  return {
    name,
    references: named
      .filter((line) => !others.has(line.path))
      .map((line) => `${line.path.replace(/\p{Cc}/gu, "?")}:${line.line}`),
    isWhole: result.isWhole && result.total === result.found.length,
  };
}

/** Another file that defines a name at its top means its own by it; a method may belong to the one that is gone. */
function isDefinition({ path, text }: FoundLine, name: string): boolean {
  const language = languageOf(path);
  if (language === undefined || language === "markdown") return false;
  return text.split(name).length === 2 && symbolsOf(text, language).top.includes(name);
}

function isLarge(copy: string): boolean {
  let files = 0;
  for (const _ of walkCopy(copy, "")) {
    files += 1;
    if (files > MOST_FILES) return true;
  }
  return false;
}

/** Names that an edit takes away while the project goes on using them: small models rename where a name is defined alone. */
import { searchFiles } from "./search-files.ts";
import { languageOf, symbolsOf } from "./symbols.ts";
import { literalPattern } from "./text-pattern.ts";
import { walkCopy } from "./walk.ts";

/** So many names are told of. */
const MOST_NAMES = 2;
/** So many places of each. */
const MOST_PLACES = 5;
/** So many lines that have a name somewhere are looked at. */
const MOST_LOOKED_AT = 40;
/** In a larger project no search would be done within a moment. */
const MOST_FILES = 4000;

interface Change {
  readonly copy: string;
  readonly path: string;
  readonly before: string;
  /** As it is written by now. */
  readonly after: string;
  readonly signal: AbortSignal;
}

/**
 * What a model reads behind an edit: which definitions of the file are gone, and where they are still named.
 *
 * @returns lines in brackets, each behind a line end; empty where nothing is gone.
 * @throws the reason of the signal once it aborts.
 */
export async function lostNames({ copy, path, before, after, signal }: Change): Promise<string> {
  const language = languageOf(path);
  if (language === undefined || language === "markdown") return "";
  const [old, now] = [before, after].map((text) => symbolsOf(text, language));
  const kept = new Set([...(now?.top ?? []), ...(now?.inner ?? [])]);
  const lost = [...(old?.top ?? []), ...(old?.inner ?? [])].filter((name) => !kept.has(name));
  const told = lost.filter((name) => /^[\w$]{2,}$/.test(name)).slice(0, MOST_NAMES);
  if (told.length === 0 || isLarge(copy)) return "";
  const lines: string[] = [];
  for (const name of told) {
    const places = await placesOf(name, copy, signal);
    const still = places.length === 0 ? "" : `, and is still named at ${places.join(", ")}`;
    lines.push(`\n[${name} is no longer defined in ${path}${still}]`);
  }
  return lines.join("");
}

async function placesOf(
  name: string,
  copy: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const search = { copy, folder: "", matches: () => true, pattern: literalPattern(name), signal };
  const { found } = await searchFiles({ ...search, most: MOST_LOOKED_AT });
  const word = new RegExp(String.raw`(?<![\w$])${name.replaceAll("$", String.raw`\$`)}(?![\w$])`);
  return found
    .filter(({ text }) => word.test(text))
    .slice(0, MOST_PLACES)
    .map(({ path, line }) => `${path.replace(/\p{Cc}/gu, "?")}:${line}`);
}

function isLarge(copy: string): boolean {
  let files = 0;
  for (const _ of walkCopy(copy, "")) {
    files += 1;
    if (files > MOST_FILES) return true;
  }
  return false;
}

/** Names that a new version of a file has given to what was there: the file is compared as if it had always been so. */

/** Most names that one change may give. */
const MAX_NAMES = 8;
const NAME = /\b[A-Za-z_$][\w$]*\b/g;
/** A text of one line, or a name: a text may hold the name of a file, which stays. */
const TEXT_OR_NAME = /"[^"\n]*"|'[^'\n]*'|\b[A-Za-z_$][\w$]*\b/g;

/** All names in a text. */
export function namesOf(text: string): ReadonlySet<string> {
  return new Set(text.match(TEXT_OR_NAME)?.filter((name) => /^[\w$]/.test(name)));
}

/** A name that is given here, but to no test: those are looked for by their names. */
const OWN =
  /\b(?:const|let|var|val|function|class|fn|func|def|for|as)\s+(?!test|Test|Fuzz|Example)([A-Za-z_$][\w$]*)|(?<![.\w])([A-Za-z_$][\w$]*)\s?(?::=|=(?!=))/g;

/**
 * Only names that the file itself has given may change, and those that the program has lost: a test that takes another
 * function of the program than before tests something else.
 *
 * @param lost names that the program had and has no more.
 * @returns the old text with the new names, where each old name is gone, each new one was not there, and all lines with one
 *   of them are there again; else the old text.
 */
export function withNewNames(before: string, after: string, lost: ReadonlySet<string>): string {
  const [old, now] = [namesOf(before), namesOf(after)];
  const own = new Set([...before.matchAll(OWN)].map(([, first, second]) => first ?? second ?? ""));
  const gone = [...old].filter((name) => !now.has(name) && (own.has(name) || lost.has(name)));
  const fresh = new Set([...now].filter((name) => !old.has(name)));
  if (gone.length === 0 || gone.length > MAX_NAMES || fresh.size === 0) return before;
  const lines = new Set(after.split("\n").map((line) => line.trim()));
  const names = pairs(before, lines, { gone: new Set(gone), fresh });
  if (new Set(names.values()).size !== names.size) return before;
  const newName = (name: string): string => names.get(name) ?? name;
  const renamed = before.split("\n").map((line) => {
    const forms = [line.replace(TEXT_OR_NAME, newName), line.replace(NAME, newName)];
    return line === forms[0] ? line : forms.find((form) => lines.has(form.trim()));
  });
  return renamed.every((line) => line !== undefined) ? renamed.join("\n") : before;
}

interface Names {
  readonly gone: ReadonlySet<string>;
  readonly fresh: ReadonlySet<string>;
}

/** Which new name stands where an old one did, by lines that are alike but for these. */
function pairs(
  before: string,
  lines: ReadonlySet<string>,
  { gone, fresh }: Names,
): ReadonlyMap<string, string> {
  const shapeOf = (line: string, names: ReadonlySet<string>): string =>
    line.trim().replace(TEXT_OR_NAME, (name) => (names.has(name) ? "\0" : name));
  const shapes = new Map([...lines].map((line) => [shapeOf(line, fresh), line]));
  const found = new Map<string, string>();
  for (const line of before.split("\n")) {
    const mine = line.match(TEXT_OR_NAME)?.filter((name) => gone.has(name)) ?? [];
    const twin = mine.length === 0 ? undefined : shapes.get(shapeOf(line, gone));
    const theirs = twin?.match(TEXT_OR_NAME)?.filter((name) => fresh.has(name)) ?? [];
    for (const [index, name] of mine.entries()) {
      const other = theirs[index];
      if (other !== undefined && !found.has(name)) found.set(name, other);
    }
  }
  return found;
}

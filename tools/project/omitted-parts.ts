/**
 * Parts that a whole file was to have and a small model left out: asked to add a function or to change a section, it writes
 * the file with that one alone.
 */
import type { Language } from "./symbols.ts";

interface Form {
  /** The line that begins a part, at the left margin; has the group `name`. */
  readonly head: RegExp;
  /** A line that belongs to the part below it. */
  readonly lead: RegExp;
  /** A line that does so to the part above it. */
  readonly within: RegExp;
  /** The last line of a part, where one is known by its look. */
  readonly last?: RegExp;
  /** Lines between two parts. */
  readonly gap: string;
}

const FORMS: Readonly<Partial<Record<Language, Form>>> = {
  python: {
    head: /^(?:async\s+)?(?:def|class)\s+(?<name>\w+)/,
    lead: /^[@#]/,
    within: /^[\s)}\]]/,
    gap: "\n\n\n",
  },
  script: {
    head: /^(?:export\s+)?(?:default\s+)?(?:abstract\s+)?(?:async\s+)?(?:function\s*\*?|class|interface|enum)\s*(?<name>[\w$]+).*\{\s*$/,
    lead: /^(?:@|\/\/|\/\*|\s+\*|\*\/)/,
    within: /^[\s)}\]]/,
    last: /^\}[);,]*$/,
    gap: "\n\n",
  },
  sections: { head: /^\[+(?<name>[^\]]+)\]/, lead: /^[;#]/, within: /^(?!\[)/, gap: "\n\n" },
};
const IMPORT = /^(?:import|from)\b/;

interface Part {
  readonly name: string;
  /** Lines of the file: the first with the comments above it, and the one behind the last. */
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
  /** What is below its head, without blanks around each line. */
  readonly body: readonly string[];
}

function partsOf(lines: readonly string[], form: Form): readonly Part[] {
  return lines.flatMap((line, at) => {
    const name = form.head.exec(line)?.groups?.["name"];
    if (name === undefined) return [];
    const end = endOf(lines, at, form);
    let start = at;
    while (start > 0 && form.lead.test(lines[start - 1] ?? "")) start -= 1;
    const body = lines.slice(at + 1, end).map((one) => one.trim());
    const whole = lines.slice(start, end);
    return [{ name, start, end, lines: whole, body: body.filter((one) => one !== "") }];
  });
}

/** @returns the line behind a part. */
function endOf(lines: readonly string[], at: number, { within, last, lead }: Form): number {
  let end = at + 1;
  for (let line = at + 1; line < lines.length; line += 1) {
    const text = lines[line] ?? "";
    if (text.trim() === "") continue;
    if (!within.test(text)) break;
    end = line + 1;
    if (last?.test(text) === true) return end;
  }
  // Comments at its end belong to what follows.
  while (end > at + 1 && lead.test(lines[end - 1] ?? "") && end < lines.length - 1) end -= 1;
  while (end > at + 1 && (lines[end - 1] ?? "").trim() === "") end -= 1;
  return end;
}

export interface Rewrite {
  /** The file as it is. */
  readonly before: string;
  /** What it is to be. */
  readonly after: string;
  readonly language: Language;
}

/**
 * The parts of a file that its new text leaves out and that are to stay. One whose body is there under another name was
 * renamed, and is not among them. Of sections those are, where more are left out than are there.
 *
 * @param isNamed whether other files name a definition.
 */
export function omittedParts(
  { before, after, language }: Rewrite,
  isNamed: (name: string) => boolean,
): readonly string[] {
  const form = FORMS[language];
  if (form === undefined) return [];
  const lines = after.split("\n");
  const there = new Set(lines.map((line) => line.trim()));
  const names = new Set(partsOf(lines, form).map(({ name }) => name));
  const old = partsOf(before.split("\n"), form);
  const lost = old.filter(
    ({ name, body }) => !(names.has(name) || body.every((line) => there.has(line))),
  );
  if (language !== "sections") return lost.map(({ name }) => name).filter(isNamed);
  const retained = old.length - lost.length;
  return retained > 0 && lost.length > retained ? lost.map(({ name }) => name) : [];
}

/** The new text of a file with parts of the old one that it leaves out. @param names of those parts. */
export function withOmittedParts(
  { before, after, language }: Rewrite,
  names: readonly string[],
): string {
  const form = FORMS[language];
  if (form === undefined || names.length === 0) return after;
  const [old, now] = [before.split("\n"), after.split("\n")];
  const parts = partsOf(now, form);
  const otherLines = now.filter(
    (_, at) => !parts.some(({ start, end }) => at >= start && at < end),
  );
  const isNew = (line: string) => line.trim() !== "" && !old.includes(line);
  const imports = otherLines.filter((line) => isNew(line) && IMPORT.test(line));
  const oldParts = partsOf(old, form);
  if (otherLines.filter(isNew).length > imports.length) {
    const back = oldParts.filter(({ name }) => names.includes(name));
    return joined([after.trimEnd(), ...back.map(({ lines }) => lines.join("\n"))], form);
  }
  const result = [...old];
  for (const part of oldParts.toReversed()) {
    const changed = parts.find(({ name }) => name === part.name);
    if (changed !== undefined) result.splice(part.start, part.end - part.start, ...changed.lines);
  }
  result.splice(result.findLastIndex((line) => IMPORT.test(line)) + 1, 0, ...imports);
  const added = parts.filter(({ name }) => oldParts.every((one) => one.name !== name));
  return joined([result.join("\n").trimEnd(), ...added.map(({ lines }) => lines.join("\n"))], form);
}

function joined(texts: readonly string[], { gap }: Form): string {
  return `${texts.join(gap)}\n`;
}

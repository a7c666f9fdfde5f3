/** Texts as tables: each line is a record, with what logs, lists and headings of Markdown say in a form of their own. */
import { isStopWord } from "#language/text.ts";
import { daysIn } from "#language/written.ts";
import { isKind } from "./sql-table.ts";
import type { Cell, Row } from "./table.ts";
import { textSections } from "./text-sections.ts";

/** What a line says in a form that others share has a column; so many of them, those of the most lines. */
const MOST_FOUND = 10;
/** A form that a single line has says nothing of its kind. */
const FEW_LINES = 2;
/** Longer lines are prose: of their numbers no columns are made. */
const LONGEST_LINE = 400;

/** What the lines of a file are: each entry of a log stands for itself, notes have lists, and Markdown headings as well. */
export type TextKind = "log" | "notes" | "markdown";

/** @returns a record for each line that is not empty, with its number from 1. */
export function textLines(text: string, kind: TextKind): readonly Row[] {
  const texts = text.split(/\r?\n/);
  const sections = kind === "log" ? [] : textSections(texts, kind === "markdown");
  const lines = texts.map((line, index) => ({ line: index + 1, text: line.trim() }));
  const full = lines.filter((line) => line.text !== "");
  const found = full.map(
    ({ text: one, line }) => new Map([...sayings(one), ...(sections[line - 1] ?? [])]),
  );
  inOneOrder(found);
  withEvents(
    found,
    full.map(({ text: one }) => eventOf(one)),
  );
  for (const name of subjectsOf(found)) for (const one of found) one.delete(name);
  const counts = new Map<string, number>();
  for (const name of found.flatMap((one) => [...one.keys()]))
    counts.set(name, (counts.get(name) ?? 0) + 1);
  const columns = [...counts]
    .filter(([name, count]) => count >= FEW_LINES && !OWN.has(name))
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, MOST_FOUND)
    .map(([name]) => name);
  return full.map((line, index) => {
    const cells = columns.flatMap((name): [string, Cell][] => {
      const cell = found[index]?.get(name);
      return cell === undefined ? [] : [[name, cell]];
    });
    return { ...line, words: line.text.split(/\s+/).length, ...Object.fromEntries(cells) };
  });
}

/** Days with a year and days without are in no common order: where some have one, the others are left out. */
function inOneOrder(found: readonly Map<string, Cell>[]): void {
  const hasYear = (one: ReadonlyMap<string, Cell>): boolean =>
    /^\d{4}/.test(String(one.get("date") ?? ""));
  for (const one of found.some(hasYear) ? found : []) if (!hasYear(one)) one.delete("date");
}

/** Where nearly each line begins with another word, it is the beginning of a sentence. */
function withEvents(
  found: readonly Map<string, Cell>[],
  eventNames: readonly (string | undefined)[],
): void {
  const events = eventNames.filter((event) => event !== undefined);
  const kinds = new Set(events).size;
  if (kinds < 2 || !isKind(kinds, events.length)) return;
  for (const [index, event] of eventNames.entries())
    if (event !== undefined) found[index]?.set(EVENT, event);
}

/**
 * What is measured, and not a measure: of `seal 14 kg` and `lynx 6 kg` the number is in the column of its unit, and the animals
 * are words of the lines.
 */
function subjectsOf(found: readonly ReadonlyMap<string, Cell>[]): readonly string[] {
  const names = [...new Set(found.flatMap((one) => [...one.keys()]))];
  const within = (name: string, unit: string): boolean =>
    found.every((one) => !one.has(name) || one.get(name) === one.get(unit));
  const lines = (name: string): number => found.filter((one) => one.has(name)).length;
  return names.filter((name) =>
    names.some((unit) => unit !== name && lines(unit) > lines(name) && within(name, unit)),
  );
}

const OWN: ReadonlySet<string> = new Set(["line", "text", "words"]);

const DATE = /\b\d{4}-\d\d-\d\d\b/;
const TIME = /\b\d{1,2}:\d\d(?::\d\d)?\b/;
const WEEKDAY = /\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:[a-z]*day)?\b/;
const LEVEL = /\b(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)\b/;
/** What a line of a log says behind its time: `start`, `ok`, `failed`. */
const EVENT = "event";
const STAMP = String.raw`[\[(]?(?:${WEEKDAY.source},? )?(?:\d{4}-\d\d-\d\d|\p{L}{3,9} \d{1,2}|\d{1,2}[ /]\p{L}{3,9}(?:[ /]\d{4})?)?[T ,:]*(?:\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?[\])]?`;
const STAMPED = new RegExp(
  String.raw`^(?=.{0,12}\d)(${STAMP})[\s:–-]+(?:[\[(]?(?:${LEVEL.source})[\])]?[\s:–-]+)?(\p{L}[\p{L}_-]{1,20})(?![\p{L}\p{N}=])`,
  "u",
);

function eventOf(line: string): string | undefined {
  const [, stamp = "", event] = STAMPED.exec(line) ?? [];
  return /\d:\d\d|\d-\d\d|\d/.test(stamp) ? event?.toLowerCase() : undefined;
}

const SETTING = /(?<![\w=])([a-z_]{1,20})=("[^"]{0,80}"|[^\s,;]{1,80})/gi;
/** `door 2`, `rider 15`; and `64 s`, `12.5 litres`. A name of a month is neither. */
const NUMBERED = /(?<![\p{L}\d=])(\p{L}{2,14})\s(\d{1,9})(?![\w:.,-])/gu;
const AMOUNT = /(?<![\w.:#=-])(-?\d{1,12}(?:[.,]\d{1,6})?)\s?(\p{L}{1,14})(?![\p{L}\d=])/gu;
/** Of a unit behind a number that a word stands before. */
const LONGEST_UNIT = 3;
const MONTH = /^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/i;

/** What a line says: names of columns with their cells. */
function* sayings(line: string): Generator<readonly [string, Cell]> {
  if (line.length > LONGEST_LINE) return;
  const fixed = { date: DATE, time: TIME, weekday: WEEKDAY, level: LEVEL };
  for (const [name, pattern] of Object.entries(fixed)) {
    const [cell = name === "date" ? daysIn(line)[0] : undefined] = pattern.exec(line) ?? [];
    if (cell !== undefined) yield [name, cell];
  }
  const numbered = [...line.matchAll(NUMBERED)].filter(([, name = ""]) => !isStopWord(name));
  const ends = new Set(numbered.map(({ index, 0: all }) => index + all.length));
  const pairs = [
    ...[...line.matchAll(AMOUNT)].flatMap(({ index, 1: amount = "", 2: unit = "" }) =>
      // In `oven 2 WARNING` the number is the oven's; in `wind 38 km` it is both.
      unit.length > LONGEST_UNIT && ends.has(index + amount.length)
        ? []
        : [[unit, amount] as const],
    ),
    ...numbered.map(([, name = "", number = ""]) => [name, number] as const),
  ];
  for (const [column, value] of pairs) {
    if (!MONTH.test(column) && !isStopWord(column.toLowerCase()))
      yield [column.toLowerCase(), value.replace(",", ".")];
  }
  for (const [, name = "", value = ""] of line.matchAll(SETTING))
    yield [name.toLowerCase(), value.replaceAll('"', "")];
}

/** The five fields of a cron line, read one by one, with the position of what is wrong in them. */
import { OrgError } from "#core/errors.ts";

/** A field as it stands in its line. */
export interface FieldText {
  readonly line: string;
  readonly text: string;
  /** Where it begins in the line; the first character is 0. */
  readonly at: number;
}

/** What may stand in a field, both ends included. */
export interface FieldKind {
  readonly noun: string;
  readonly low: number;
  readonly high: number;
  /** What `*` ends with, where 7 is another name of 0. @default high */
  readonly lastOfAll?: number;
  /** Three letters each, in the order of their numbers; the first is `low`. */
  readonly names?: readonly string[];
}

const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const WEEKDAYS = "sun mon tue wed thu fri sat".split(" ");

/** In the order of a line. */
export const FIELDS: readonly FieldKind[] = [
  { noun: "minute", low: 0, high: 59 },
  { noun: "hour", low: 0, high: 23 },
  { noun: "day of the month", low: 1, high: 31 },
  { noun: "month", low: 1, high: 12, names: MONTHS },
  { noun: "day of the week", low: 0, high: 7, lastOfAll: 6, names: WEEKDAYS },
];

/** `*`, one value or a range, and a step behind it. */
const PART = /^(?:(\*)|([^-/*]+)(?:-([^-/*]+))?)(?:\/(.*))?$/s;
const MOST_STEP = 99;

/** Every number that a field means. @throws {OrgError} `CRON_INVALID` with the position of what is wrong. */
export function readField(field: FieldText, kind: FieldKind): ReadonlySet<number> {
  const values = new Set<number>();
  let at = field.at;
  for (const text of field.text.split(",")) {
    for (const value of readPart({ ...field, text, at }, kind)) values.add(value);
    at += text.length + 1;
  }
  return values;
}

function readPart(part: FieldText, kind: FieldKind): readonly number[] {
  const { line, text, at } = part;
  const { noun, low, high, lastOfAll = high } = kind;
  if (text === "") throw cronInvalid(line, at, `a value for the ${noun} is missing`);
  const [, all, first, last, step] = PART.exec(text) ?? [];
  if (all === undefined && first === undefined) {
    throw cronInvalid(line, at, `${quoted(text)} is not a value for the ${noun}, a range or *`);
  }
  const from = first === undefined ? low : readValue({ ...part, text: first }, kind);
  const lastAt = at + (first ?? "").length + 1;
  const single = first === undefined ? lastOfAll : from;
  const to = last === undefined ? single : readValue({ line, text: last, at: lastAt }, kind);
  if (from > to) {
    throw cronInvalid(line, at, `the range ${quoted(`${first}-${last}`)} ends before it begins`);
  }
  if (step === undefined) return steps(from, to, 1);
  const stepAt = at + text.indexOf("/") + 1;
  if (first !== undefined && last === undefined) {
    throw cronInvalid(line, stepAt - 1, `a step follows * or a range, not a single value`);
  }
  return steps(from, to, readStep({ line, text: step, at: stepAt }));
}

function readValue({ line, text, at }: FieldText, kind: FieldKind): number {
  const { noun, low, high, names = [] } = kind;
  const named = names.indexOf(text.toLowerCase());
  if (named >= 0) return low + named;
  if (!/^(?:0?[0-9]|[1-9][0-9]{1,3})$/.test(text)) {
    const [firstName] = names;
    const may = firstName === undefined ? "" : `, nor a name such as ${firstName}`;
    throw cronInvalid(line, at, `${quoted(text)} is not a number for the ${noun}${may}`);
  }
  const value = Number(text);
  if (value >= low && value <= high) return value;
  throw cronInvalid(line, at, `${noun} ${text} is not within ${low}–${high}`);
}

function readStep({ line, text, at }: FieldText): number {
  const step = /^[0-9]{1,2}$/.test(text) ? Number(text) : 0;
  if (step >= 1) return step;
  throw cronInvalid(line, at, `the step ${quoted(text)} is not a number from 1 to ${MOST_STEP}`);
}

function steps(from: number, to: number, step: number): readonly number[] {
  const values: number[] = [];
  for (let value = from; value <= to; value += step) values.push(value);
  return values;
}

/** Longest part of a text that an error repeats. */
const MAX_QUOTED = 60;

/**
 * A line that is not a schedule.
 *
 * @param at where it is wrong; the first character is 0, and the error counts from 1.
 */
export function cronInvalid(line: string, at: number, what: string): OrgError {
  return new OrgError(`${quoted(line)}: ${what}`, {
    code: "CRON_INVALID",
    why: `It is character ${at + 1} of the line.`,
    remedies: [
      'write minute, hour, day of the month, month and day of the week: "30 3 * * *" is 03:30 each day',
      "or one of @hourly, @daily, @weekly, @monthly, @yearly",
    ],
    unchanged: "Nothing was scheduled.",
  });
}

/** As an error shows it: on one line, and not longer than a screen. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text);
}

/** Inputs that resemble those of the declared cases: close enough to be meant, and yet others. */

import { isFields } from "#core/json.ts";
import type { ToolCase } from "#tools/contract/cases.ts";
import { sameJson } from "./compare.ts";
import type { Random } from "./random.ts";

type Path = readonly (string | number)[];

/** An input that was not declared, and the case that it was made from. */
export interface NearInput {
  readonly input: unknown;
  readonly origin: ToolCase;
}

interface Leaf {
  readonly path: Path;
  readonly value: unknown;
}

type TextChange = (text: string, random: Random) => string;

/** Changes that keep the kind of a text: a date stays a date most of the time, a word a word. */
const TEXT_CHANGES: readonly [TextChange, ...TextChange[]] = [
  (text, random) =>
    text.replace(/\d/g, (digit) => (random.below(2) === 0 ? digit : String(random.below(10)))),
  (text, random) => text.replace(/[a-z]/i, () => String.fromCharCode(97 + random.below(26))),
  (text) => `${text} ${text}`,
  (text) => text.slice(0, -1),
  (text) => text.slice(1),
  (text) => text + text.slice(0, 1),
  (text) => [...text].reverse().join(""),
  (text) => (text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase()),
];

interface NearOptions {
  /** Tells whether an input fits the schema. */
  readonly fits: (input: unknown) => boolean;
  /** The most that are made. */
  readonly count: number;
  readonly random: Random;
}

/** @returns inputs that differ from a case in one value; none of them is declared. */
export function nearInputs(cases: readonly ToolCase[], options: NearOptions): readonly NearInput[] {
  const { random } = options;
  return made(cases, options, (origin, attempt) => {
    // Every third takes its value from another case: both halves are meant, their meeting is new.
    const donor = attempt % 3 === 2 ? cases[random.below(cases.length)] : undefined;
    return changedInput(origin, donor, random);
  });
}

/**
 * @returns cases under other names: letters are other letters, digits other digits, of as many and at the same
 * positions. A rule follows them, a list of the cases knows none of them.
 */
export function renamedInputs(
  cases: readonly ToolCase[],
  options: NearOptions,
): readonly NearInput[] {
  const { random } = options;
  return made(cases, options, ({ input }) =>
    leavesOf(input).reduce(
      (whole, { path, value }) =>
        // What may only be one of a few values stays now and then, or nothing would fit.
        random.below(6) === 0 ? whole : withValue(whole, path, renamed(value, random)),
      input,
    ),
  );
}

/**
 * @returns the same, their texts cut to other lengths: what decides by length or by a beginning decides otherwise.
 * None where the cases hold no text.
 */
export function cutInputs(cases: readonly ToolCase[], options: NearOptions): readonly NearInput[] {
  const { random } = options;
  const withText = cases.filter(({ input }) => leavesOf(input).some(({ value }) => isText(value)));
  return made(withText, options, ({ input }) =>
    leavesOf(input).reduce((whole, { path, value }) => {
      const other = renamed(value, random);
      return withValue(whole, path, isText(other) ? cut(other, random) : other);
    }, input),
  );
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function cut(text: string, random: Random): string {
  return text.slice(0, 1 + random.below(text.length));
}

function made(
  cases: readonly ToolCase[],
  { fits, count }: NearOptions,
  make: (origin: ToolCase, attempt: number) => unknown,
): readonly NearInput[] {
  const inputs = new Map<string, NearInput>();
  for (let attempt = 0; attempt < count * 8 && inputs.size < count; attempt += 1) {
    const origin = cases[attempt % cases.length];
    if (origin === undefined) break;
    const input = make(origin, attempt);
    if (fits(input) && !isDeclared(input, cases))
      inputs.set(JSON.stringify(input), { input, origin });
  }
  return [...inputs.values()];
}

/** An input whose letters are other letters of their case, and digits other digits. */
export function renamedInput(input: unknown, random: Random): unknown {
  if (Array.isArray(input)) return input.map((item) => renamedInput(item, random));
  if (!isFields(input)) return renamed(input, random);
  return Object.fromEntries(
    Object.entries(input).map(([key, inner]) => [key, renamedInput(inner, random)]),
  );
}

function renamed(value: unknown, random: Random): unknown {
  if (typeof value === "string") {
    return value
      .replace(/[a-z]/g, () => String.fromCharCode(97 + random.below(26)))
      .replace(/[A-Z]/g, () => String.fromCharCode(65 + random.below(26)))
      .replace(/\d/g, () => String(random.below(10)));
  }
  if (typeof value !== "number") return value;
  const digits = String(value).replace(/\d/g, (digit, at: number) =>
    // A number does not begin with a naught that it did not have.
    at === 0 && digit !== "0" ? String(1 + random.below(9)) : String(random.below(10)),
  );
  return Number.isFinite(Number(digits)) ? Number(digits) : value;
}

function changedInput({ input }: ToolCase, donor: ToolCase | undefined, random: Random): unknown {
  const leaves = leavesOf(input);
  const leaf = leaves[random.below(Math.max(1, leaves.length))];
  if (leaf === undefined) return input;
  const donorLeaf = leavesOf(donor?.input).find((other) => sameJson(other.path, leaf.path));
  return withValue(input, leaf.path, donorLeaf?.value ?? changed(leaf.value, random));
}

/** Each input with one of its leaves replaced by a value of the same type; none of them declared. */
export function withValues(
  cases: readonly ToolCase[],
  values: readonly unknown[],
): readonly NearInput[] {
  const made = cases.flatMap((origin) =>
    leavesOf(origin.input).flatMap(({ path, value }) =>
      values
        .filter((other) => typeof other === typeof value)
        .map((other) => ({ input: withValue(origin.input, path, other), origin })),
    ),
  );
  const different = new Map(made.map((near) => [JSON.stringify(near.input), near]));
  return [...different.values()].filter(({ input }) => !isDeclared(input, cases));
}

function isDeclared(input: unknown, cases: readonly ToolCase[]): boolean {
  return cases.some((toolCase) => sameJson(toolCase.input, input));
}

/** Every text, number, boolean and null of a value, and where it lies. */
export function leavesOf(value: unknown, path: Path = []): Leaf[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => leavesOf(item, [...path, index]));
  if (isFields(value)) {
    return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
  }
  return [{ path, value }];
}

function changed(value: unknown, random: Random): unknown {
  if (typeof value === "string") return random.pick(TEXT_CHANGES)(value, random);
  if (typeof value === "boolean") return !value;
  if (typeof value !== "number") return value;
  const step = Number.isInteger(value) ? 1 : 0.5;
  return random.pick([value + step, value - step, value * 2, value + 7 * step, -value]);
}

/** A copy with another value at one path. */
export function withValue(whole: unknown, path: Path, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(whole)) {
    return whole.map((item, index) => (index === key ? withValue(item, rest, value) : item));
  }
  const record = isFields(whole) ? whole : {};
  return { ...record, [key]: withValue(record[key], rest, value) };
}

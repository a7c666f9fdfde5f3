/** Inputs that resemble those of the declared cases: close enough to be meant, and yet others. */
import type { ToolCase } from "#tools/contract/cases.ts";
import { isRecord, sameJson } from "./compare.ts";
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

/**
 * @param fits tells whether an input fits the schema.
 * @returns at most `count` inputs, none of which is declared.
 */
export function nearInputs(
  cases: readonly ToolCase[],
  { fits, count, random }: { fits: (input: unknown) => boolean; count: number; random: Random },
): readonly NearInput[] {
  const made = new Map<string, NearInput>();
  for (let attempt = 0; attempt < count * 8 && made.size < count; attempt += 1) {
    const origin = cases[attempt % cases.length];
    if (origin === undefined) break;
    // Every third takes its value from another case: both halves are meant, their meeting is new.
    const donor = attempt % 3 === 2 ? cases[random.below(cases.length)] : undefined;
    const input = changedInput(origin, donor, random);
    if (fits(input) && !isDeclared(input, cases))
      made.set(JSON.stringify(input), { input, origin });
  }
  return [...made.values()];
}

function changedInput({ input }: ToolCase, donor: ToolCase | undefined, random: Random): unknown {
  const leaves = leavesOf(input);
  const leaf = leaves[random.below(Math.max(1, leaves.length))];
  if (leaf === undefined) return input;
  const given = leavesOf(donor?.input).find((other) => sameJson(other.path, leaf.path));
  return withValue(input, leaf.path, given?.value ?? changed(leaf.value, random));
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
  return cases.some((known) => sameJson(known.input, input));
}

/** Every text, number, boolean and null of a value, and where it lies. */
export function leavesOf(value: unknown, path: Path = []): Leaf[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => leavesOf(item, [...path, index]));
  if (isRecord(value)) {
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

function withValue(whole: unknown, path: Path, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(whole)) {
    return whole.map((item, index) => (index === key ? withValue(item, rest, value) : item));
  }
  const record = isRecord(whole) ? whole : {};
  return { ...record, [key]: withValue(record[key], rest, value) };
}

/** Values by the real ranges of a schema, by script and by what a program names: where examples do not go. */

import { isFields } from "#core/json.ts";
import type { JsonSchema } from "#tools/contract/spec.ts";
import { longLists } from "./long-lists.ts";
import { leavesOf } from "./near-inputs.ts";
import { patternSamples } from "./pattern-samples.ts";
import { patternsIn } from "./pumped-texts.ts";
import { resolveReference, schemasOf } from "./schema.ts";
import {
  besideWords,
  DIGITS,
  filled,
  grownTexts,
  manyOf,
  mirrored,
  nested,
  oddTexts,
  otherNumbers,
  runsOf,
  USUAL_DEPTH,
} from "./shaped-texts.ts";
import { charactersIn, fractionsIn, numbersIn, textsInSource } from "./source-literals.ts";
import { validInputs } from "./valid-inputs.ts";

/** A text is made in every length of this row that its schema allows, and in its own longest one. */
const LENGTHS = [
  ...[
    0, 1, 2, 3, 7, 15, 30, 46, 64, 90, 128, 180, 255, 256, 350, 512, 700, 899, 1000, 1025, 1500,
    2000,
  ],
  ...[2101, 3000, 4096, 5000, 7500, 10_000, 20_000, 32_768, 50_000, 65_536, 100_000],
];
/** Longer than that nothing is made, whatever a schema allows: one input stays under the limit of a message. */
const MOST_CHARACTERS = 100_000;
/** Where a schema names no longest text; short enough for an honest quadratic algorithm. */
const USUAL_CHARACTERS = 5000;
const LIST_LENGTHS = [0, 1, 2, 3, 5, 9, 17, 33, 65, 120, 200, 257, 500, 1000];

/** One number of each order of magnitude, and its neighbours that programs stumble over. */
const MAGNITUDES: readonly number[] = Array.from({ length: 16 }, (_, power) => 10 ** power).flatMap(
  (power) => [power, power - 1, power + 1, 5 * power, -power],
);
const FRACTIONS = [0.1, 0.5, -0.5, 1.005, 2.675, 1e-3, 1e-7, 1e-12, Math.PI, 1e21, 1e300];
/** Exact in binary, and in the middle between two roundings: rounding to even and away from zero differ there. */
const HALVES = [0.125, 0.375, 2.5, 3.5, -0.125, -2.5, 1 / 32, 3 / 32, 5 / 64, 12.625, 1000.5];
/** With more digits than a float of 32 bits or a format of few digits keeps. */
const OF_MANY_DIGITS = [12_345.6789, 987_654.321, -4567.891_23, 123_456_789, 33_554_433];

/**
 * What values are made for a position in a schema: usual ones by its schema; those that the program names; or further ones, which grow what the
 * cases have, or lie beside what the program names.
 */
export type Taste = "usual" | "named" | "further";

interface ValueContext {
  readonly root: JsonSchema;
  /** Values of the cases at this position. */
  readonly samples: readonly unknown[];
  readonly source: string;
  readonly depth: number;
  readonly taste: Taste;
  /** Further texts have each of them in some position, beside those that the source names. */
  readonly characters: readonly string[];
}

const DEEPEST = 3;
/** Keys that programs stumble over. */
const ODD_KEYS: readonly string[] = [
  "",
  "constructor",
  "toString",
  "a b",
  "\u6f22\u5b57",
  "0",
  "a.b",
  "x".repeat(200),
];

/** Values of a part of a schema; not each of them fits it. */
export function valuesOf(schema: JsonSchema, context: ValueContext): readonly unknown[] {
  const allowed = schema["enum"];
  const isUsual = context.taste === "usual";
  if (Array.isArray(allowed)) return isUsual ? allowed : [];
  const choices = ["anyOf", "oneOf"].flatMap((keyword) => schemasOf(schema, keyword));
  const types = [schema["type"] ?? []].flat().map(String);
  const isDeep = context.depth < DEEPEST;
  return [
    ...choices.flatMap(([, choice]) => valuesOf(resolveReference(choice, context.root), context)),
    ...(types.includes("string") ? texts(schema, context) : []),
    ...(types.includes("integer") ? numbers(schema, context).filter(Number.isInteger) : []),
    ...(types.includes("number") ? numbers(schema, context) : []),
    ...(types.includes("array") && isDeep ? lists(schema, context) : []),
    ...(types.includes("object") && isDeep ? objects(schema, context) : []),
    ...(types.includes("boolean") && isUsual ? [true, false] : []),
    ...(types.includes("null") && isUsual ? [null] : []),
  ];
}

function texts(schema: JsonSchema, context: ValueContext): readonly string[] {
  const least = numberAt(schema, "minLength") ?? 0;
  const most = Math.min(numberAt(schema, "maxLength") ?? USUAL_CHARACTERS, MOST_CHARACTERS);
  const sampleTexts = context.samples.flatMap(textsIn);
  const [word = "word"] = sampleTexts.filter((text) => text.length > 1);
  const made =
    context.taste === "further"
      ? furtherTexts({ word, sampleTexts, context })
      : rangeTexts({ word, sampleTexts, context, least, most });
  return made.filter((text) => text.length >= least && text.length <= most);
}

interface TextContext {
  readonly word: string;
  readonly sampleTexts: readonly string[];
  readonly context: ValueContext;
}

function furtherTexts({ word, sampleTexts, context }: TextContext): readonly string[] {
  const { source, characters } = context;
  const runs = numbersIn(source).filter((length) => Number.isInteger(length) && length <= 1000);
  const samples = patternSamples(patternsIn(source));
  return [
    ...besideWords(word, [...new Set([...charactersIn(source), ...characters])]),
    ...grownTexts(sampleTexts),
    ...samples.flatMap((text) => [text, `${word}${text}`, `${word} ${text} ${word}`]),
    ...runs.flatMap((length) => runsOf(word, length + 1)),
  ];
}

function rangeTexts({
  word,
  sampleTexts,
  context: { source, taste },
  least,
  most,
}: TextContext & { readonly least: number; readonly most: number }): readonly string[] {
  const isNamed = taste === "named";
  const lengths = isNamed
    ? numbersIn(source).flatMap((value) => [value - 1, value, value + 1])
    : [...LENGTHS, least, least + 1, most, most - 1];
  const inside = [...new Set(lengths)].filter(
    (length) => Number.isInteger(length) && length >= least && length <= most,
  );
  const fillers = [word, `${word} `, "x", "word ", "a1 b2, "];
  const long = inside.map((length, index) =>
    filled(fillers[index % fillers.length] ?? "x", length),
  );
  const others = isNamed
    ? [
        ...textsInSource(source).flatMap((text) => [text, `${word} ${text}`, `${text} ${word}`]),
        // A program that counts counts words or lines.
        ...lengths.filter((count) => count <= 1000).flatMap((count) => manyOf(count)),
        ...lengths.filter((depth) => depth <= 1000).flatMap((depth) => nested(sampleTexts, depth)),
        ...otherNumbers(sampleTexts, lengths.filter(Number.isInteger).map(String)),
      ]
    : [
        ...oddTexts(word, sampleTexts),
        ...mirrored(sampleTexts),
        ...nested(sampleTexts, USUAL_DEPTH),
        ...otherNumbers(sampleTexts, DIGITS),
      ];
  return [...long, ...others];
}

function numbers(schema: JsonSchema, { source, taste }: ValueContext): readonly number[] {
  const least = numberAt(schema, "minimum") ?? Number.NEGATIVE_INFINITY;
  const most = numberAt(schema, "maximum") ?? Number.POSITIVE_INFINITY;
  const ends = [least, most, least + 1, most - 1, (least + most) / 2].filter(Number.isFinite);
  const middle = ends.flatMap((end) => [
    Math.round(end),
    Math.round(end / 2),
    Math.round(end / 10),
  ]);
  const named = numbersIn(source).flatMap((value) => [value - 1, value, value + 1, -value]);
  const further = [
    // A program that decides by the last digits decides alike for these.
    ...numbersIn(source).flatMap((value) => [value + 10, value + 100, value + 1000]),
    ...fractionsIn(source).flatMap((value) => [value / 2, value, value * 2]),
    ...HALVES,
  ];
  const usual = [
    ...MAGNITUDES,
    ...FRACTIONS,
    ...OF_MANY_DIGITS,
    ...ends,
    ...middle,
    0,
    255,
    256,
    65_535,
    2 ** 31,
    2 ** 32,
  ];
  return [...new Set({ named, further, usual }[taste])].filter(
    (value) => value >= least && value <= most && Math.abs(value) <= Number.MAX_SAFE_INTEGER,
  );
}

function lists(schema: JsonSchema, context: ValueContext): readonly unknown[] {
  const { items } = schema;
  if (!isFields(items)) return [];
  const samples = context.samples.flatMap((sample) => (Array.isArray(sample) ? sample : []));
  const below = { ...context, samples, depth: context.depth + 1 };
  const inner = valuesOf(resolveReference(items, context.root), below);
  if (context.taste === "further") return inner.map((value) => [value]);
  const short = [...samples, ...inner].filter((value) => sizeOf(value) < SHORT);
  const most = Math.min(numberAt(schema, "maxItems") ?? 1000, 1000);
  const named = numbersIn(context.source).flatMap((value) => [value, value + 1]);
  const isNamed = context.taste === "named";
  const candidates = isNamed ? named : [...LIST_LENGTHS, most];
  const lengths = candidates.filter((length) => Number.isInteger(length) && length <= most);
  const cycle = (length: number, shift: number) =>
    Array.from({ length }, (_, at) => short[(at + shift) % Math.max(1, short.length)]);
  const shortSamples = samples.filter((value) => sizeOf(value) < SHORT);
  return [
    ...longLists(shortSamples, lengths),
    ...(short.length === 0 ? [[]] : lengths.map((length, index) => cycle(length, index))),
    ...inner.map((value) => [value]),
    ...mixed(isNamed ? short : shortSamples, context.samples),
    ...(isNamed ? [] : short.map((value) => [value, value])),
  ];
}

/** As long as the lists of the cases, of their values in another mixture, or of those that the program names. */
function mixed(all: readonly unknown[], samples: readonly unknown[]): readonly unknown[] {
  const values = all.filter((one) => typeof one !== "object");
  const lengths = new Set(samples.flatMap((one) => (Array.isArray(one) ? [one.length] : [])));
  return [...lengths]
    .filter((length) => length > 1 && length < values.length)
    .flatMap((length) =>
      Array.from({ length: MIXTURES }, (_, shift) =>
        Array.from({ length }, (_item, at) => values[(at * 7 + shift * 5) % values.length]),
      ),
    );
}

const MIXTURES = 16;

/** Of a value that stands many times in a list, in characters of JSON. */
const SHORT = 100;

/** Each property in turn with each of its values, beside what a case has; where names are free, odd ones. */
function objects(schema: JsonSchema, context: ValueContext): readonly unknown[] {
  const sampleObjects = context.samples.filter(isFields);
  const { root } = context;
  const alone = "$defs" in root ? { ...schema, $defs: root["$defs"] } : schema;
  const base = sampleObjects[0] ?? validInputs(alone, 1, 1)[0];
  if (!isFields(base)) return [];
  const columns = schemasOf(schema, "properties").map(([key, value]) => {
    const samples = sampleObjects.flatMap((one) => (key in one ? [one[key]] : []));
    const below = { ...context, samples, depth: context.depth + 1 };
    return valuesOf(resolveReference(value, root), below).map((made) => ({ ...base, [key]: made }));
  });
  return [...interleaved(columns), ...freelyNamed(schema, context, base)];
}

const KEY_LENGTHS = [13, 20, 29, 40, 64, 128];

function freelyNamed(
  schema: JsonSchema,
  context: ValueContext,
  base: Readonly<Record<string, unknown>>,
): readonly unknown[] {
  const { additionalProperties: free } = schema;
  if (!isFields(free)) return [];
  const samples = context.samples.flatMap((one) => (isFields(one) ? Object.values(one) : []));
  const below = { ...context, samples, depth: context.depth + 1 };
  const values = valuesOf(resolveReference(free, context.root), below);
  const [value = samples[0]] = samples;
  const names = context.samples.flatMap((one) => (isFields(one) ? Object.keys(one) : []));
  const long = () =>
    names.slice(0, 2).flatMap((name) => KEY_LENGTHS.map((most) => filled(name, most)));
  const isUsual = context.taste === "usual";
  const keys = isUsual ? [...ODD_KEYS, ...long()] : textsInSource(context.source);
  return [
    ...(isUsual ? [{}] : []),
    ...keys.map((key) => ({ ...base, [key]: value })),
    ...values.map((made) => ({ ...base, key: made })),
  ];
}

/** The first of each, then the second of each. */
export function interleaved<Item>(columns: readonly (readonly Item[])[]): readonly Item[] {
  const rounds = Math.max(0, ...columns.map(({ length }) => length));
  return Array.from({ length: rounds }, (_, round) =>
    columns.flatMap((column) => column.slice(round, round + 1)),
  ).flat();
}

function textsIn(value: unknown): readonly string[] {
  return leavesOf(value).flatMap(({ value: leaf }) => (typeof leaf === "string" ? [leaf] : []));
}

/** In characters of JSON. */
export function sizeOf(value: unknown): number {
  return JSON.stringify([value]).length;
}

function numberAt(schema: JsonSchema, keyword: string): number | undefined {
  const value = schema[keyword];
  return typeof value === "number" ? value : undefined;
}

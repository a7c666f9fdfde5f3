/** Inputs by the real ranges of a schema, by script and by the program's own patterns: where examples do not go. */

import { isFields } from "#core/json.ts";
import type { JsonSchema } from "#tools/contract/spec.ts";
import type { JudgedTool } from "./judged-tool.ts";
import { longLists } from "./long-lists.ts";
import { leavesOf, nearInputs } from "./near-inputs.ts";
import { Random } from "./random.ts";
import { fitting, resolveReference, schemasOf } from "./schema.ts";
import {
  DIGITS,
  filled,
  manyOf,
  nested,
  oddTexts,
  otherNumbers,
  USUAL_DEPTH,
} from "./shaped-texts.ts";
import { numbersIn, textsInSource } from "./source-literals.ts";
import { validInputs } from "./valid-inputs.ts";

/** A text is asked for in every length of this row that its schema allows, and in its own longest one. */
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
/** With more digits than a float of 32 bits or a format of few digits keeps. */
const OF_MANY_DIGITS = [12_345.6789, 987_654.321, -4567.891_23, 123_456_789, 33_554_433];

/** At most `count` different inputs that fit, the same for the same tool and seed. */
export function unforeseenInputs(
  { contract, cases, source }: Pick<JudgedTool, "contract" | "cases" | "source">,
  { count, seed }: { readonly count: number; readonly seed: number },
): readonly unknown[] {
  const { input: schema } = contract;
  const fits = fitting(schema);
  const random = new Random(seed);
  const bases = cases.map(({ input }) => input).filter((input) => isFields(input) && fits(input));
  const base = bases[0] ?? validInputs(schema, 1, seed)[0] ?? {};
  const place = { root: schema, source, depth: 0, isNamed: false };
  const columns = (isNamed: boolean) =>
    schemasOf(schema, "properties").map(([key, value]) =>
      valuesOf(resolveReference(value, schema), {
        ...{ ...place, isNamed },
        samples: bases.flatMap((one) => (isFields(one) && key in one ? [one[key]] : [])),
      }).flatMap((made, index) =>
        // A number or a choice shows what it does beside some arguments and not beside others.
        (["string", "object"].includes(typeof made) ? [0] : [0, 1, 2]).map((shift) => ({
          ...(bases[(index + shift) % Math.max(1, bases.length)] ?? base),
          [key]: made,
        })),
      ),
    );
  const usual = columns(false);
  const made = [
    ...interleaved(usual.map((column) => random.shuffle(column))),
    ...validInputs(schema, Math.ceil(count / 12), seed),
    ...nearInputs(cases, { fits, count: Math.ceil(count / 4), random }).map(({ input }) => input),
  ];
  // What the program itself names is asked in any case: there it may decide otherwise.
  const named = distinct(random.shuffle(interleaved(columns(true)))).filter(fits);
  // Of each argument the least and the most that fits: a shuffle must not leave them out.
  const ends = usual.flatMap((column) => {
    const sorted = column.filter(fits).sort((a, b) => sizeOf(a) - sizeOf(b));
    return [...sorted.slice(0, 2), ...sorted.slice(-2)];
  });
  const first = [...named.slice(0, Math.ceil(count / 3)), ...ends.slice(0, Math.ceil(count / 6))];
  const others = random.shuffle(distinct(made)).filter(fits);
  const kept = distinct([...first, ...others]).slice(0, count);
  // Long ones last: what ends the process there has heard of all the others.
  return kept.sort((a, b) => sizeOf(a) - sizeOf(b));
}

function distinct<Item>(inputs: readonly Item[]): Item[] {
  return [...new Map(inputs.map((input) => [JSON.stringify(input), input])).values()];
}

interface Place {
  readonly root: JsonSchema;
  /** Values of the cases at this place. */
  readonly samples: readonly unknown[];
  readonly source: string;
  readonly depth: number;
  /** Whether only values are made that the source names. */
  readonly isNamed: boolean;
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

function valuesOf(schema: JsonSchema, place: Place): readonly unknown[] {
  const allowed = schema["enum"];
  if (Array.isArray(allowed)) return place.isNamed ? [] : allowed;
  const choices = ["anyOf", "oneOf"].flatMap((keyword) => schemasOf(schema, keyword));
  const types = [schema["type"] ?? []].flat().map(String);
  const isDeep = place.depth < DEEPEST;
  return [
    ...choices.flatMap(([, choice]) => valuesOf(resolveReference(choice, place.root), place)),
    ...(types.includes("string") ? texts(schema, place) : []),
    ...(types.includes("integer") ? numbers(schema, place).filter(Number.isInteger) : []),
    ...(types.includes("number") ? numbers(schema, place) : []),
    ...(types.includes("array") && isDeep ? lists(schema, place) : []),
    ...(types.includes("object") && isDeep ? objects(schema, place) : []),
    ...(types.includes("boolean") && !place.isNamed ? [true, false] : []),
    ...(types.includes("null") && !place.isNamed ? [null] : []),
  ];
}

function texts(schema: JsonSchema, { samples, source, isNamed }: Place): readonly string[] {
  const least = numberAt(schema, "minLength") ?? 0;
  const most = Math.min(numberAt(schema, "maxLength") ?? USUAL_CHARACTERS, MOST_CHARACTERS);
  const words = samples.flatMap(textsIn);
  const [word = "word"] = words.filter((text) => text.length > 1);
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
        ...lengths.filter((depth) => depth <= 1000).flatMap((depth) => nested(words, depth)),
        ...otherNumbers(words, lengths.filter(Number.isInteger).map(String)),
      ]
    : [...oddTexts(word, words), ...nested(words, USUAL_DEPTH), ...otherNumbers(words, DIGITS)];
  return [...long, ...others].filter((text) => text.length >= least && text.length <= most);
}

function numbers(schema: JsonSchema, { source, isNamed }: Place): readonly number[] {
  const least = numberAt(schema, "minimum") ?? Number.NEGATIVE_INFINITY;
  const most = numberAt(schema, "maximum") ?? Number.POSITIVE_INFINITY;
  const ends = [least, most, least + 1, most - 1, (least + most) / 2].filter(Number.isFinite);
  const middle = ends.flatMap((end) => [
    Math.round(end),
    Math.round(end / 2),
    Math.round(end / 10),
  ]);
  const named = numbersIn(source).flatMap((value) => [value - 1, value, value + 1, -value]);
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
  return [...new Set(isNamed ? named : usual)].filter(
    (value) => value >= least && value <= most && Math.abs(value) <= Number.MAX_SAFE_INTEGER,
  );
}

function lists(schema: JsonSchema, place: Place): readonly unknown[] {
  const { items } = schema;
  if (!isFields(items)) return [];
  const samples = place.samples.flatMap((sample) => (Array.isArray(sample) ? sample : []));
  const below = { ...place, samples, depth: place.depth + 1 };
  const inner = valuesOf(resolveReference(items, place.root), below);
  const short = [...samples, ...inner].filter((value) => sizeOf(value) < SHORT);
  const most = Math.min(numberAt(schema, "maxItems") ?? 1000, 1000);
  const named = numbersIn(place.source).flatMap((value) => [value, value + 1]);
  const wanted = place.isNamed ? named : [...LIST_LENGTHS, most];
  const lengths = wanted.filter((length) => Number.isInteger(length) && length <= most);
  const cycle = (length: number, shift: number) =>
    Array.from({ length }, (_, at) => short[(at + shift) % Math.max(1, short.length)]);
  const known = samples.filter((value) => sizeOf(value) < SHORT);
  return [
    ...longLists(known, lengths),
    ...(short.length === 0 ? [[]] : lengths.map((length, index) => cycle(length, index))),
    ...inner.map((value) => [value]),
    ...mixed(place.isNamed ? short : known, place.samples),
    ...(place.isNamed ? [] : short.map((value) => [value, value])),
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
function objects(schema: JsonSchema, place: Place): readonly unknown[] {
  const known = place.samples.filter(isFields);
  const { root } = place;
  const alone = "$defs" in root ? { ...schema, $defs: root["$defs"] } : schema;
  const base = known[0] ?? validInputs(alone, 1, 1)[0];
  if (!isFields(base)) return [];
  const columns = schemasOf(schema, "properties").map(([key, value]) => {
    const samples = known.flatMap((one) => (key in one ? [one[key]] : []));
    const below = { ...place, samples, depth: place.depth + 1 };
    return valuesOf(resolveReference(value, root), below).map((made) => ({ ...base, [key]: made }));
  });
  return [...interleaved(columns), ...freelyNamed(schema, place, base)];
}

const KEY_LENGTHS = [13, 20, 29, 40, 64, 128];

function freelyNamed(
  schema: JsonSchema,
  place: Place,
  base: Readonly<Record<string, unknown>>,
): readonly unknown[] {
  const { additionalProperties: free } = schema;
  if (!isFields(free)) return [];
  const samples = place.samples.flatMap((one) => (isFields(one) ? Object.values(one) : []));
  const below = { ...place, samples, depth: place.depth + 1 };
  const values = valuesOf(resolveReference(free, place.root), below);
  const [value = samples[0]] = samples;
  const names = place.samples.flatMap((one) => (isFields(one) ? Object.keys(one) : []));
  const keys = place.isNamed
    ? textsInSource(place.source)
    : [
        ...ODD_KEYS,
        ...names.slice(0, 2).flatMap((name) => KEY_LENGTHS.map((most) => filled(name, most))),
      ];
  return [
    ...(place.isNamed ? [] : [{}]),
    ...keys.map((key) => ({ ...base, [key]: value })),
    ...values.map((made) => ({ ...base, key: made })),
  ];
}

function interleaved<Item>(columns: readonly (readonly Item[])[]): readonly Item[] {
  const rounds = Math.max(0, ...columns.map(({ length }) => length));
  return Array.from({ length: rounds }, (_, round) =>
    columns.flatMap((column) => column.slice(round, round + 1)),
  ).flat();
}

function textsIn(value: unknown): readonly string[] {
  return leavesOf(value).flatMap(({ value: leaf }) => (typeof leaf === "string" ? [leaf] : []));
}

function sizeOf(value: unknown): number {
  return JSON.stringify([value]).length;
}

function numberAt(schema: JsonSchema, keyword: string): number | undefined {
  const value = schema[keyword];
  return typeof value === "number" ? value : undefined;
}

/** Inputs by the real ranges of a schema, by script and by the program's own patterns: where examples do not go. */
import type { JsonSchema } from "#tools/contract/spec.ts";
import { isRecord } from "./compare.ts";
import type { JudgedTool } from "./judged-tool.ts";
import { leavesOf, nearInputs } from "./near-inputs.ts";
import { pumpedTexts } from "./pumped-texts.ts";
import { Random } from "./random.ts";
import { fitting, isSchema, resolveReference, schemasOf } from "./schema.ts";
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

/** One word of each script, with digits of its own where it has them. */
const SCRIPTS: readonly string[] = [
  "Straße über Ærø naïve œuvre",
  "Привет мир ёж",
  "Καλημέρα κόσμε ς",
  "漢字仮名交じり文",
  "ひらがなカタカナ",
  "한국어 문장",
  "שלום עולם",
  "مرحبا بالعالم ١٢٣",
  "नमस्ते दुनिया १२३",
  "สวัสดีชาวโลก",
  "İıŞğ dotless",
  "\u{1f469}\u200d\u{1f4bb}\u{1f1e9}\u{1f1ea} e\u0301",
  "\ufb01\u00a0\u2003\u3000x",
];
/** Between words, and at the ends. */
const SPACES: readonly string[] = ["\n", "\r\n", "\t", "  ", "\u00a0", "\u2028", "\v", "\n\n"];
const ODD_ENDS: readonly string[] = ["\ud800", "\udc00", "a\ud83d", "\ufeffa", "\u0000", "\ufffd"];

/** One number of each order of magnitude, and its neighbours that programs stumble over. */
const MAGNITUDES: readonly number[] = Array.from({ length: 16 }, (_, power) => 10 ** power).flatMap(
  (power) => [power, power - 1, power + 1, 5 * power, -power],
);
const FRACTIONS = [0.1, 0.5, -0.5, 1.005, 2.675, 1e-3, 1e-7, 1e-12, Math.PI, 1e21, 1e300];

/** At most `count` different inputs that fit, the same for the same tool and seed. */
export function unforeseenInputs(
  { contract, cases, source }: Pick<JudgedTool, "contract" | "cases" | "source">,
  { count, seed }: { readonly count: number; readonly seed: number },
): readonly unknown[] {
  const { input: schema } = contract;
  const fits = fitting(schema);
  const random = new Random(seed);
  const bases = cases.map(({ input }) => input).filter((input) => isRecord(input) && fits(input));
  const base = bases[0] ?? validInputs(schema, 1, seed)[0] ?? {};
  const columns = schemasOf(schema, "properties").map(([key, value]) =>
    valuesOf(resolveReference(value, schema), {
      root: schema,
      words: bases.flatMap((one) => (isRecord(one) ? textsIn(one[key]) : [])),
      source,
      depth: 0,
    }).flatMap((made, index) =>
      // A number or a choice shows what it does beside some arguments and not beside others.
      (typeof made === "string" ? [0] : [0, 1, 2]).map((shift) => ({
        ...(bases[(index + shift) % Math.max(1, bases.length)] ?? base),
        [key]: made,
      })),
    ),
  );
  const made = [
    ...interleaved(columns.map((column) => random.shuffle(column))),
    ...validInputs(schema, Math.ceil(count / 6), seed),
    ...nearInputs(cases, { fits, count: Math.ceil(count / 4), random }).map(({ input }) => input),
  ];
  const different = new Map(made.map((input) => [JSON.stringify(input), input]));
  const kept = random.shuffle([...different.values()]).filter(fits);
  // Long ones last: what ends the process there has heard of all the others.
  return kept.slice(0, count).sort((a, b) => sizeOf(a) - sizeOf(b));
}

interface Place {
  readonly root: JsonSchema;
  /** Texts of the cases at this place. */
  readonly words: readonly string[];
  readonly source: string;
  readonly depth: number;
}

function valuesOf(schema: JsonSchema, place: Place): readonly unknown[] {
  const allowed = schema["enum"];
  if (Array.isArray(allowed)) return allowed;
  const choices = ["anyOf", "oneOf"].flatMap((keyword) => schemasOf(schema, keyword));
  const types = [schema["type"] ?? []].flat().map(String);
  return [
    ...choices.flatMap(([, choice]) => valuesOf(resolveReference(choice, place.root), place)),
    ...(types.includes("string") ? texts(schema, place) : []),
    ...(types.includes("integer") ? numbers(schema).filter(Number.isInteger) : []),
    ...(types.includes("number") ? numbers(schema) : []),
    ...(types.includes("array") && place.depth < 2 ? lists(schema, place) : []),
    ...(types.includes("boolean") ? [true, false] : []),
    ...(types.includes("null") ? [null] : []),
  ];
}

function texts(schema: JsonSchema, { words, source }: Place): readonly string[] {
  const least = numberAt(schema, "minLength") ?? 0;
  const most = Math.min(numberAt(schema, "maxLength") ?? USUAL_CHARACTERS, MOST_CHARACTERS);
  const lengths = [...LENGTHS, least, least + 1, most, most - 1];
  const inside = [...new Set(lengths)].filter((length) => length >= least && length <= most);
  const [word = "word"] = words.filter((text) => text.length > 1);
  const fillers = [word, `${word} `, "x", "word ", "a1 b2, "];
  return [
    ...inside.map((length, index) => filled(fillers[index % fillers.length] ?? "x", length)),
    ...SCRIPTS,
    ...SCRIPTS.map((script) => `${word} ${script}`),
    ...SPACES.flatMap((space) => [`${word}${space}${word}`, `${space}${word}`, `${word}${space}`]),
    ...words.flatMap((text) => SPACES.slice(0, 3).map((space) => text.replaceAll(" ", space))),
    ...ODD_ENDS.flatMap((end) => [end, word + end]),
    ...pumpedTexts(source, Math.min(most, 30_000)),
  ].filter((text) => text.length >= least && text.length <= most);
}

function filled(piece: string, length: number): string {
  return piece.repeat(Math.ceil(length / Math.max(1, piece.length))).slice(0, length);
}

function numbers(schema: JsonSchema): readonly number[] {
  const least = numberAt(schema, "minimum") ?? Number.NEGATIVE_INFINITY;
  const most = numberAt(schema, "maximum") ?? Number.POSITIVE_INFINITY;
  const ends = [least, most, least + 1, most - 1, (least + most) / 2].filter(Number.isFinite);
  const middle = ends.flatMap((end) => [
    Math.round(end),
    Math.round(end / 2),
    Math.round(end / 10),
  ]);
  const all = [
    ...MAGNITUDES,
    ...FRACTIONS,
    ...ends,
    ...middle,
    0,
    255,
    256,
    65_535,
    2 ** 31,
    2 ** 32,
  ];
  return [...new Set(all)].filter(
    (value) => value >= least && value <= most && Math.abs(value) <= Number.MAX_SAFE_INTEGER,
  );
}

function lists(schema: JsonSchema, place: Place): readonly unknown[] {
  const { items } = schema;
  if (!isSchema(items)) return [];
  const inner = valuesOf(resolveReference(items, place.root), { ...place, depth: place.depth + 1 });
  const short = inner.filter((value) => sizeOf(value) < 40);
  const most = Math.min(numberAt(schema, "maxItems") ?? 1000, 1000);
  const lengths = [...LIST_LENGTHS, most].filter((length) => length <= most);
  const cycle = (length: number, shift: number) =>
    Array.from({ length }, (_, at) => short[(at + shift) % Math.max(1, short.length)]);
  return [
    ...lengths.map((length, index) => cycle(length, index)),
    ...inner.map((value) => [value]),
    ...short.map((value) => [value, value]),
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

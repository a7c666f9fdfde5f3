/** Inputs by the real ranges of a schema, by script and by the program's own patterns: where examples do not go. */

import { isFields } from "#core/json.ts";
import { nearInputs } from "./near-inputs.ts";
import { Random } from "./random.ts";
import { interleaved, sizeOf, type Taste, valuesOf } from "./range-values.ts";
import { fitting, resolveReference, schemasOf } from "./schema.ts";
import type { ToolUnderTest } from "./tool-under-test.ts";
import { validInputs } from "./valid-inputs.ts";

/** At most `count` different inputs that fit, the same for the same tool and seed. */
export function unforeseenInputs(
  tool: InputSource,
  { count, seed }: { readonly count: number; readonly seed: number },
): readonly unknown[] {
  const { input: schema } = tool.contract;
  const fits = fitting(schema);
  const random = new Random(seed);
  const usual = columnsOf(tool, { taste: "usual", seed });
  const made = [
    ...interleaved(usual.map((column) => random.shuffle(column))),
    ...validInputs(schema, Math.ceil(count / 12), seed),
    ...nearInputs(tool.cases, { fits, count: Math.ceil(count / 4), random }).map(
      ({ input }) => input,
    ),
  ];
  // What the program itself names is asked in any case: there it may decide otherwise.
  const named = distinct(
    random.shuffle(interleaved(columnsOf(tool, { taste: "named", seed }))),
  ).filter(fits);
  // Of each argument the least and the most that fits: a shuffle must not leave them out.
  const ends = usual.flatMap((column) => {
    const sorted = column.filter(fits).sort((a, b) => sizeOf(a) - sizeOf(b));
    return [...sorted.slice(0, 2), ...sorted.slice(-2)];
  });
  const first = [
    ...named.slice(0, Math.ceil(count / 3)),
    ...ends.slice(0, Math.ceil(count / 6)),
    ...together(tool.contract, usual).filter(fits),
  ];
  const others = random.shuffle(distinct(made)).filter(fits);
  const selected = distinct([...first, ...others]).slice(0, count);
  // Long ones last: what ends the process there has heard of all the others.
  return selected.sort((a, b) => sizeOf(a) - sizeOf(b));
}

/** So many inputs have all arguments long at once, each half as long as the one before. */
const HALVINGS = 8;

/** What one argument does may show beside another one alone that is long, too. */
function together(
  { input: schema }: InputSource["contract"],
  columns: readonly (readonly unknown[])[],
): readonly unknown[] {
  if (columns.length < 2) return [];
  const fits = fitting(schema);
  const keyed = schemasOf(schema, "properties").map(([key], index) => {
    const made = (columns[index] ?? []).filter(isFields).filter(fits);
    const sorted = made.map((input) => input[key]).toSorted((a, b) => sizeOf(b) - sizeOf(a));
    return { key, sorted, most: sizeOf(sorted[0]) };
  });
  const halved = (step: number) =>
    keyed.flatMap(({ key, sorted, most }) => {
      const value = sorted.find((one) => sizeOf(one) <= most / 2 ** step) ?? sorted.at(-1);
      return value === undefined ? [] : [[key, value] as const];
    });
  return Array.from({ length: HALVINGS }, (_, step) => Object.fromEntries(halved(step)));
}

interface FurtherOptions {
  readonly count: number;
  readonly seed: number;
  /** Texts have each of them in some position. @default those alone that the source names */
  readonly characters?: readonly string[] | undefined;
}

/**
 * To be asked beside the unforeseen ones: texts that its patterns find and characters that it names, words of the cases as
 * long as ordinary ones get, numbers with the last digits of its own.
 *
 * @returns at most `count` different inputs that fit, the same for the same tool and seed, long ones last.
 */
export function furtherInputs(
  tool: InputSource,
  { count, seed, characters = [] }: FurtherOptions,
): readonly unknown[] {
  const made = interleaved(columnsOf(tool, { taste: "further", seed, characters }));
  const fits = distinct(made).filter(fitting(tool.contract.input));
  const selected = new Random(seed).shuffle(fits).slice(0, count);
  return selected.sort((a, b) => sizeOf(a) - sizeOf(b));
}

type InputSource = Pick<ToolUnderTest, "contract" | "cases" | "source">;

interface ColumnOptions {
  readonly taste: Taste;
  readonly seed: number;
  readonly characters?: readonly string[];
}

/** Of each argument one input for each value, beside what a case has for the others. */
function columnsOf(
  { contract: { input: schema }, cases, source }: InputSource,
  { taste, seed, characters = [] }: ColumnOptions,
): readonly (readonly unknown[])[] {
  const fits = fitting(schema);
  const bases = cases.map(({ input }) => input).filter((input) => isFields(input) && fits(input));
  const base = bases[0] ?? validInputs(schema, 1, seed)[0] ?? {};
  const context = { root: schema, source, characters, taste, depth: 0 };
  return schemasOf(schema, "properties").map(([key, value]) =>
    valuesOf(resolveReference(value, schema), {
      ...context,
      samples: bases.flatMap((one) => (isFields(one) && key in one ? [one[key]] : [])),
    }).flatMap((made, index) =>
      // A number or a choice shows what it does beside some arguments and not beside others.
      (["string", "object"].includes(typeof made) ? [0] : [0, 1, 2]).map((shift) => ({
        ...(bases[(index + shift) % Math.max(1, bases.length)] ?? base),
        [key]: made,
      })),
    ),
  );
}

function distinct<Item>(inputs: readonly Item[]): Item[] {
  return [...new Map(inputs.map((input) => [JSON.stringify(input), input])).values()];
}

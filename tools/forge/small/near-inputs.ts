/** Inputs that differ from others in one value, so that a small mistake in a program shows. */
import type { Input } from "./inputs-stage.ts";

/** The sharpest change of every value comes before the second of any. */
export function nearInputs(inputs: readonly Input[]): readonly Input[] {
  const columns = inputs.flatMap((input) =>
    Object.entries(input).map(([name, value]) =>
      changesOf(value).map((changed) => ({ ...input, [name]: changed })),
    ),
  );
  const rounds = Math.max(0, ...columns.map((column) => column.length));
  return Array.from({ length: rounds }, (_, round) =>
    columns.flatMap((column) => column.slice(round, round + 1)),
  ).flat();
}

/** Longest text of a program that is put into an input, in characters. */
const LONGEST_LITERAL = 8;
/** A program with a table in it has more constants than there are cases. */
const MOST_CONSTANTS = 24;

/**
 * Inputs at the constants of a program, one value of the base changed: its own numbers, the numbers beside them, and
 * texts that hold its own texts. There a changed comparison or a changed constant shows.
 *
 * @param source of the program.
 */
export function inputsAtConstants(base: Input, source: string): readonly Input[] {
  // A minus behind a name or a bracket takes away: the constant is what follows it.
  const pattern = /(?<![\w.)\]])-?(?<![\w.])\d{1,9}(?:\.\d{1,6})?(?![\w.])/g;
  const numbers = constants(source, pattern).map(Number);
  const texts = constants(source, /(?<=(["'])).+?(?=\1)/g).filter(
    (text) => text.length <= LONGEST_LITERAL,
  );
  return Object.entries(base).flatMap(([name, value]) => {
    const values =
      typeof value === "number"
        ? [0, -1, 1].flatMap((step) => numbers.map((number) => number + step))
        : typeof value === "string"
          ? texts.map((text) => `${value.slice(0, 1)}${text}${value.slice(1)}`)
          : [];
    return values.map((changed) => ({ ...base, [name]: changed }));
  });
}

function constants(source: string, pattern: RegExp): readonly string[] {
  return [...new Set(source.match(pattern) ?? [])].slice(0, MOST_CONSTANTS);
}

function changesOf(value: unknown): readonly unknown[] {
  if (typeof value === "number") return [value + 1, -value, value * 2, Math.trunc(value / 2)];
  if (typeof value === "boolean") return [!value];
  if (typeof value === "string") return textsNear(value);
  if (!Array.isArray(value)) return [];
  const list: readonly unknown[] = value;
  return [list.toReversed(), list.slice(1), [...list, ...list.slice(0, 1)]];
}

function textsNear(text: string): readonly string[] {
  const middle = Math.floor(text.length / 2);
  const turned = [...text].toReversed().join("");
  return [
    turned,
    // Symmetric, and symmetric for a program only that looks at letters and not at their case.
    `${text}${turned}`,
    `${text.toUpperCase()}, ${turned}!`,
    `${text} ${text}`,
    `${text.slice(0, middle)}-${text.slice(middle)}!`,
    text.slice(0, middle),
    text.toUpperCase(),
    `  ${text}`,
  ];
}

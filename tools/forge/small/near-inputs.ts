/** Inputs that differ from given ones in one value, so that a small mistake in a program shows. */
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
  return [
    [...text].toReversed().join(""),
    `${text} ${text}`,
    `${text.slice(0, middle)}-${text.slice(middle)}!`,
    text.slice(0, middle),
    text.toUpperCase(),
    `  ${text}`,
  ];
}

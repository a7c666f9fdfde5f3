/** What a rotation of logs does, for a person. */
interface Sized {
  readonly path: string;
  readonly bytes: number;
}

export interface RotationView {
  readonly dryRun: boolean;
  readonly rotate: readonly Sized[];
  readonly remove: readonly Sized[];
  /** Those that their process holds open. */
  readonly left: readonly Sized[];
}

/** A line for each file, and what all of it comes to. */
export function rotationText({ dryRun, rotate, remove, left }: RotationView): string {
  const line = (what: string) => (file: Sized) =>
    `${what.padEnd(WIDTH)}${sized(file.bytes).padStart(9)}  ${file.path}`;
  const freed = remove.reduce((sum, { bytes }) => sum + bytes, 0);
  const lines = [
    ...rotate.map(line(dryRun ? "would rotate" : "rotated")),
    ...remove.map(line(dryRun ? "would remove" : "removed")),
    ...left.map(line("is in use")),
  ];
  const nothing = rotate.length + remove.length === 0;
  const end = nothing
    ? "There is nothing to rotate."
    : dryRun
      ? `${sized(freed)} would be freed. Nothing was changed.\n→ org log rotate --yes`
      : `${sized(freed)} were freed.`;
  return `${[...lines, end].join("\n")}\n`;
}

const WIDTH = 13;
const UNITS = ["KiB", "MiB", "GiB"];

function sized(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const power = Math.min(UNITS.length, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(1)} ${UNITS[power - 1]}`;
}

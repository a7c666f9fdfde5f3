/** From start, which belongs to it, to end, which does not. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export function length({ start, end }: Range): number {
  return Math.max(0, end - start);
}

/** Whether some number lies in both. */
export function overlaps(one: Range, other: Range): boolean {
  if (length(one) === 0 || length(other) === 0) return false;
  return one.start < other.end && other.start < one.end;
}

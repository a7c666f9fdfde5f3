export interface Page<Item> {
  readonly items: readonly Item[];
  /** From 1. */
  readonly number: number;
  readonly of: number;
}

export function pageCount(total: number, size: number): number {
  return Math.floor(total / size);
}

export function page<Item>(all: readonly Item[], number: number, size: number): Page<Item> {
  const from = (number - 1) * size;
  return { items: all.slice(from, from + size), number, of: pageCount(all.length, size) };
}

/**
 * Every way to take one of each list, the last list fastest. Where there are few, a property goes through them all: drawn at
 * random, the one that is wrong is met in one run of many.
 */
export function combinations<Lists extends readonly (readonly unknown[])[]>(
  ...lists: Lists
): readonly Combination<Lists>[] {
  const all = lists.reduce<readonly (readonly unknown[])[]>(
    (taken, list) => taken.flatMap((one) => list.map((next) => [...one, next])),
    [[]],
  );
  // Each has one of each list, in their order: what the type says, and `reduce` cannot.
  return all as readonly Combination<Lists>[];
}

type Combination<Lists extends readonly (readonly unknown[])[]> = {
  readonly [Index in keyof Lists]: Lists[Index][number];
};

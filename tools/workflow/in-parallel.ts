/**
 * Does something for each item, so many at the same time. After the first that throws no further one
 * begins; those under way are waited for, so that what they achieve is not lost.
 *
 * @returns the results in the order of the items.
 * @throws what the first item that threw has thrown, first by its index.
 */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  most: number,
  work: (item: Item, index: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const errors = new Map<number, unknown>();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length && errors.size === 0) {
      const index = next;
      next += 1;
      // The index is one of the list, and a hole in it reads as undefined, which the type of items allows.
      const [item] = items.slice(index, index + 1);
      if (item === undefined) continue;
      try {
        results[index] = await work(item, index);
      } catch (error) {
        errors.set(index, error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
  if (errors.size > 0) throw errors.get(Math.min(...errors.keys()));
  return results;
}

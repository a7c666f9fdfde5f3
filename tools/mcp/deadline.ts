/** Something took longer than it may. */
export class Late extends Error {
  override readonly name = "Late";
}

/** @param what did not happen, with its subject. @throws {Late} when it takes longer. */
export async function within<Result>(
  ms: number,
  work: Promise<Result>,
  what: string,
): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>();
  const late = new Late(`${what} within ${ms.toLocaleString("en")} ms`);
  const timer = setTimeout(() => reject(late), ms);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
    // Its own end comes later, and has no reader.
    work.catch(() => undefined);
  }
}

/** Waiting for what happens outside of this process, where nothing can be awaited. */

/** Only against what never happens: a machine that is busy is not a failure. */
const LIMIT_MS = 240_000;

/**
 * Asks again and again until the answer is neither `undefined` nor `false`.
 *
 * @throws {Error} after `limitMs` milliseconds, naming what was awaited.
 */
export async function until<Answer>(
  what: string,
  ask: () => Promise<Answer | undefined | false>,
  limitMs: number = LIMIT_MS,
): Promise<Answer> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const asked = performance.now();
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() >= deadline) throw new Error(`Waited ${limitMs} ms in vain: ${what}`);
    // A question that costs something, such as a page that asks Git, does not hold up what it waits for.
    await Bun.sleep(Math.max(20, performance.now() - asked));
  }
}

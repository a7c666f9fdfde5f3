export interface RetryOptions {
  /** All of them, the first one included. */
  readonly attempts: number;
  readonly firstWaitMs: number;
  readonly factor: number;
  readonly sleep: (ms: number) => Promise<void>;
}

export async function retry<Value>(
  work: () => Promise<Value>,
  { attempts, firstWaitMs, factor, sleep }: RetryOptions,
): Promise<Value> {
  for (let attempt = 1, wait = firstWaitMs; ; attempt += 1, wait *= factor) {
    try {
      return await work();
    } catch (error) {
      if (attempt === attempts) throw error;
    }
    await sleep(wait);
  }
}

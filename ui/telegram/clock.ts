/** The time that limits of Telegram are counted in; tests have one that goes faster. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Ends early, and without an error, when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** @param speed how many times faster than the clock of the machine. */
export function clockOf(speed = 1): Clock {
  const start = Date.now();
  return {
    now: () => start + (Date.now() - start) * speed,
    sleep: async (ms, signal) => {
      if (signal.aborted) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, ms / speed);
      const onAbort = (): void => resolve();
      signal.addEventListener("abort", onAbort, { once: true });
      await promise;
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    },
  };
}

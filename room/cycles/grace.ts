import type { Clock } from "#core/cycles/clock.ts";

/** How long work that was aborted may take to end, in milliseconds: a sandbox is killed after 2 s. */
const GRACE_MS = 2000;

/** Waits for work, and after an abort only so long. @returns `undefined` when it was left behind. */
export async function withinGrace<T>(
  work: Promise<T>,
  { signal, clock }: { readonly signal: AbortSignal; readonly clock: Clock },
): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  using timers = new DisposableStack();
  const abort = (): void => {
    timers.use(clock.after(GRACE_MS, () => late.resolve(undefined)));
  };
  signal.addEventListener("abort", abort, { once: true });
  timers.defer(() => signal.removeEventListener("abort", abort));
  if (signal.aborted) abort();
  // Left behind, it may still fail.
  work.catch(() => undefined);
  return await Promise.race([work, late.promise]);
}

import type { Clock } from "#core/cycles/clock.ts";
import { OrgError } from "#core/errors.ts";

/** Waits before the second and the third try, in milliseconds. */
const WAITS_MS = [1000, 4000] as const;

/** Failures after which a server may answer in a moment. */
const PASSING: ReadonlySet<string> = new Set([
  ...["PROVIDER_BUSY", "STREAM_ERROR", "STREAM_CUT", "PROVIDER_UNREACHABLE"],
]);

/** Tries up to three times where a model's server fails of something that may pass. @throws the last failure. */
export async function inTries<T>(
  work: () => Promise<T>,
  { signal, clock }: { readonly signal: AbortSignal; readonly clock: Clock },
): Promise<T> {
  for (const waitMs of WAITS_MS) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof OrgError) || !PASSING.has(error.code)) throw error;
    }
    await passed(waitMs, { signal, clock });
  }
  return await work();
}

async function passed(
  ms: number,
  { signal, clock }: { readonly signal: AbortSignal; readonly clock: Clock },
): Promise<void> {
  const over = Promise.withResolvers<void>();
  using _timer = clock.after(ms, () => over.resolve());
  const abort = (): void => over.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  try {
    await over.promise;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

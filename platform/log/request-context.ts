/** Which request something is done for, readable by whatever is awaited on the way. */
import { AsyncLocalStorage } from "node:async_hooks";

const current = new AsyncLocalStorage<string>();

/** Does some work for a request; what it writes to the log carries the id. */
export function inRequest<Result>(id: string, work: () => Result): Result {
  return current.run(id, work);
}

/** The id of the request that is being worked for, if there is one. */
export function requestId(): string | undefined {
  return current.getStore();
}

/** For a callback that others call later: it works for the request of now. */
export function inThisRequest<Args extends readonly unknown[], Result>(
  callback: (...args: Args) => Result,
): (...args: Args) => Result {
  const inside = AsyncLocalStorage.snapshot();
  return (...args) => inside(callback, ...args);
}

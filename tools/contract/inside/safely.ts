import type { Outer } from "./outer.ts";

const { apply } = Reflect;

/**
 * Calls into the other realm. Deep in a recursion any such call may fail, and the error would be one of the
 * other realm: by its constructor a tool would get there.
 */
export function safely<Value>(work: () => Value): Value {
  try {
    return work();
  } catch {
    // biome-ignore lint/style/useErrorCause: the cause is what must not be seen
    throw new RangeError("Maximum call stack size exceeded.");
  }
}

/** The same functions, each called safely. */
export function safeOuter(outer: Outer): Outer {
  const wrap =
    <Values extends readonly unknown[], Value>(work: (...values: Values) => Value) =>
    (...values: Values): Value =>
      // Not `work(...values)`: spreading asks the iterator of arrays, which a tool can change.
      safely(() => apply(work, undefined, values));
  return {
    nowMs: wrap(outer.nowMs),
    random: wrap(outer.random),
    log: wrap(outer.log),
    violate: wrap(outer.violate),
    ask: wrap(outer.ask),
    finish: wrap(outer.finish),
    encode: wrap(outer.encode),
    decode: wrap(outer.decode),
    digest: wrap(outer.digest),
    parseUrl: wrap(outer.parseUrl),
    parseQuery: wrap(outer.parseQuery),
    startTimer: wrap(outer.startTimer),
    stopTimer: wrap(outer.stopTimer),
  };
}

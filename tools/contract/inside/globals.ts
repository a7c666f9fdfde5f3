/** What a tool finds under global names beyond the language itself; made in its own realm. */

import { TYPESCRIPT_GLOBALS, WITHHELD_GLOBALS } from "../typescript-globals.ts";
import { addresses } from "./addresses.ts";
import { cryptoFor } from "./crypto.ts";
import { encodings } from "./encodings.ts";
import type { Outer, RealmSettings } from "./outer.ts";
import { stopClocks } from "./stop-clocks.ts";
import { structuredClone } from "./structured-clone.ts";

const { apply, defineProperty, deleteProperty, ownKeys } = Reflect;
const { then } = Promise.prototype;
const resolved = Promise.resolve();
const { stringify } = JSON;

/** What is left of the language: the rest shows the time that passes, or memory, or brings code of its own. */
const ALLOWED = new Set<string>([...TYPESCRIPT_GLOBALS, ...WITHHELD_GLOBALS]);

/** Prepares the global object. */
export function installGlobals(outer: Outer, { capabilities }: RealmSettings): void {
  for (const name of ownKeys(globalThis)) {
    if (typeof name === "string" && !ALLOWED.has(name)) deleteProperty(globalThis, name);
  }
  const has = (name: string): boolean => capabilities.includes(name);
  const drawing = (what: string): (() => number) => {
    if (has("random")) return () => outer.random();
    return () => refuse(outer, what);
  };
  define(Math, "random", drawing("Math.random()"));
  stopClocks(() => outer.nowMs());
  forbidCodeFromText(outer);
  const names = {
    ...encodings(outer),
    ...addresses(outer),
    ...timers(outer),
    console: consoleFor(outer),
    crypto: cryptoFor(outer, drawing("crypto")),
    performance: Object.freeze({ now: () => 0, timeOrigin: 0 }),
    structuredClone,
  };
  for (const [name, value] of Object.entries(names)) define(globalThis, name, value);
}

function define(target: object, name: PropertyKey, value: unknown): void {
  defineProperty(target, name, { value, writable: true, enumerable: false, configurable: true });
}

function refuse(outer: Outer, what: string): never {
  outer.violate(what);
  throw new Error(`${what} is not among the capabilities of the contract`);
}

/** Already refused by the realm itself; here it is also noticed. */
function forbidCodeFromText(outer: Outer): void {
  const samples = [plain, async () => 0, generator, asyncGenerator];
  for (const sample of samples) {
    const prototype = Object.getPrototypeOf(sample);
    // No arrow function: `new Function(…)` must get as far as this.
    function forbidden(): never {
      return refuse(outer, "code from text");
    }
    // So that functions stay instances of what "Function" now is.
    forbidden.prototype = prototype;
    define(prototype, "constructor", forbidden);
    if (prototype === Function.prototype) define(globalThis, "Function", forbidden);
  }
  define(globalThis, "eval", () => refuse(outer, "code from text"));
}

function plain(): number {
  return 0;
}

function* generator(): Generator<number> {
  yield 0;
}

async function* asyncGenerator(): AsyncGenerator<number> {
  yield 0;
}

function consoleFor(outer: Outer): object {
  const say = (...values: unknown[]): void => outer.log(values.map(logText).join(" "));
  const names = ["debug", "dir", "error", "group", "info", "log", "table", "trace", "warn"];
  const silent = ["assert", "clear", "count", "groupEnd", "time", "timeEnd", "timeLog"];
  return Object.fromEntries([
    ...names.map((name) => [name, say]),
    ...silent.map((name) => [name, () => undefined]),
  ]);
}

function logText(value: unknown): string {
  if (typeof value !== "object" || value === null || value instanceof Error) return String(value);
  try {
    return stringify(value);
  } catch {
    return String(value);
  }
}

function timers(outer: Outer): object {
  return {
    setTimeout: (run: unknown, delayMs: unknown = 0, ...values: unknown[]): number => {
      if (typeof run !== "function") throw new TypeError("setTimeout needs a function");
      return outer.startTimer(() => apply(run, undefined, values), Number(delayMs));
    },
    clearTimeout: (timer: unknown): void => outer.stopTimer(Number(timer)),
    queueMicrotask: (run: unknown): void => {
      if (typeof run !== "function") throw new TypeError("queueMicrotask needs a function");
      apply(then, resolved, [() => apply(run, undefined, [])]);
    },
  };
}

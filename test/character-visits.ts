/**
 * How many characters a reader of text looks at, counted where it asks strings, patterns and JSON about them. The same on
 * every machine and at every load, unlike a time.
 */

/** One call: what the method was called on, with what, and what it gave. */
interface Call {
  readonly on: unknown;
  readonly args: readonly unknown[];
  readonly found: unknown;
}

type Visits = (call: Call) => number;

const ONE: Visits = () => 1;
const WHOLE: Visits = ({ on }) => String(on).length;
/** A text is trimmed up to the first character that stays. */
const TRIMMED: Visits = ({ on, found }) => String(on).length - String(found).length + 1;
const WANTED: Visits = ({ args: [wanted] }) => String(wanted).length;
const FORWARD: Visits = ({ on, args: [wanted, from = 0], found }) =>
  Number(found) >= 0
    ? Number(found) - Number(from) + String(wanted).length
    : Math.max(String(on).length - Number(from), 0);
const BACKWARD: Visits = ({ on, args: [, from], found }) =>
  Math.min(Number(from ?? Number.POSITIVE_INFINITY), String(on).length) -
  Math.max(Number(found), 0);

const OF_STRINGS: Readonly<Record<string, Visits>> = {
  ...{ indexOf: FORWARD, lastIndexOf: BACKWARD, startsWith: WANTED, endsWith: WANTED },
  ...{ trim: TRIMMED, trimStart: TRIMMED, trimEnd: TRIMMED },
  ...{ includes: WHOLE, split: WHOLE, toLowerCase: WHOLE, toUpperCase: WHOLE },
  // A part of a text shares its characters with the whole.
  ...{ slice: ONE, charAt: ONE, charCodeAt: ONE, codePointAt: ONE },
};

/** Counts while `work` runs; not `text[index]`, nor what a pattern tries in vain at one place. */
export function characterVisits(work: () => unknown): number {
  let visits = 0;
  const add = (count: number): void => {
    visits += count;
  };
  using stack = new DisposableStack();
  for (const [name, cost] of Object.entries(OF_STRINGS)) {
    stack.use(watched(String.prototype, name, (call) => add(cost(call))));
  }
  stack.use(watched(JSON, "parse", ({ args: [text] }) => add(String(text).length)));
  stack.use(patterns(add));
  work();
  return visits;
}

function watched(owner: object, name: string, seen: (call: Call) => void): Disposable {
  const original: unknown = Reflect.get(owner, name);
  if (typeof original !== "function") throw new Error(`There is no method "${name}"`);
  return replaced(owner, name, function (this: unknown, ...args: unknown[]): unknown {
    const found: unknown = Reflect.apply(original, this, args);
    seen({ on: this, args, found });
    return found;
  });
}

/** `test`, `match` and `replace` of a pattern end in its `exec`, once that is not the built-in one. */
function patterns(add: (count: number) => void): Disposable {
  const { exec } = RegExp.prototype;
  return replaced(RegExp.prototype, "exec", function (this: RegExp, text: string): unknown {
    const from = this.global || this.sticky ? this.lastIndex : 0;
    const found = exec.call(this, text);
    const isHeld = this.sticky || (this.source.startsWith("^") && !this.multiline);
    if (found !== null) add(found.index - from + found[0].length);
    else add(isHeld ? 1 : Math.max(text.length - from, 0));
    return found;
  });
}

function replaced(owner: object, name: string, value: unknown): Disposable {
  const before = Object.getOwnPropertyDescriptor(owner, name) ?? {};
  Object.defineProperty(owner, name, { ...before, value });
  return { [Symbol.dispose]: () => Object.defineProperty(owner, name, before) };
}

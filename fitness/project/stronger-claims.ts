/** Whether a claim of a test says all that another one said, so that the user need not look. In doubt it does not. */
import { partsOf } from "./assertions.ts";

/** A claim of `expect`. */
interface Expectation {
  readonly subject: string;
  /** With `not.`, `resolves.` or `rejects.` in front, where they stand. */
  readonly matcher: string;
  readonly value: string;
}

/** @param before and `after`: claims as they are reported of a file. */
export function isStronger(before: string, after: string): boolean {
  if (before === after) return true;
  const [old, now] = [expectationOf(before), expectationOf(after)];
  if (old !== undefined && now !== undefined) {
    return old.subject === now.subject && isStricter(old, now);
  }
  return isStrongerAssert(before, after);
}

function expectationOf(claim: string): Expectation | undefined {
  if (!claim.startsWith("expect(")) return undefined;
  const subject = partsOf(claim.slice("expect(".length)).join(",");
  const rest = claim.slice("expect(".length + subject.length);
  const [head = "", matcher] = /^\)\.((?:\w+\.)*\w+)\(/.exec(rest) ?? [];
  const value = partsOf(rest.slice(head.length)).join(",");
  // What stands behind the matcher could take its effect.
  return matcher === undefined || rest !== `${head}${value})`
    ? undefined
    : { subject, matcher, value };
}

const EXACT: ReadonlySet<string> = new Set(["toBe", "toEqual", "toStrictEqual"]);
/** Each says more than those before it. */
const EQUALITIES = ["toMatchObject", "toEqual", "toStrictEqual"] as const;

function isStricter(old: Expectation, now: Expectation): boolean {
  const [from, to] = [old.matcher, now.matcher];
  if (from === to)
    return isPreciser(old, now) || (/(?:^|\.)toThrow$/.test(from) && old.value === "");
  const ranks = EQUALITIES.map(String);
  if (ranks.includes(from) && ranks.includes(to) && old.value === now.value) {
    return ranks.indexOf(to) > ranks.indexOf(from);
  }
  return EXACT.has(to) && isImplied(from, old.value, now.value);
}

function isPreciser({ matcher, value }: Expectation, now: Expectation): boolean {
  const [number, digits = "2"] = partsOf(value);
  const [other, more = "2"] = partsOf(now.value);
  return matcher === "toBeCloseTo" && number === other && Number(more) >= Number(digits);
}

/** Whether a literal is what a looser claim required: a stricter claim that is false was made to fit. */
function isImplied(matcher: string, bound: string, literal: string): boolean {
  if (!/^(?:-?[\d.]+|"[^"]*"|true|false|null|undefined)$/.test(literal)) return false;
  const isFalsy = /^(?:-?0(?:\.0*)?|""|false|null|undefined)$/.test(literal);
  const [value, limit] = [Number(literal), Number(bound)];
  switch (matcher) {
    case "toBeTruthy":
      return !isFalsy;
    case "toBeFalsy":
      return isFalsy;
    case "toBeDefined":
    case "not.toBeUndefined":
      return literal !== "undefined";
    case "not.toBeNull":
      return literal !== "null";
    case "toBeGreaterThan":
      return value > limit;
    case "toBeGreaterThanOrEqual":
      return value >= limit;
    case "toBeLessThan":
      return value < limit;
    case "toBeLessThanOrEqual":
      return value <= limit;
    default:
      return false;
  }
}

function isStrongerAssert(before: string, after: string): boolean {
  if (!before.startsWith("is ") || !after.startsWith("is ")) return false;
  const old = before.slice("is ".length);
  const now = after.slice("is ".length);
  const [, subject = "", literal = ""] =
    /^([\s\S]+?)(?: is not None)?==(-?[\d.]+|"[^"]+"|True|true)$/.exec(now) ?? [];
  const isNothing = /^-?0(?:\.0*)?$/.test(literal);
  if (subject !== "" && old === `${subject} is not None`) return true;
  if (subject !== "" && old === subject) return !isNothing;
  // Node's loose comparison and its strict one.
  return old.includes("~") && old.replace("~", "==") === now;
}

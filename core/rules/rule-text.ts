/** A rule as a person reads it. */
import { wilsonLowerBound } from "./life.ts";
import type { Rule } from "./rule.ts";

/** The line, as a user writes it. */
export function lineOf({ pattern: { head, slot } }: Rule): string {
  return slot === undefined ? head : `${head} <${slot}>`;
}

/** The call that it makes. */
export function callOf({ template: { tool, fixed, argument } }: Rule): string {
  const rest = fixed === "{}" ? "" : ` ${fixed}`;
  return argument === undefined ? `${tool}${rest}` : `${tool} ${argument}=…${rest}`;
}

/** Lower bound of how often a model would do the same, from 0 to 1. */
export function boundOf({ confirmed, against }: Rule): number {
  return wilsonLowerBound(confirmed, confirmed + against);
}

/** Attacks on the host itself: on what org does with a repository, an address, an approval or a text of another. */
import { OrgError } from "#core/errors.ts";
import type { Outcome } from "../probe.ts";

type HostClass = "git" | "request" | "approval" | "lease" | "config" | "screen";

/** Says what it reached; throws {@link HeldOff} or an `OrgError` when it was held off. */
export type Attempt = () => string | Promise<string>;

/** One harmless attack on a part of org, made in a temporary folder and on the loopback. */
export interface HostProbe {
  readonly id: string;
  readonly class: HostClass;
  /** What the host keeps when the probe is held off. */
  readonly safe: string;
  readonly attempt: Attempt;
  /** The same attack on what is usual elsewhere, to prove that it bites. */
  readonly weak?: Attempt | undefined;
}

/** A probe reached nothing. */
class HeldOff extends Error {}

/** @param why what was seen instead. */
export function held(why: string): never {
  throw new HeldOff(why);
}

/** What was reached, where something was; else the probe was held off. */
export function reached(what: string | undefined, instead: string): string {
  return what ?? held(instead);
}

const LONGEST_SEEN = 150;

export async function outcomeOf(id: string, attempt: Attempt): Promise<Outcome> {
  try {
    return { id, bites: true, seen: shown(await attempt()) };
  } catch (error) {
    if (error instanceof OrgError) {
      return { id, bites: false, seen: shown(error.why ?? error.message) };
    }
    const seen = shown(error instanceof Error ? error.message : String(error));
    // Whatever else is thrown is a fault of the probe: it has not shown anything.
    return { id, bites: false, seen, ...(error instanceof HeldOff ? {} : { broken: true }) };
  }
}

/** On one line, and harmless to the reader of the report. */
function shown(text: string): string {
  return JSON.stringify(text.slice(0, LONGEST_SEEN)).slice(1, -1);
}

/** What the gate said, and whether its signature holds, in a word each. */
import type { VerdictWord } from "../gate-view.ts";
import type { Html } from "../html.ts";
import type { Tone } from "../page.ts";
import { badge } from "../parts.ts";

const TONES: Readonly<Record<VerdictWord, Tone | "busy">> = {
  promote: "good",
  hold: "busy",
  reject: "bad",
};

/** `hold` waits for a person. */
export function verdictBadge(verdict: VerdictWord | null): Html {
  return verdict === null ? badge("not judged") : badge(verdict, TONES[verdict]);
}

/** @param isSigned undefined: it could not be checked, or there was nothing to sign. */
export function signedBadge(isSigned: boolean | undefined): Html {
  if (isSigned === undefined) return badge("not checked");
  return isSigned ? badge("✔ holds", "good") : badge("✘ does not hold", "bad");
}

/** @param id of the candidate. */
export function candidatePath(id: string, page: "" | "/promote" | "/reject" = ""): string {
  return `/ui/gate/candidates/${encodeURIComponent(id)}${page}`;
}

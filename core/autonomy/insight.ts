/** Whether a conclusion of a model is worth storing: pure, on figures that were measured before. */

/** `off-topic`: it has nothing to do with what the user is about. */
export type InsightVerdict = "keep" | "too-soon" | "same" | "off-topic";

/** A stored insight, against a new one. */
export interface EarlierInsight {
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly savedAt: number;
  /** How alike the two are, -1 to 1. */
  readonly cosine: number;
}

export interface InsightCandidate {
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The newest first; those behind {@link COMPARED} are not looked at. */
  readonly earlier: readonly EarlierInsight[];
  /** How alike it is to an active goal, a note or a recent message of the user, each. */
  readonly topics: readonly number[];
}

/** How many of the newest insights a new one is compared with. */
export const COMPARED = 20;
/** So alike are two that say the same. Measured: see docs/decisions/0032-autonomy.md. */
const SAME = 0.9;
/** From here on one text is about the other: of arbitrary lines of a chat 24 in 100 reach it, and 44 reach 0.3. */
const RELEVANT = 0.4;
/** So soon after another one, in milliseconds, a further one says the same in other words. */
const PAUSE_MS = 300_000;

/** In the order in which a reason costs the least to find. */
export function judgeInsight({ text, now, earlier, topics }: InsightCandidate): InsightVerdict {
  const newest = earlier.slice(0, COMPARED);
  // A clock that was set back must not make it late for ever.
  if (newest.some(({ savedAt }) => Math.abs(now - savedAt) < PAUSE_MS)) return "too-soon";
  const plainText = plain(text);
  if (newest.some((one) => one.cosine >= SAME || plain(one.text) === plainText)) return "same";
  return isRelevant(topics) ? "keep" : "off-topic";
}

/** @param topics how alike a text is to each thing that the user is about. */
export function isRelevant(topics: readonly number[]): boolean {
  return topics.some((cosine) => cosine >= RELEVANT);
}

/** What two searches have in common that find the same: their words, in any order and case. */
export function searchKey(query: string): string {
  return [...new Set(plain(query).split(" "))].sort().join(" ");
}

/** Letters and digits, with one blank between the words. */
function plain(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

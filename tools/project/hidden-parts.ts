import type { CleanText } from "../tool.ts";

/** What the redactor writes where a secret stood. */
const HIDDEN = "[redacted]";

/**
 * Whether a text that is to be replaced holds a secret which the model has seen as a mark, and the new text has that mark:
 * written so, the secret would be gone.
 */
export async function losesHidden(
  before: string,
  after: string,
  clean: CleanText | undefined,
): Promise<boolean> {
  if (clean === undefined || !after.includes(HIDDEN)) return false;
  return countOf(await clean(before)) > countOf(before);
}

/** Whether a search has the mark of a secret: what stands there in the file, the model has not seen. */
export function namesHidden(search: string): boolean {
  return search.includes(HIDDEN);
}

function countOf(text: string): number {
  return text.split(HIDDEN).length - 1;
}

import type { NoteDraft } from "#core/memory.ts";
import { sanitize } from "#core/sanitize.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { holdsSecret, tooLong, tooShort } from "./failures.ts";

/** In characters. */
const SHORTEST = 3;
const LONGEST = 1000;

/**
 * What of a draft may be compared and stored: control characters go first, for an invisible one would split a secret.
 *
 * @throws {OrgError} `MEMORY_SECRET`, `MEMORY_TOO_LONG`, and `INPUT_INVALID` for a text without words.
 */
export function cleanDraft(
  draft: NoteDraft,
  cleaner: TextCleaner,
): Pick<NoteDraft, "text" | "quote"> {
  const text = sanitize(draft.text).toWellFormed().trim();
  const quote = draft.quote === undefined ? "" : sanitize(draft.quote).trim();
  const kinds = [text, quote].flatMap((one) => cleaner.secretsIn(one));
  if (kinds.length > 0) throw holdsSecret([...new Set(kinds)]);
  // What is not a secret by its kind may still be one that this process knows.
  for (const one of [text, quote]) if (cleaner.redact(one) !== one) throw holdsSecret(["secret"]);
  // As SQLite counts: an emoji is one.
  const length = Array.from(text).length;
  if (length > LONGEST) throw tooLong(length, LONGEST);
  if (length < SHORTEST || !/[\p{L}\p{N}]/u.test(text)) throw tooShort(SHORTEST);
  return quote === "" ? { text } : { text, quote: quote.slice(0, LONGEST).toWellFormed() };
}

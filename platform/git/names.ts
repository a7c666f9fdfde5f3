/** Names that are handed to Git: whole, and nothing that Git could read as an option or an expression. */

/**
 * Whether `name` is a full name of a ref, such as `refs/heads/cand/1`.
 *
 * Stricter than Git: printable ASCII only, and no part that looks like an option. A short name is refused too,
 * because `main` may be a branch, a tag or a file.
 *
 * @see https://git-scm.com/docs/git-check-ref-format
 */
export function validRefName(name: string): boolean {
  if (!/^refs\/[\x21-\x7e]+$/.test(name) || name.length > 200) return false;
  if (/[\\^~:?*[]|\.\.|@\{/.test(name)) return false;
  return name.split("/").every(isRefPart);
}

/** Whether `text` is the whole id of an object, in SHA-1 or SHA-256. */
export function isObjectId(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

function isRefPart(part: string): boolean {
  return part !== "" && !/^[.-]|\.$|\.lock$/i.test(part);
}

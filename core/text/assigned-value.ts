/** Whether what is assigned to something called "password" or "token" is one, or code or prose about it. */
import type { Suspect } from "./secret-kind.ts";

const PASSWORD_NAME = /pass|pwd/i;

// What stands for a value that is somewhere else, or is yet to be filled in; and what only begins here.
const REFERENCE =
  /^(?:\$[A-Za-z_({]|%[A-Za-z({]|[<{@\s,;)\]}]|\[redacted\]|\*{2,}|x{3,}|\.{2,}|(?:your|my|some|example|sample|change|replace|insert|enter|dummy|fake|todo)(?:[_ -]|me$)|(?:process|os|env|self|this|config|settings|options|args|import|exports)[.[])/i;
const PATH = /^(?:\.{0,2}|~)\/[\w.-]+(?:\/[\w.-]*)*$|^(?:https?|file|urn):/;
const COMMON_WORD =
  /^(?:null|nil|none|undefined|true|false|yes|string|str|text|number|integer|bool|boolean|bytes|object|any|unknown|void|never|varchar|optional|required|hidden|missing|invalid|incorrect|correct|wrong|empty|expired|unset|default|example|redacted|protected|disabled|enabled|changed|unchanged|reset|forgotten|basic|bearer|digest|negotiate|authentication|authorization|authenticated|base64|md5|sha-?\d+|utf-?8)[!?]?$/i;
// "user_password", "Password: ", "access-token", "authkey": the name of a field, or a label.
const NAME_AGAIN =
  /^(?:[A-Za-z]+[_. -])*(?:api|auth|access|private)?(?:password|passwd|passphrase|secret|token|key|credentials?)s?(?:[_. -][A-Za-z]+)*[.!?:]?\s*$/i;
const NAME_OF_CODE = /^[A-Za-z_$][\w$]*(?:Password|Passwd|Secret|Token|Key|Credential)s?$/;
const SENTENCE =
  /\s(?:the|an?|is|are|must|be|of|for|your|to|and|or|at|not|please|in|with)\s|^(?:the|please|must|enter)\s/i;
// A call, an index, `a::b`, `a.b`; a list, a regular expression.
const EXPRESSION =
  /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*(?:\(|\[|::|->|\?\.)|^[A-Za-z_$]+(?:\.[A-Za-z_$]+)+\W*$|^(?:[(![]|\/\^)/;

/** Shortest value in quotes, without them, as a mere word, and of something that may well be none. */
const SHORTEST = { quoted: 4, plain: 6, word: 8, weak: 12 };
/** Most characters of a value that are examined. */
const MAX_EXAMINED = 200;

/** Judges the value of an assignment. Decided by its first characters, so that a stream need not keep more. */
export function isAssignedSecret(suspect: Suspect): boolean {
  // `next` is evaluated last: it needs the whole value.
  const { before, value, groups } = suspect;
  const isQuoted = groups["quote"] !== undefined;
  const sign = groups["sign"] ?? "=";
  const head = value.slice(0, MAX_EXAMINED);
  const bare = isQuoted ? head : head.replace(/[.:!?)\]]+$/, "");
  // "pass: 12" is a count.
  const isCount = isApart(sign) && /^pass\W/i.test(before);
  const isWeak = isCount || !isStrong(suspect);
  // First what costs least: most of what is found is none.
  if (isWeak && sign.trim() !== ">" && !isRandom(bare)) return false;
  if (isNotItself(bare) || (!isQuoted && isCode(bare, head))) return false;
  if (sign.trim() === ">") return bare.length >= SHORTEST.quoted && suspect.next === "<";
  if (isWeak) return isRandom(bare);
  if (isQuoted) return bare.length >= SHORTEST.quoted;
  return bare.length >= SHORTEST.plain && isPlainSecret(suspect, { sign, bare });
}

function isPlainSecret(
  suspect: Suspect,
  { sign, bare }: { readonly sign: string; readonly bare: string },
): boolean {
  if (!/^[A-Za-z_-]+$/.test(bare)) return true;
  if (sign.trim() === "") return bare.length >= SHORTEST.word;
  return !isApart(sign) || (sign.trim() !== "is" && isLoneWord(suspect, bare));
}

/** A sign with a blank beside it, as prose and code have it. */
function isApart(sign: string): boolean {
  return sign !== sign.trim() && sign.trim() !== "";
}

/** Whether hardly anything but a secret has such a name; elsewhere a value must look like one. */
function isStrong({ before, groups }: Suspect): boolean {
  const isKey =
    groups["certain"] !== undefined || (groups["sign"] !== undefined && /key/i.test(before));
  return isKey || /pass|pwd|secret/i.test(before);
}

function isNotItself(value: string): boolean {
  return [REFERENCE, PATH, COMMON_WORD, NAME_AGAIN, SENTENCE].some((one) => one.test(value));
}

function isCode(bare: string, value: string): boolean {
  if (EXPRESSION.test(value) || NAME_OF_CODE.test(bare)) return true;
  // The last argument of a call: `login(password=given)`.
  return /^[A-Za-z_]+$/.test(bare) && value.endsWith(")");
}

/** `password: swordfish` on a line of its own, as in a file of settings. */
function isLoneWord(suspect: Suspect, value: string): boolean {
  const isWord = value.length >= SHORTEST.word && /^[a-z]+$/.test(value);
  return PASSWORD_NAME.test(suspect.before) && isWord && ["", "\n"].includes(suspect.next);
}

function isRandom(value: string): boolean {
  return (
    value.length >= SHORTEST.weak && /\d/.test(value) && /[A-Za-z]/.test(value) && !/\s/.test(value)
  );
}

/** Secrets that a file holds beyond doubt: private keys, and tokens of services that are recognised by their beginning. */
import { KEY_FILE } from "./context-patterns.ts";
import { TOKENS } from "./tokens.ts";

/** Too short a beginning before what a checksum may be as well, or a token that is often an example and soon over. */
const UNCERTAIN: readonly string[] = ["JSON web token", "Twilio key"];

const CERTAIN = [KEY_FILE, ...TOKENS.filter(({ name }) => !UNCERTAIN.includes(name))];

/** To look for words costs a tenth of what a look for the patterns does, and mostly there is none. */
const START = new RegExp(
  CERTAIN.flatMap(({ starts }) => starts.map((start) => RegExp.escape(start))).join("|"),
  "g",
);
const BY_START: ReadonlyMap<string, RegExp> = new Map(
  CERTAIN.flatMap(({ starts, before, secret }) =>
    starts.map((start) => [start, new RegExp(`${before}${secret}`, "y")] as const),
  ),
);

/** What is written where a key would stand. */
const MADE_UP = /example|placeholder|dummy|fake|your|x{4}|1234567890/i;
/** A token has at least so many different characters, and the body of a key. */
const FEWEST_IN_TOKEN = 8;
const FEWEST_IN_KEY = 16;
/** Characters of the smallest private key (Ed25519) in base64, about. */
const SHORTEST_KEY = 60;
/** Of names that begin as a key does, such as classes of CSS, no part is so long. */
const LONG_PART = /[A-Za-z0-9_]{20}/;

/**
 * Whether a text holds a private key or a token of a service that is recognised by its form alone. Weaker signs, such as
 * `password=`, do not count, nor do values that are made up to be read (`AKIAIOSFODNN7EXAMPLE`, `ghp_xxxx…`).
 *
 * @param text each byte may be one character: nothing that is looked for lies beyond ASCII.
 */
export function holdsCertainSecret(text: string): boolean {
  START.lastIndex = 0;
  for (let start = START.exec(text); start !== null; start = START.exec(text)) {
    const pattern = BY_START.get(start[0]);
    if (pattern === undefined) continue;
    pattern.lastIndex = start.index;
    const found = pattern.exec(text)?.[0];
    if (found === undefined) continue;
    if (found.startsWith("-----") ? isWholeKey(found) : isToken(found)) return true;
    START.lastIndex = pattern.lastIndex;
  }
  return false;
}

function isWholeKey(found: string): boolean {
  // Without its first and last line, line ends that are escaped, and headers.
  const body = found
    .replace(/^-----[^-]*-----|-----END.*$/gs, "")
    .replace(/\\+[rn]/g, "\n")
    .replace(/^[\w-]+:.*$/gm, "")
    .replace(/[^A-Za-z0-9+/]/g, "");
  return body.length >= SHORTEST_KEY && new Set(body).size >= FEWEST_IN_KEY;
}

function isToken(found: string): boolean {
  if (MADE_UP.test(found) || new Set(found).size < FEWEST_IN_TOKEN) return false;
  return !found.startsWith("sk-") || (LONG_PART.test(found) && /\d/.test(found));
}

/** What is found where a kind of secret is looked for. */
export interface Suspect {
  /** The part that would be redacted. */
  readonly value: string;
  /** What stands before it and stays. */
  readonly before: string;
  /** Some of the characters before that. */
  readonly behind: string;
  /** The character behind it; empty at the end of the text. To ask for it can cost a look at the whole value. */
  readonly next: string;
  /** Named groups of {@link SecretKind.before}. */
  readonly groups: Readonly<Record<string, string | undefined>>;
}

/** One way in which secrets are written. All parts are sources of regular expressions, and bounded. */
export interface SecretKind {
  /** For a person: "what looks like a ‹name›". */
  readonly name: string;
  /**
   * How a match begins: literal beginnings in any case, without alternatives. A match
   * begins at a word, or at a capital within one, never behind a small letter.
   */
  readonly starts: readonly string[];
  /** What a secret of this kind stands behind, and what stays. */
  readonly before: string;
  /** What is redacted. */
  readonly secret: string;
  /**
   * The beginning of `secret` that is enough to judge it, where one can stand at every other character: most of what is
   * found is rejected, and the rest of it need not be read for that. @default all of it
   */
  readonly head?: string;
  /**
   * The beginnings of `before` and `secret` that can stand at the end of a text which ends in a
   * separator. Every kind that can reach over one must say so, else a stream lets its beginning go.
   */
  readonly open?: string;
  /**
   * What stands in every text in which such a secret is, or begins. Left out where the secret and what
   * is before it are one word of {@link LONG_WORD} characters at least.
   */
  readonly hint?: string;
  /** A second look at what the patterns found; left out: all of it is secret. */
  readonly accepts?: (suspect: Suspect) => boolean;
}

// White space, and punctuation of prose and code.
const SEPARATORS = new Uint8Array(0x80);
for (const character of " \t\n\r\"'`,;<>|\\{}") SEPARATORS[character.charCodeAt(0)] = 1;

/**
 * Whether no secret of one word holds that character, so that all before it can be decided. Of what lies
 * beyond the Latin, Greek, Arabic and similar scripts every character ends a word, for Chinese and
 * Japanese have no spaces; but not the brackets of a mark, and not the first half of a character.
 */
export function isSeparator(code: number): boolean {
  if (code < 0x2000) return code < 0x80 && SEPARATORS[code] === 1;
  return code !== 0x27e8 && code !== 0x27e9 && (code < 0xd800 || code > 0xdbff);
}

/** One character of a secret that is one word. */
export const WORD = "[^\\s\"'`,;<>|\\\\{}\\u2000-\\uffff]";

/** Longest single word that counts as one secret, in characters. */
export const LONGEST_WORD = 4096;

/** A shorter word is not a secret by its looks alone, in characters. */
export const LONG_WORD = 15;

/** Begins a word: no letter stands before it, unless that letter ends an escape such as `\n` in JSON. */
export const BOUNDARY = "(?<!(?<!\\\\)[A-Za-z0-9])";

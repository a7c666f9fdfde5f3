/**
 * Characters that make a reader see another text than a compiler does. Right-to-left letters are none of
 * them: only the controls that turn a direction around, and what has no width.
 *
 * @see CVE-2021-42574 ("Trojan Source"), Unicode TR 36 section 3.
 */

export interface HiddenCharacter {
  readonly offset: number;
  /** Such as `U+202E`. */
  readonly name: string;
}

// Written as a source of escapes, for the characters themselves could not be read here either.
const HIDDEN = new RegExp(
  `[${[
    "\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069", // bidirectional controls
    "\\u00ad\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f", // invisible
    "\\u200b-\\u200d\\u2060-\\u2065\\u206a-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff9-\\ufffb",
    "\\u2028\\u2029", // line ends that editors do not show
    "\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f", // controls
    "\\u{e0000}-\\u{e01ef}", // tags: models read them, people see nothing
  ].join("")}]`,
  "gu",
);

/** Belong to the character before them in emoji and in several scripts: joiners, variation selectors. */
const COMPANION = /^(?:\u200c|\u200d|[\ufe00-\ufe0f])$/;
const HAS_COMPANIONS = /\p{L}|\p{M}|\p{Emoji}/u;

/** Each hidden character of a text, without the joiners that an emoji or a word needs. */
export function hiddenCharacters(text: string): readonly HiddenCharacter[] {
  return [...text.matchAll(HIDDEN)].flatMap(({ 0: character, index }) => {
    if (COMPANION.test(character) && isCompanion(text, index)) return [];
    const code = character.codePointAt(0) ?? 0;
    return [{ offset: index, name: `U+${code.toString(16).toUpperCase().padStart(4, "0")}` }];
  });
}

// Behind ASCII it only hides something, but for the keycaps: "1" + U+FE0F + U+20E3.
function isCompanion(text: string, index: number): boolean {
  const before = text.slice(Math.max(0, index - 2), index);
  const last = Array.from(before).at(-1) ?? "";
  if (last === "") return false;
  if ((last.codePointAt(0) ?? 0) < 0x80) {
    return text.charAt(index) === "\ufe0f" && text.charAt(index + 1) === "\u20e3";
  }
  return last === "\ufe0f" || HAS_COMPANIONS.test(last);
}

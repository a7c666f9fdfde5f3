/**
 * Takes out of a text what a terminal, a log or a reader's eye could mistake for something else:
 * escape sequences, control characters, invisible characters; bidirectional controls become visible.
 *
 * @see ECMA-48 (control functions), Unicode TR 36 section 3 and CVE-2021-42574 (bidirectional text).
 */

// Everything that is not plain text, and what is so only in some contexts. Put together of strings, because
// side by side in one class combining characters look like a mistake.
const SUSPICIOUS: RegExp = new RegExp(
  `[${[
    "\\u0000-\\u0008\\u000b-\\u001f", // C0 without newline and tab; "\r" overwrites a line
    "\\u007f-\\u009f", // delete, C1
    "\\u2028\\u2029", // line ends in disguise
    // By what Unicode says of them, so that none is missing: bidirectional controls, invisible characters, companions,
    // and all that is set aside to be invisible one day.
    "\\p{Cf}\\p{Default_Ignorable_Code_Point}",
    "\\ud804\\ud80d\\ud82f\\ud834\\udb40-\\udb43", // halves of some of them, alone
  ].join("")}]`,
  "gu",
);

/**
 * Belong to the characters around them: zero-width joiner and non-joiner, variation selectors, and the signs that Arabic
 * and its neighbours write below or around a number.
 */
const COMPANION =
  /^(?:\u200c|\u200d|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]|[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2]|\u{110bd}|\u{110cd})$/u;

/** What a sequence needs to end: nothing, one letter (CSI), or a string terminator (OSC, DCS, APC …). */
type State = "text" | "escape" | "csi" | "string" | "string-escape";

/** One stream of text. Feeding it whole or in any pieces gives the same, joined. */
export class Sanitizer {
  #state: State = "text";
  /** The last character that came through, and how many companions it has. */
  #last = "";
  #companions = 0;
  /** The first half of a character that was cut in two. */
  #half = "";

  push(text: string): string {
    if (
      this.#state === "text" &&
      this.#half === "" &&
      !isSuspicious(text, 0) &&
      !endsInHalf(text)
    ) {
      return this.#passed(text);
    }
    const whole = this.#half + text;
    const isCut = endsInHalf(whole);
    this.#half = isCut ? whole.slice(-1) : "";
    return this.#clean(isCut ? whole.slice(0, -1) : whole);
  }

  #clean(text: string): string {
    let clean = "";
    let at = 0;
    while (at < text.length) {
      // Whole stretches at once: a coloured log is mostly text, too.
      const next = this.#state === "text" ? suspiciousFrom(text, at) : at;
      if (next > at) clean += this.#passed(text.slice(at, next));
      if (next === text.length) break;
      const character = characterAt(text, next);
      clean += this.#step(character);
      at = next + character.length;
    }
    return clean;
  }

  #passed(text: string): string {
    if (text === "") return text;
    this.#last = text.charAt(text.length - 1);
    this.#companions = 0;
    return text;
  }

  #step(character: string): string {
    switch (this.#state) {
      case "escape":
        this.#state = afterEscape(character);
        return "";
      case "csi":
        // A final byte ends it; so does any control character or letter out of place, which then counts.
        if (/[0-?\u0020-/]/.test(character)) return "";
        this.#state = "text";
        return /[@-~]/.test(character) ? "" : this.#plain(character);
      case "string":
        if (character === "\u001b") this.#state = "string-escape";
        // A line end too: a sequence that never closes must not swallow the rest of the answer.
        else if ("\u0007\u009c\n".includes(character)) return this.#leave(character);
        return "";
      case "string-escape":
        this.#state = character === "\\" ? "text" : afterEscape(character);
        return "";
      default:
        return this.#plain(character);
    }
  }

  #leave(character: string): string {
    this.#state = "text";
    return character === "\n" ? this.#passed("\n") : "";
  }

  #plain(character: string): string {
    if (!isSuspicious(character, 0)) return this.#passed(character);
    if (COMPANION.test(character)) return this.#companion(character);
    const code = character.charCodeAt(0);
    if (code === 0x1b) this.#state = "escape";
    else if (code === 0x9b) this.#state = "csi";
    else if (code === 0x90 || code === 0x98 || (code >= 0x9d && code <= 0x9f))
      this.#state = "string";
    else if (isBidiControl(code)) return this.#mark(code);
    else if (code === 0x2028 || code === 0x2029) return this.#passed("\n");
    return "";
  }

  #mark(code: number): string {
    // Nothing may join it: what stands on both sides of the mark is still one word.
    this.#last = "";
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
  }

  /**
   * Emoji and several scripts need them; behind a letter of ASCII they only hide something. No more than
   * two in a row are in use (a variation selector, then a joiner): a chain of them is a hidden message.
   */
  #companion(character: string): string {
    if (this.#companions === 2 || this.#last === "" || this.#last.charCodeAt(0) < 0x80) return "";
    this.#companions += 1;
    return character;
  }
}

/** The first halves, in UTF-16, of all suspicious characters beyond U+FFFF. */
const SUSPICIOUS_HALVES: ReadonlySet<number> = new Set([
  0xd804, 0xd80d, 0xd82f, 0xd834, 0xdb40, 0xdb41, 0xdb42, 0xdb43,
]);

function endsInHalf(text: string): boolean {
  return SUSPICIOUS_HALVES.has(text.charCodeAt(text.length - 1));
}

/** The character at a position; half of a pair without the other half stands for itself. */
function characterAt(text: string, at: number): string {
  const code = text.codePointAt(at) ?? 0;
  return code > 0xffff ? text.slice(at, at + 2) : text.charAt(at);
}

function suspiciousFrom(text: string, from: number): number {
  SUSPICIOUS.lastIndex = from;
  return SUSPICIOUS.exec(text)?.index ?? text.length;
}

function isSuspicious(text: string, from: number): boolean {
  return suspiciousFrom(text, from) < text.length;
}

function afterEscape(character: string): State {
  if (character === "[") return "csi";
  if ("]PX^_".includes(character)) return "string";
  // "ESC ( B" and the like have one more byte; an escape of an escape starts anew.
  return character === "\u001b" || /[\u0020-/]/.test(character) ? "escape" : "text";
}

function isBidiControl(code: number): boolean {
  return (
    code === 0x061c ||
    code === 0x200e ||
    code === 0x200f ||
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2066 && code <= 0x2069)
  );
}

/** Cleans one whole text. */
export function sanitize(text: string): string {
  return new Sanitizer().push(text);
}

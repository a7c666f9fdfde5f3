/**
 * Takes out of a text what a terminal, a log or a reader's eye could mistake for something else:
 * escape sequences, control characters, invisible characters; bidirectional controls become visible.
 *
 * @see ECMA-48 (control functions), Unicode TR 36 section 3 and CVE-2021-42574 (bidirectional text).
 */

// Everything that is not plain text. Newline and tab stay; "\r" does not, for it overwrites a line.
const SUSPICIOUS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;

/** What a sequence needs to end: nothing, one letter (CSI), or a string terminator (OSC, DCS, APC …). */
type State = "text" | "escape" | "csi" | "string" | "string-escape";

/** One stream of text. Feeding it whole or in any pieces gives the same, joined. */
export class Sanitizer {
  #state: State = "text";

  push(text: string): string {
    if (this.#state === "text" && !SUSPICIOUS.test(text)) return text;
    let clean = "";
    for (const character of text) clean += this.#step(character);
    return clean;
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
    return character === "\n" ? "\n" : "";
  }

  #plain(character: string): string {
    if (!SUSPICIOUS.test(character)) return character;
    const code = character.charCodeAt(0);
    if (code === 0x1b) this.#state = "escape";
    else if (code === 0x9b) this.#state = "csi";
    else if (code === 0x90 || code === 0x98 || (code >= 0x9d && code <= 0x9f))
      this.#state = "string";
    else if (isBidiControl(code)) return `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
    else if (code === 0x2028 || code === 0x2029) return "\n";
    return "";
  }
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

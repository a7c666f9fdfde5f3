/**
 * Reads the bytes of a terminal as keys. Pure: bytes in, keys out, no clock.
 *
 * @see ECMA-48 (control sequences), the xterm control sequences (cursor keys, bracketed paste).
 */

/** Keys that are not text. */
export type KeyName =
  | "enter"
  | "newline"
  | "backspace"
  | "delete"
  | "left"
  | "right"
  | "up"
  | "down"
  | "home"
  | "end"
  | "word-left"
  | "word-right"
  | "delete-word"
  | "delete-word-right"
  | "delete-to-start"
  | "delete-to-end"
  | "end-of-input"
  | "interrupt"
  | "suspend"
  | "search"
  | "complete"
  | "external-editor"
  | "escape";

export type Key =
  | { readonly type: "text"; readonly text: string }
  /** A bracketed paste, however long it took to arrive; `dropped` counts what was over the limit. */
  | { readonly type: "paste"; readonly text: string; readonly dropped: number }
  | { readonly type: "press"; readonly name: KeyName };

/** Longest paste that is kept, in UTF-16 code units. */
export const PASTE_LIMIT: number = 1024 * 1024;

/** A sequence that is longer than this is none: its beginning is thrown away. */
const LONGEST_SEQUENCE = 64;

const ESCAPE = "\u001b";
const PASTE_END = `${ESCAPE}[201~`;

const CONTROLS: Readonly<Record<string, KeyName | undefined>> = {
  "\u0001": "home",
  "\u0002": "left",
  "\u0003": "interrupt",
  "\u0004": "end-of-input",
  "\u0005": "end",
  "\u0006": "right",
  "\u0007": "external-editor",
  "\u0008": "backspace",
  "\t": "complete",
  "\n": "enter",
  "\u000b": "delete-to-end",
  "\r": "enter",
  "\u000e": "down",
  "\u0010": "up",
  "\u0012": "search",
  "\u0015": "delete-to-start",
  "\u0017": "delete-word",
  "\u001a": "suspend",
  "\u007f": "backspace",
};

/** Sequences without their introducer (CSI or SS3). */
const SEQUENCES: Readonly<Record<string, KeyName | undefined>> = {
  A: "up",
  B: "down",
  C: "right",
  D: "left",
  F: "end",
  H: "home",
  "1~": "home",
  "3~": "delete",
  "4~": "end",
  "7~": "home",
  "8~": "end",
  "1;3C": "word-right",
  "1;3D": "word-left",
  "1;5C": "word-right",
  "1;5D": "word-left",
  "3;5~": "delete-word-right",
};

/** What a key sends together with Alt. */
const WITH_ALT: Readonly<Record<string, KeyName | undefined>> = {
  b: "word-left",
  f: "word-right",
  d: "delete-word-right",
  "\r": "newline",
  "\u0008": "delete-word",
  "\u007f": "delete-word",
};

// biome-ignore-start lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const TEXT = /[^\u0000-\u001f\u007f]+/y;
const SEQUENCE = /\u001b(?:\[([0-?]*[ -/]*[@-~])|O([ -~]))/y;
const UNFINISHED = /\u001b(?:\[[0-?]*[ -/]*|O)?$/y;
// biome-ignore-end lint/suspicious/noControlCharactersInRegex: control characters are what this is about

interface Paste {
  readonly pieces: string[];
  length: number;
}

export class KeyDecoder {
  /** Keeps the beginning of a character that was cut between two chunks. */
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  /** The beginning of a sequence that was cut. */
  #rest = "";
  #paste: Paste | undefined;

  /** A lone Esc came last: it is a key by itself, unless more follows at once. */
  get pending(): boolean {
    return this.#rest === ESCAPE && this.#paste === undefined;
  }

  push(bytes: Uint8Array): Key[] {
    const text = this.#rest + this.#decoder.decode(bytes, { stream: true });
    this.#rest = "";
    const keys: Key[] = [];
    for (let at = 0; at < text.length; ) {
      at = this.#paste === undefined ? this.#read(text, at, keys) : this.#readPaste(text, at, keys);
    }
    return keys;
  }

  /** Nothing followed for a while: a lone Esc is the key. */
  flush(): Key[] {
    if (!this.pending) return [];
    this.#rest = "";
    return [press("escape")];
  }

  /** Reads one key from `at` on. @returns where the next one begins. */
  #read(text: string, at: number, keys: Key[]): number {
    const run = matchAt(TEXT, text, at)?.[0];
    if (run !== undefined) {
      keys.push({ type: "text", text: run });
      return at + run.length;
    }
    const character = text.charAt(at);
    if (character === ESCAPE) return this.#readEscape(text, at, keys);
    const name = CONTROLS[character];
    if (name !== undefined) keys.push(press(name));
    return at + 1;
  }

  #readEscape(text: string, at: number, keys: Key[]): number {
    const sequence = matchAt(SEQUENCE, text, at);
    if (sequence !== undefined) {
      const [whole, control, shifted] = sequence;
      const name = SEQUENCES[control ?? shifted ?? ""];
      if (name !== undefined) keys.push(press(name));
      if (control === "200~") this.#paste = { pieces: [], length: 0 };
      return at + whole.length;
    }
    const unfinished = matchAt(UNFINISHED, text, at)?.[0];
    if (unfinished !== undefined) {
      if (unfinished.length <= LONGEST_SEQUENCE) this.#rest = unfinished;
      return text.length;
    }
    const alt = WITH_ALT[text.charAt(at + 1)];
    // Esc and the next key may arrive together: then both count.
    keys.push(press(alt ?? "escape"));
    return alt === undefined ? at + 1 : at + 2;
  }

  #readPaste(text: string, at: number, keys: Key[]): number {
    const end = text.indexOf(PASTE_END, at);
    if (end < 0) {
      const cut = text.length - lengthOfCutEnd(text, at);
      this.#keep(text.slice(at, cut));
      this.#rest = text.slice(cut);
      return text.length;
    }
    this.#keep(text.slice(at, end));
    const { pieces = [], length = 0 } = this.#paste ?? {};
    const pasted = pieces.join("").replace(/\r\n?/g, "\n").toWellFormed();
    keys.push({ type: "paste", text: pasted, dropped: Math.max(0, length - PASTE_LIMIT) });
    this.#paste = undefined;
    return end + PASTE_END.length;
  }

  #keep(text: string): void {
    if (this.#paste === undefined) return;
    const room = Math.max(0, PASTE_LIMIT - this.#paste.length);
    if (room > 0 && text !== "") this.#paste.pieces.push(text.slice(0, room));
    this.#paste.length += text.length;
  }
}

/** How much of the end of `text` could be the beginning of the end mark. */
function lengthOfCutEnd(text: string, from: number): number {
  const start = text.lastIndexOf(ESCAPE);
  if (start < from || text.length - start >= PASTE_END.length) return 0;
  return PASTE_END.startsWith(text.slice(start)) ? text.length - start : 0;
}

function matchAt(sticky: RegExp, text: string, at: number): RegExpExecArray | undefined {
  sticky.lastIndex = at;
  return sticky.exec(text) ?? undefined;
}

function press(name: KeyName): Key {
  return { type: "press", name };
}

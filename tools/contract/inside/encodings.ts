import { type Bytes, bytesOf } from "./crypto.ts";
import type { DecodeOptions, Encoded, Outer } from "./outer.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** `TextEncoder`, `TextDecoder`, `atob` and `btoa`. @see https://encoding.spec.whatwg.org */
export function encodings(outer: Outer): object {
  class TextEncoder {
    get encoding(): string {
      return "utf-8";
    }

    encode(text: unknown = ""): Uint8Array {
      const string = String(text);
      // A UTF-16 unit takes at most three bytes.
      const bytes = new Uint8Array(string.length * 3);
      return bytes.slice(0, outer.encode(string, bytes).written);
    }

    encodeInto(text: unknown, bytes: unknown): Encoded {
      if (!(bytes instanceof Uint8Array)) throw new TypeError("encodeInto needs a Uint8Array");
      const { read, written } = outer.encode(String(text), bytes);
      return { read, written };
    }
  }

  class TextDecoder {
    readonly encoding: string;
    readonly fatal: boolean;
    readonly ignoreBOM: boolean;

    constructor(label: unknown = "utf-8", options: Partial<DecodeOptions> = {}) {
      this.encoding = String(label).trim().toLowerCase();
      this.fatal = options.fatal === true;
      this.ignoreBOM = options.ignoreBOM === true;
    }

    decode(data: Bytes = new Uint8Array()): string {
      const { encoding: label, fatal, ignoreBOM } = this;
      const text = outer.decode(bytesOf(data), { label, fatal, ignoreBOM });
      if (text === undefined) throw new TypeError(`The bytes are not valid ${label}`);
      return text;
    }
  }

  return { TextEncoder, TextDecoder, atob: fromBase64, btoa: toBase64 };
}

function toBase64(data: unknown): string {
  const text = String(data);
  let result = "";
  for (let index = 0; index < text.length; index += 3) {
    const units = [0, 1, 2].map((offset) => text.charCodeAt(index + offset));
    if (units.some((unit) => unit > 255)) {
      throw new Error("btoa takes characters up to U+00FF only");
    }
    const [a = 0, b = Number.NaN, c = Number.NaN] = units;
    const bits = (a << 16) | ((b || 0) << 8) | (c || 0);
    result += ALPHABET.charAt(bits >> 18) + ALPHABET.charAt((bits >> 12) & 63);
    result += Number.isNaN(b) ? "=" : ALPHABET.charAt((bits >> 6) & 63);
    result += Number.isNaN(c) ? "=" : ALPHABET.charAt(bits & 63);
  }
  return result;
}

function fromBase64(data: unknown): string {
  const spaceless = String(data).replace(/[\t\n\f\r ]/g, "");
  const text = spaceless.length % 4 === 0 ? spaceless.replace(/={1,2}$/, "") : spaceless;
  if (text.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(text)) {
    throw new Error("The text is not valid Base64");
  }
  let [bits, count, result] = [0, 0, ""];
  for (const character of text) {
    bits = (bits << 6) | ALPHABET.indexOf(character);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    result += String.fromCharCode((bits >> count) & 255);
    bits &= (1 << count) - 1;
  }
  return result;
}

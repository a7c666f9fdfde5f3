/** What a model reads out of a text that is encoded: it decodes what no person does in passing. */
import { englishShare } from "./foreign-language.ts";

/** As often as what was decoded is decoded once more. */
const DEEPEST = 2;
/** A longer text is decoded in pieces, so that the work is in proportion to it. */
const LONGEST = 20_000;
/** A piece begins where no decoder goes on from the one before. */
const BETWEEN = /[^\w+/=%&#;\\-]/;

type Decoder = (text: string) => string;

const NUMBERS = /\b\d{2,3}(?:[ ,]+\d{2,3}){4,}\b/g;
const BITS = /\b[01]{7,8}(?: +[01]{7,8}){3,}\b/g;
const HEX = /\b(?:[\da-f]{2}[ :]?){5,}\b/gi;
const BASE64 = /(?<![\w+/=-])[A-Za-z0-9+/_-]{12,}={0,2}(?![\w+/=-])/g;
/** As text looks in mails. */
const QUOTED = /(?:=[\da-f]{2}){2,}/gi;
const OCTAL = /(?:\\[0-7]{3}){2,}/g;
const MORSE = /(?<!\S)[.-]{1,4}(?: [.-]{1,4}| \/)+(?!\S)/g;
/** From a to z. */
const MORSE_LETTERS =
  ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --..".split(
    " ",
  );
/** Letters that one sign stands between, as in `d.e.l.e.t.e`, or each of which has a line. */
const SPREAD = /[\p{L}\d ]([^\p{L}\d ])(?:[\p{L}\d ]\1){4,}[\p{L}\d ]/gu;

const DECODERS: readonly Decoder[] = [
  (text) => text.replace(/(?:%[\da-f]{2})+/gi, (found) => ofBytes(found.slice(1).split("%"), 16)),
  (text) =>
    text.replace(/&#(?:x([\da-f]{1,6})|(\d{1,7}));/gi, (_all, hex?: string, plain?: string) =>
      ofCodes([hex ?? plain ?? ""], hex === undefined ? 10 : 16),
    ),
  (text) =>
    text.replace(
      /\\(?:u\{?([\da-f]{4,6})\}?|x([\da-f]{2}))/gi,
      (_all, wide?: string, byte?: string) => ofCodes([wide ?? byte ?? ""], 16),
    ),
  (text) => text.replace(QUOTED, (found) => ofBytes(found.slice(1).split("="), 16)),
  (text) => text.replace(OCTAL, (found) => ofCodes(found.slice(1).split("\\"), 8)),
  (text) => text.replace(MORSE, (found) => found.split(" ").map(ofMorse).join("")),
  (text) => text.replace(NUMBERS, (found) => ofCodes(found.split(/[ ,]+/), 10)),
  (text) => text.replace(BITS, (found) => ofCodes(found.split(/ +/), 2)),
  (text) => text.replace(HEX, (found) => ofBytes(found.match(/[\da-f]{2}/gi) ?? [], 16)),
  (text) => text.replace(BASE64, (found) => readable(Buffer.from(found, "base64"), found)),
  (text) => text.replace(SPREAD, (found) => [...found].filter((_one, at) => at % 2 === 0).join("")),
];

/** These change every text, so only one that is English behind them was meant. */
const MIRRORS: readonly Decoder[] = [
  (text) => [...text].toReversed().join(""),
  (text) => text.replace(/\S+/g, (word) => [...word].toReversed().join("")),
  // What stands before the first vowel of a word is moved behind it.
  (text) => text.replace(/\b(\p{L}+?)([b-df-hj-np-tv-xz]+)ay\b/giu, "$2$1"),
  ...Array.from({ length: 25 }, (_, index) => shiftedBy(index + 1)),
];
const LEAST_ENGLISH = 0.6;

/** @returns the text in other words, where it can be decoded; none for a plain one. */
export function decodedTexts(text: string): readonly string[] {
  return text.length > LONGEST ? piecesOf(text).flatMap(decodedPiece) : decodedPiece(text);
}

/** Cut in front of a run that may be encoded; one that is longer than a piece, where four of its signs end. */
function piecesOf(text: string): readonly string[] {
  const pieces: string[] = [];
  for (let from = 0; from < text.length; ) {
    let to = Math.min(text.length, from + LONGEST);
    if (to < text.length) {
      let end = to;
      while (end > from && !BETWEEN.test(text[end - 1] ?? "")) end -= 1;
      if (end > from) to = end;
    }
    pieces.push(text.slice(from, to));
    from = to;
  }
  return pieces;
}

function decodedPiece(text: string): readonly string[] {
  const found = new Set<string>();
  let last = [text];
  for (let depth = 0; depth < DEEPEST; depth += 1) {
    last = last.flatMap((one) =>
      DECODERS.map((decode) => decode(one)).filter((other) => other !== one),
    );
    for (const one of last) found.add(one);
  }
  // A sentence that is English is not another one in a mirror, and a word is none.
  const strange = text
    .split(/(?<=[.!?;:])\s+/)
    .filter((one) => /\s/.test(one.trim()) && englishShare(one) === 0);
  const mirrored = strange.flatMap((one) => MIRRORS.map((decode) => decode(one)));
  const english = mirrored.filter((one) => englishShare(one) >= LEAST_ENGLISH);
  return [...found, ...english];
}

/** Each letter from a to z becomes the one that stands so many letters behind it. */
function shiftedBy(offset: number): Decoder {
  const codes = Uint8Array.from({ length: 256 }, (_, code) => {
    const first = code < 97 ? 65 : 97;
    return code >= first && code < first + 26 ? ((code - first + offset) % 26) + first : code;
  });
  // On its bytes: a call for each letter of a text takes eight times as long.
  return (text) => {
    const bytes = Buffer.from(text, "utf16le");
    for (let at = 0; at < bytes.length; at += 2) {
      if (bytes[at + 1] === 0) bytes[at] = codes[bytes[at] ?? 0] ?? 0;
    }
    return bytes.toString("utf16le");
  };
}

function ofMorse(sign: string): string {
  const index = MORSE_LETTERS.indexOf(sign);
  return index < 0 ? " " : String.fromCharCode(97 + index);
}

function ofCodes(parts: readonly string[], base: number): string {
  const codes = parts.map((part) => Number.parseInt(part, base));
  return codes.every((code) => code >= 32 && code < 0x11_00_00)
    ? String.fromCodePoint(...codes)
    : parts.join(" ");
}

function ofBytes(parts: readonly string[], base: number): string {
  return readable(Buffer.from(parts.map((part) => Number.parseInt(part, base))), parts.join(""));
}

/** What the bytes say, where that is a text. */
function readable(bytes: Buffer, otherwise: string): string {
  const text = bytes.toString("utf8");
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S}\s]+$/u.test(text) && !text.includes("\ufffd")
    ? text
    : otherwise;
}

/** JSON as models write it, made strict. What is JSON already is never touched. */
import { reasonOf } from "#core/errors.ts";
import { applyRepairs, type Repair } from "./repair.ts";

/** A piece of almost-JSON. */
interface Piece {
  readonly kind: "string" | "comment" | "other";
  readonly text: string;
}

export type JsonReading =
  | { readonly ok: true; readonly value: unknown; readonly names: readonly string[] }
  | { readonly ok: false; readonly complaint: string };

/** Reads JSON, mended only as far as it has to be. */
export function readJson(text: string): JsonReading {
  const { text: mended, names } = applyRepairs(text, JSON_REPAIRS);
  try {
    return { ok: true, value: JSON.parse(mended), names };
  } catch (error) {
    return { ok: false, complaint: `It is not JSON: ${reasonOf(error)}` };
  }
}

/** Strings first: what the others look for must not stand in one. */
export const JSON_REPAIRS: readonly Repair[] = [
  repair("json-comments", (pieces) => pieces.filter(({ kind }) => kind !== "comment")),
  repair("json-quotes", (pieces) => eachOf(pieces, "string", quoted)),
  repair("json-line-feeds", (pieces) => eachOf(pieces, "string", withoutControls)),
  repair("json-keys", (pieces) => eachOf(pieces, "other", withQuotedKeys)),
  repair("json-literals", (pieces) => eachOf(pieces, "other", withJsonLiterals)),
  repair("json-trailing-commas", (pieces) =>
    eachOf(pieces, "other", (text) => text.replace(/,(\s*[\]}])/g, "$1")),
  ),
];

function repair(name: string, mend: (pieces: readonly Piece[]) => readonly Piece[]): Repair {
  return { name, apply: (text) => (isJson(text) ? text : joined(mend(piecesOf(text)))) };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The end of each kind of quotes that a model may take for JSON's. */
const CLOSING: Readonly<Record<string, string | undefined>> = {
  '"': '"',
  "'": "'",
  "\u201c": "\u201d",
  "\u2018": "\u2019",
};

function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let other = "";
  for (let at = 0; at < text.length; ) {
    const piece = stringAt(text, at) ?? commentAt(text, at);
    if (piece === undefined) {
      other += text[at];
      at += 1;
      continue;
    }
    if (other !== "") pieces.push({ kind: "other", text: other });
    other = "";
    pieces.push(piece);
    at += piece.text.length;
  }
  return other === "" ? pieces : [...pieces, { kind: "other", text: other }];
}

function stringAt(text: string, start: number): Piece | undefined {
  const closing = CLOSING[text[start] ?? ""];
  if (closing === undefined) return undefined;
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === closing) return { kind: "string", text: text.slice(start, at + 1) };
  }
  return undefined;
}

function commentAt(text: string, start: number): Piece | undefined {
  const end = text.startsWith("//", start)
    ? text.indexOf("\n", start)
    : text.startsWith("/*", start)
      ? text.indexOf("*/", start) + 2
      : 0;
  if (end === 0) return undefined;
  return { kind: "comment", text: text.slice(start, end < start ? text.length : end) };
}

function eachOf(
  pieces: readonly Piece[],
  kind: Piece["kind"],
  mend: (text: string) => string,
): readonly Piece[] {
  return pieces.map((piece) => (piece.kind === kind ? { kind, text: mend(piece.text) } : piece));
}

function joined(pieces: readonly Piece[]): string {
  return pieces.map(({ text }) => text).join("");
}

function quoted(text: string): string {
  if (text.startsWith('"')) return text;
  const escaped = text.slice(1, -1).replace(/\\.|"/gs, (found) => ESCAPES[found] ?? found);
  return `"${escaped}"`;
}

/** Quotes as they must stand between double ones. */
const ESCAPES: Readonly<Record<string, string | undefined>> = { '"': '\\"', "\\'": "'" };

function withoutControls(text: string): string {
  return text.replaceAll("\r", "\\r").replaceAll("\n", "\\n").replaceAll("\t", "\\t");
}

function withQuotedKeys(text: string): string {
  return text.replace(/([{,]\s*)([A-Za-z_$][\w$]*)(?=\s*:)/g, '$1"$2"');
}

const LITERALS: Readonly<Record<string, string | undefined>> = {
  True: "true",
  False: "false",
  None: "null",
  undefined: "null",
};

function withJsonLiterals(text: string): string {
  return text.replace(/\b(?:True|False|None|undefined)\b/g, (word) => LITERALS[word] ?? word);
}

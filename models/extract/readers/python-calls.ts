import { type Body, isCutOff, type RawCall } from "../dialect.ts";
import { define, type LiteralOptions, LiteralReader } from "./literal.ts";

const CALL = /(?:[\w.]+\s*=\s*)?(?:await\s+)?([\p{L}_][\p{L}\p{N}_.-]*)\s*\(/uy;
const KEYWORD = /(?:\*\*|["']?)([\p{L}_][\p{L}\p{N}_-]*)["']?\s*(?:=(?!=)|:)/uy;
// What prints the result of a call is not a call of its own.
const FILLER = /(?:[\s,;[\]`]|#[^\n]*|tool_code\b|print\(\s*\w+\s*\))*/y;

/** Reads `[f(a=1, b="x"), g()]`, with or without the brackets, one after the other or one a line. */
export function readPythonCalls(body: Body): RawCall[] | null {
  return readCalls(body, { python: true });
}

/** The same in the notation of a dialect that delimits strings with a marker. */
export function readCalls(body: Body, options: LiteralOptions): RawCall[] | null {
  const calls: RawCall[] = [];
  let at = 0;
  while (at < body.text.length) {
    FILLER.lastIndex = at;
    at += FILLER.exec(body.text)?.[0].length ?? 0;
    if (at === body.text.length) break;
    const call = readCall(body, at, options);
    // Of the last one too little may have come for it to be a call.
    if (call === undefined) return body.cut && calls.length > 0 ? calls : null;
    calls.push(call.call);
    at = call.end;
  }
  return calls.length === 0 ? null : calls;
}

function readCall(
  body: Body,
  at: number,
  options: LiteralOptions,
): { readonly call: RawCall; readonly end: number } | undefined {
  CALL.lastIndex = at;
  const match = CALL.exec(body.text);
  const name = match?.[1];
  if (match === null || name === undefined) return undefined;
  if (name === "print") return readPrinted(body, CALL.lastIndex, options);
  const reader = new LiteralReader(body.text, CALL.lastIndex, options);
  const args = readArguments(body.text, reader);
  if (reader.placeholder) return undefined;
  const call = { name, arguments: args, invalid: reader.garbled };
  return { call: { ...call, truncated: isCutOff(body, reader) }, end: reader.at };
}

/** `print(f(..))` shows what `f` returns: the call is `f`. */
function readPrinted(body: Body, at: number, options: LiteralOptions): ReturnType<typeof readCall> {
  const inner = readCall(body, at, options);
  if (inner === undefined) return undefined;
  const behind = body.text.indexOf(")", inner.end);
  return { call: inner.call, end: behind < 0 ? body.text.length : behind + 1 };
}

/** Reads up to the closing parenthesis: an object, or a list when all values come without a name. */
function readArguments(text: string, reader: LiteralReader): unknown {
  const named: Record<string, unknown> = {};
  const positional: unknown[] = [];
  for (;;) {
    const char = reader.skip();
    if (char === "") {
      reader.missing += 1;
      break;
    }
    if (char === ")") {
      reader.at += 1;
      break;
    }
    const start = reader.at;
    if (char !== ",") readArgument(text, reader, { named, positional });
    if (reader.at === start) reader.at += 1;
  }
  if (positional.length === 0) return named;
  return Object.keys(named).length === 0 ? positional : withPositional(named, positional);
}

interface PythonArguments {
  readonly named: Record<string, unknown>;
  readonly positional: unknown[];
}

function readArgument(text: string, reader: LiteralReader, args: PythonArguments): void {
  KEYWORD.lastIndex = reader.at;
  const key = KEYWORD.exec(text)?.[1];
  if (key !== undefined) {
    reader.at = KEYWORD.lastIndex;
    define(args.named, key, reader.value());
    return;
  }
  if (text.startsWith("**", reader.at)) {
    reader.at += 2;
    Object.assign(args.named, reader.value());
    return;
  }
  const start = reader.at;
  const value = reader.value();
  // A stray bracket is not an argument.
  if (reader.at > start) args.positional.push(value);
}

/** `f(1, b=2)`: only the tool knows the positions of values without a name. */
function withPositional(
  named: Record<string, unknown>,
  positional: readonly unknown[],
): Record<string, unknown> {
  for (const [index, value] of positional.entries()) define(named, `${index}`, value);
  return named;
}

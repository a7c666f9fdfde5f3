import { type Body, isCutOff, type RawCall } from "../dialect.ts";
import { parseLenientJson } from "./lenient-json.ts";

/** What stands before the arguments. */
export interface CallHead {
  readonly name: string;
  readonly id?: string | undefined;
  /** Where the arguments may begin. */
  readonly end: number;
}

/** Reads the arguments, one JSON object, of a call whose name stands before them. */
export function readArguments(body: Body, { end, ...head }: CallHead): RawCall[] | null {
  const text = withoutFence(body.text, end);
  const json = parseLenientJson(text, end);
  if (json === undefined) {
    // Cut off before its arguments even the name may be half of one.
    const isWhole = text.slice(end).trim() === "" && !isCutOff(body, undefined);
    return isWhole ? [{ ...head, arguments: {} }] : null;
  }
  if (json.placeholder) return null;
  const { value, repaired, garbled: invalid } = json;
  return [{ ...head, arguments: value, repaired, invalid, truncated: isCutOff(body, json) }];
}

const FENCE_OPEN = /\s*```(?:json)?/y;

/** The text up to the fence that closes behind the arguments: where a brace is missing, it would become part of them. */
function withoutFence(text: string, from: number): string {
  FENCE_OPEN.lastIndex = from;
  const opening = FENCE_OPEN.exec(text);
  if (opening === null) return text;
  const close = text.lastIndexOf("```");
  return close >= from + opening[0].length ? text.slice(0, close) : text;
}

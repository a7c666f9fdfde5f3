/** What a server says of a failure: the shapes that model servers and proxies use for it. */

import { type Fields, fieldsOf, isFields, parseJson, textOf } from "#core/json.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";

export interface WireError {
  /** As the server wrote it, up to a length; never empty. */
  readonly message: string;
  /** Such as "context_length_exceeded", or an HTTP status under HTTP 200. */
  readonly code: string | number | undefined;
  readonly type: string;
  /** Everything beside the message, for what some servers state in numbers. */
  readonly fields: Fields;
}

/** Longest message of a server that is read, and that is displayed, in characters. */
const MAX_READ = 4000;
const MAX_DISPLAYED = 400;

/**
 * The error that an event or a body is, in any of its shapes: `{"error": {…}}`, `{"error": "…"}`, or
 * vLLM's `{"object": "error", …}`. `undefined` when it is none; several servers send `"error": null`
 * with every chunk.
 */
export function readWireError(json: Fields): WireError | undefined {
  const error = json["error"];
  if (json["object"] === "error") return wireError(json);
  if (typeof error === "string" && error !== "") return wireError({ message: error });
  return isFields(error) ? wireError(error) : undefined;
}

/** The body of an answer whose status already says that it failed. */
export function readErrorBody(body: string): WireError {
  const json = parseJson(body);
  if (typeof json === "string") return wireError({ message: json });
  if (Array.isArray(json)) return readErrorBody(JSON.stringify(json[0] ?? "")); // Gemini's
  if (!isFields(json)) return wireError({ message: isPage(body) ? "a web page" : body });
  // FastAPI says `detail`, as text or as a list of faults.
  const detail = json["detail"];
  const message = textOf(json["message"]) || textOf(detail) || JSON.stringify(detail ?? json);
  return readWireError(json) ?? wireError({ ...json, message });
}

/** External text, on one line, without control characters and secrets, and only then capped. */
export function oneLine(text: string, cleaner: TextCleaner = LOOKS): string {
  const line = cleaner.clean(text.slice(0, MAX_READ)).replace(/\s+/g, " ").trim();
  return line.length > MAX_DISPLAYED ? `${line.slice(0, MAX_DISPLAYED).toWellFormed()}…` : line;
}

/** Knows what secrets look like, and none by its value. */
const LOOKS = new TextCleaner();

function wireError(fields: Fields): WireError {
  const { code } = fields;
  // OpenRouter hides the message of the server behind it in the metadata.
  const inner = textOf(fieldsOf(fields["metadata"])["raw"]);
  const { message: rawMessage } = fields;
  // Mistral nests what FastAPI says.
  const outer = textOf(rawMessage) || (isFields(rawMessage) ? JSON.stringify(rawMessage) : "");
  const message = [outer, inner].filter((text) => text !== "").join(": ");
  return {
    message: message.slice(0, MAX_READ) || "no reason given",
    code: typeof code === "string" || typeof code === "number" ? code : undefined,
    type: textOf(fields["type"]),
    fields,
  };
}

function isPage(body: string): boolean {
  return /^\s*<(!doctype|html)/i.test(body);
}

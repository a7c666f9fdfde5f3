/** How an answer from the network reads to a model. What it says is data; nothing here obeys it. */
import type { HttpAnswer } from "#platform/net/http-client.ts";
import { decodeText, essenceOf, isText } from "#platform/net/media-type.ts";
import { readHtml } from "./html-text.ts";
import type { CleanText } from "./tool.ts";

/** Longest text that a model reads, in characters: about 4,000 tokens. */
const MAX_CHARACTERS = 16_384;

/** One line about the answer: status, address, type and size. */
export function answerLine({ status, url, headers, body }: HttpAnswer): string {
  const type = essenceOf(headers.get("content-type")) || "no type";
  return `${status} ${url} (${type}, ${body.length.toLocaleString("en")} bytes)`;
}

export interface ContentOptions {
  /** What to do to get what was left out; one clause. */
  readonly more: string;
  /** Takes out what may not be shown, before anything is cut. */
  readonly clean?: CleanText | undefined;
}

/** The content, readable and not too long. Of a long one the beginning is kept: pages say there what they are about. */
export async function answerContent(
  answer: HttpAnswer,
  { more, clean = (text) => text }: ContentOptions,
): Promise<string> {
  const text = await clean(await readable(answer));
  if (text.length <= MAX_CHARACTERS) return text;
  const omitted = (text.length - MAX_CHARACTERS).toLocaleString("en");
  // `toWellFormed` mends a character that the cut went through.
  const head = text.slice(0, MAX_CHARACTERS).toWellFormed();
  return `${head}\n[… ${omitted} characters left out; ${more}]`;
}

async function readable({ url, headers, body }: HttpAnswer): Promise<string> {
  const contentType = headers.get("content-type");
  if (!isText(contentType)) return body.length === 0 ? "" : "[not a text]";
  const text = decodeText(body, contentType);
  if (!/html/.test(essenceOf(contentType))) return text.trim();
  const page = await readHtml(text, url);
  return [page.title, page.text].filter((part) => part !== "").join("\n\n");
}

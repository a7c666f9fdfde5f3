import { canonicalJson } from "#core/canonical-json.ts";
import type { Exchange } from "./format.ts";
import type { RequestContent } from "./key.ts";

/** Says for a person why a request is not in a recording: what comes nearest, and what is unused. */
export function explainMiss(
  request: RequestContent,
  recorded: readonly Exchange[],
  unused: readonly Exchange[],
): string {
  const [nearest] = recorded
    .map((exchange) => ({ exchange, alike: likeness(request, exchange.content) }))
    .sort((a, b) => b.alike - a.alike);
  if (nearest === undefined) return "the recording is empty";
  const { exchange } = nearest;
  const remaining = unused.map((one) => nameOf(one, recorded)).join(", ") || "none";
  return `the nearest is ${nameOf(exchange, recorded)}: ${difference(request, exchange.content)}; not asked for yet: ${remaining}`;
}

/** "2 (3f2a91c0)": the number of an exchange in its recording, and the head of its key. */
export function nameOf(exchange: Exchange, recorded: readonly Exchange[]): string {
  return `${recorded.indexOf(exchange) + 1} (${exchange.key.slice(0, 8)})`;
}

function likeness(request: RequestContent, { model, messages = [] }: RequestContent): number {
  return sameHead(request.messages ?? [], messages) + (request.model === model ? 0.5 : 0);
}

function sameHead(a: readonly unknown[], b: readonly unknown[]): number {
  const differs = a.findIndex(
    (message, index) => canonicalJson(message) !== canonicalJson(b[index]),
  );
  return differs === -1 ? a.length : differs;
}

function difference(request: RequestContent, there: RequestContent): string {
  if (request.model !== there.model)
    return `its model is ${shorten(there.model)}, not ${shorten(request.model)}`;
  const [ours = [], theirs = []] = [request.messages, there.messages];
  const same = sameHead(ours, theirs);
  if (same < ours.length || same < theirs.length) {
    return `message ${same + 1} is ${shorten(theirs[same])}, not ${shorten(ours[same])}`;
  }
  if (canonicalJson(request.tools ?? []) !== canonicalJson(there.tools ?? []))
    return "its tools differ";
  return `its options are ${shorten(there.options)}, not ${shorten(request.options)}`;
}

function shorten(value: unknown): string {
  const text = value === undefined ? "absent" : canonicalJson(value);
  return text.length > 100 ? `${text.slice(0, 100).toWellFormed()}…` : text;
}

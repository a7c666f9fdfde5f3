/** Which addresses a model may have opened. */
import { NetworkRefused } from "#platform/net/refusal.ts";
import { parseTarget } from "#platform/net/target.ts";

/**
 * @param ports that pages may be served on. @default 443
 * @throws {NetworkRefused} for everything but an https address of a name or address: `file:`, `data:`, `chrome:`,
 *   `view-source:`, `javascript:` and `http:`.
 */
export function pageAddress(text: string, ports: readonly number[] = [443]): URL {
  const written = text.trim();
  // A name alone is what people write; browsers take it for https, too.
  const isName = /^[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)+(?::\d+)?(?:[/?#]|$)/u.test(written);
  const url = isName ? `https://${written}` : written;
  if (/^http:/i.test(url)) {
    throw new NetworkRefused("scheme", url, "The browser opens https: alone, and this is http:.");
  }
  return parseTarget(url, ports).url;
}

/** The address as it will be opened, for who judges it; one that will be refused stays as it was written. */
export function spelledOut(text: string, ports?: readonly number[]): string {
  try {
    return pageAddress(text, ports).href;
  } catch (error) {
    if (error instanceof NetworkRefused) return text;
    throw error;
  }
}

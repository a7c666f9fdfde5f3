/** The forms in which a known secret can appear without the intention to hide it. */

/** Shorter values would redact ordinary words, and their encoded forms ordinary bytes. */
const SHORTEST_VALUE = 8;

/**
 * Every form of every value: as it is, and as JSON, a URL, hexadecimal and base64 hold it. Longest first,
 * so that of two that begin alike the whole of the longer one goes.
 */
export function formsOf(values: readonly string[]): readonly string[] {
  const long = values.filter((value) => value.length >= SHORTEST_VALUE);
  const forms = long.flatMap((value) => [value, ...encoded(value)]);
  return [...new Set(forms)].sort((a, b) => b.length - a.length);
}

function encoded(value: string): string[] {
  const bytes = Buffer.from(value);
  const hex = bytes.toString("hex");
  const json = JSON.stringify(value).slice(1, -1);
  const url = encodeURIComponent(value.toWellFormed());
  return [
    json,
    // JSON within JSON, as the arguments of a call are.
    JSON.stringify(json).slice(1, -1),
    url,
    url.replace(/%[0-9A-F]{2}/g, (digits) => digits.toLowerCase()),
    url.replaceAll("%20", "+"),
    hex,
    hex.toUpperCase(),
    ...[0, 1, 2].flatMap((offset) => base64At(bytes, offset)),
  ];
}

/**
 * What is the same in every base64 text that holds the bytes with `offset` others before them (modulo 3):
 * the first and the last letter also depend on the neighbours, and stay.
 */
function base64At(bytes: Buffer, offset: number): string[] {
  const padded = Buffer.concat([Buffer.alloc(offset), bytes]);
  const first = Math.ceil((offset * 8) / 6);
  const end = Math.floor((padded.length * 8) / 6);
  return (["base64", "base64url"] as const).map((form) => padded.toString(form).slice(first, end));
}

/** @returns undefined for bytes that are not UTF-8. A byte order mark is kept: it is part of a text that is written back. */
export function strictUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Which answers are text, and how to read them. */

const TEXT_TYPES =
  /^(?:text\/[a-z0-9.+-]+|application\/(?:[a-z0-9.-]+\+)?(?:json|xml|yaml)|application\/(?:x-ndjson|ndjson|jsonl|x-yaml|toml|javascript|ecmascript|x-javascript|typescript|graphql|sql|x-sh|x-httpd-php|rtf)|image\/svg\+xml)$/;

/** The type without its parameters, in lower case; empty when there is none. */
export function essenceOf(contentType: string | undefined): string {
  return (contentType ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

/** Whether a model can read what has this `content-type`. An answer that does not say what it is, is not text. */
export function isText(contentType: string | undefined): boolean {
  return TEXT_TYPES.test(essenceOf(contentType));
}

/** Decodes by the character set that the type names, else as UTF-8; what cannot be decoded is marked. */
export function decodeText(body: Uint8Array, contentType: string | undefined): string {
  const named = /;\s*charset\s*=\s*"?([\w:.-]+)/i.exec(contentType ?? "")?.[1];
  return decoderFor(named ?? "utf-8").decode(body);
}

function decoderFor(label: string): TextDecoder {
  try {
    // The type lists what Bun knows; an unknown name throws.
    return new TextDecoder(label as Bun.Encoding);
  } catch {
    // An unknown name: most pages are UTF-8 whatever they say.
    return new TextDecoder();
  }
}

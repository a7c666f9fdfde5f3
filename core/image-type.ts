/** The images that model servers read. */
export type ImageType = "image/png" | "image/jpeg" | "image/gif" | "image/webp";

/** An image as a model gets it. */
export interface Image {
  readonly mediaType: ImageType;
  /** In base64. */
  readonly data: string;
}

export interface NamedImage extends Image {
  /** For those who cannot see it. */
  readonly name: string;
}

/**
 * The kind of an image by its first bytes, whatever its name says; `undefined` for everything else.
 *
 * @see https://mimesniff.spec.whatwg.org/#image-type-pattern-matching-algorithm
 */
export function sniffImage(data: Uint8Array): ImageType | undefined {
  const head = Buffer.from(data.subarray(0, 12)).toString("latin1");
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  if (head.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (head.startsWith("GIF87a") || head.startsWith("GIF89a")) return "image/gif";
  return head.startsWith("RIFF") && head.endsWith("WEBP") ? "image/webp" : undefined;
}

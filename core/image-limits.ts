/** The limits for an external image, wherever it came from. */
import { readImageSize } from "./image-size.ts";
import type { ImageType } from "./image-type.ts";

/** Largest image in bytes: as base64 what every server takes. */
export const MOST_IMAGE_BYTES = 3_500_000;
/** Of one frame: a photograph of 8,192 x 8,192. A server that decodes it holds four bytes for each. */
const MOST_PIXELS = 2 ** 26;
/** Of all frames of an image that moves. */
const MOST_PIXELS_OF_ALL = 2 ** 28;
const MOST_FRAMES = 1000;

interface ImageInput {
  /** Size of all of it. */
  readonly bytes: number;
  /** Its beginning, or all of it. */
  readonly data: Uint8Array;
  readonly mediaType: ImageType;
}

/**
 * A few bytes may say that they are billions of pixels, and whatever decodes them would make room for all of them. Only
 * the header is read.
 *
 * @returns why it is refused, one clause.
 */
export function imageProblem({ bytes, data, mediaType }: ImageInput): string | undefined {
  if (bytes > MOST_IMAGE_BYTES) {
    return `it has ${formatted(bytes)} bytes, the limit for an image is ${formatted(MOST_IMAGE_BYTES)}`;
  }
  const size = readImageSize(data, mediaType);
  if (size === undefined) return undefined;
  const { width, height, frames } = size;
  const pixels = width * height;
  if (pixels > MOST_PIXELS) {
    const limit = `the limit for an image is ${formatted(MOST_PIXELS)} pixels`;
    return `it says that it is ${formatted(width)} x ${formatted(height)} pixels, ${limit}`;
  }
  if (frames <= MOST_FRAMES && pixels * frames <= MOST_PIXELS_OF_ALL) return undefined;
  const limit = `the limit is ${formatted(MOST_FRAMES)} frames and ${formatted(MOST_PIXELS_OF_ALL)} pixels in all`;
  return `it has ${formatted(frames)} frames of ${formatted(width)} x ${formatted(height)} pixels, ${limit}`;
}

function formatted(count: number): string {
  return count.toLocaleString("en");
}

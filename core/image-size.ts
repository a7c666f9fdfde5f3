/** How large an image says that it is, read from its header: nothing is decoded. */
import type { ImageType } from "./image-type.ts";

export interface ImageSize {
  /** Of the largest frame, in pixels. */
  readonly width: number;
  readonly height: number;
  /** 1 for an image that does not move. */
  readonly frames: number;
}

/**
 * A few bytes can stand for billions of pixels, which the server that decodes them has to hold.
 *
 * @returns `undefined` where the header cannot be read: no decoder knows how large it is then.
 */
export function readImageSize(data: Uint8Array, type: ImageType): ImageSize | undefined {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  try {
    switch (type) {
      case "image/png":
        return sizeOfPng(view);
      case "image/jpeg":
        return sizeOfJpeg(view);
      case "image/gif":
        return sizeOfGif(view);
      default:
        return sizeOfWebp(view);
    }
  } catch (error) {
    // It ends before its size.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** @see https://www.w3.org/TR/png-3/#11IHDR; `acTL` has the number of frames, before the first of them */
function sizeOfPng(view: DataView): ImageSize | undefined {
  if (name(view, 12) !== "IHDR") return undefined;
  const size = { width: view.getUint32(16), height: view.getUint32(20), frames: 1 };
  for (let at = 8; at + 12 <= view.byteLength; at += 12 + view.getUint32(at)) {
    const chunk = name(view, at + 4);
    if (chunk === "acTL") return { ...size, frames: view.getUint32(at + 8) };
    if (chunk === "IDAT") return size;
  }
  return size;
}

/** The markers that begin a frame: SOF0 to SOF15, without DHT, JPG and DAC. @see ITU T.81, table B.1 */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

function sizeOfJpeg(view: DataView): ImageSize | undefined {
  for (let at = 2; at + 4 <= view.byteLength; ) {
    // Decoders pass over what stands between segments, and over bytes that fill up.
    const marker = view.getUint8(at + 1);
    if (view.getUint8(at) !== 0xff || marker === 0xff || marker === 0) {
      at += 1;
      continue;
    }
    if (isFrame(marker))
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7), frames: 1 };
    const isAlone = (marker >= 0xd0 && marker <= 0xd9) || marker === 1;
    at += isAlone ? 2 : 2 + view.getUint16(at + 2);
  }
  return undefined;
}

/** @see https://www.w3.org/Graphics/GIF/spec-gif89a.txt */
function sizeOfGif(view: DataView): ImageSize {
  let [width, height, frames] = [view.getUint16(6, true), view.getUint16(8, true), 0];
  let at = 13 + colors(view.getUint8(10));
  while (at + 1 < view.byteLength) {
    const block = view.getUint8(at);
    if (block === 0x2c && at + 10 <= view.byteLength) {
      frames += 1;
      width = Math.max(width, view.getUint16(at + 5, true));
      height = Math.max(height, view.getUint16(at + 7, true));
      at = afterData(view, at + 11 + colors(view.getUint8(at + 9)));
    } else if (block === 0x21) at = afterData(view, at + 2);
    else break;
  }
  return { width, height, frames: Math.max(1, frames) };
}

/** Bytes of a table of colors. @param flags of the screen or of a frame */
function colors(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}

/** Behind the pieces that begin at `at`, up to an empty one. */
function afterData(view: DataView, at: number): number {
  let next = at;
  while (next < view.byteLength && view.getUint8(next) > 0) next += view.getUint8(next) + 1;
  return next + 1;
}

/** @see https://developers.google.com/speed/webp/docs/riff_container */
function sizeOfWebp(view: DataView): ImageSize | undefined {
  switch (name(view, 12)) {
    case "VP8 ":
      return {
        ...{ width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff },
        frames: 1,
      };
    case "VP8L": {
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, frames: 1 };
    }
    case "VP8X":
      return { width: uint24(view, 24) + 1, height: uint24(view, 27) + 1, frames: parts(view) };
    default:
      return undefined;
  }
}

/** How many frames a WebP that moves has. */
function parts(view: DataView): number {
  let frames = 0;
  for (let at = 12; at + 8 <= view.byteLength; ) {
    if (name(view, at) === "ANMF") frames += 1;
    const bytes = view.getUint32(at + 4, true);
    at += 8 + bytes + (bytes % 2);
  }
  return Math.max(1, frames);
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) + view.getUint8(at + 2) * 0x1_00_00;
}

/** Four letters. */
function name(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((offset) => view.getUint8(at + offset)));
}

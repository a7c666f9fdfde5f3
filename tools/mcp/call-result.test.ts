import { describe, expect, test } from "bun:test";
import type { ImageType } from "#core/image-type.ts";
import type { ToolOutput } from "../tool.ts";
import { outputOf, type SaveImage } from "./call-result.ts";

const HEAD = "89504e470d0a1a0a0000000d49484452";
/** Of one pixel. */
const PNG = image(`${HEAD}00000001000000010806000000`);
/** Of 65,536 x 65,536 pixels in 29 bytes. */
const BOMB = image(`${HEAD}00010000000100000806000000`);
const MOVING = Buffer.from(
  `GIF89a\x01\0\x01\0\0\0\0${"\x2c\0\0\0\0\x01\0\x01\0\0\x02\0".repeat(1001)}`,
  "latin1",
).toString("base64");

function image(hex: string): string {
  return Buffer.from(hex, "hex").toString("base64");
}

interface Kept {
  readonly bytes: number;
  readonly mediaType: ImageType;
}

/** @returns what a model reads, and what was kept. */
async function read(...images: readonly string[]): Promise<{
  readonly output: string;
  readonly kept: readonly Kept[];
  readonly images: ToolOutput["images"];
}> {
  const kept: Kept[] = [];
  const saveImage: SaveImage = async (data, mediaType) =>
    `pictures/${kept.push({ bytes: data.length, mediaType })}.png`;
  const content = images.map((data) => ({ type: "image" as const, data, mimeType: "text/html" }));
  const { ok, output, images: shown } = await outputOf({ content }, { saveImage });
  expect(ok).toBe(true);
  return { output, kept, images: shown };
}

describe("a picture", () => {
  test("is kept in the workspace, and is what its bytes say it is, whatever the server calls it", async () => {
    const { output, kept, images } = await read(PNG);
    expect(images).toEqual([{ name: "pictures/1.png", mediaType: "image/png", data: PNG }]);
    expect(output).toBe("[a picture, image/png, 29 bytes: kept at pictures/1.png]");
    expect(kept).toEqual([{ bytes: 29, mediaType: "image/png" }]);
  });

  test.each([
    [
      "of four billion pixels",
      BOMB,
      "it says that it is 65,536 x 65,536 pixels, the limit for an image is 67,108,864 pixels",
    ],
    [
      "of too many frames",
      MOVING,
      "it has 1,001 frames of 1 x 1 pixels, the limit is 1,000 frames and 268,435,456 pixels in all",
    ],
    [
      "of too many bytes",
      `${PNG.slice(0, 36)}${"A".repeat(4_700_000)}`,
      "it has 3,525,027 bytes, the limit for an image is 3,500,000",
    ],
    [
      "that is a page",
      Buffer.from("<script>").toString("base64"),
      "it is not a PNG, JPEG, GIF or WebP",
    ],
    ["of nothing", "", "it is not a PNG, JPEG, GIF or WebP"],
  ])("%s is left out, and the model reads why", async (_what, data, why) => {
    const { output, kept } = await read(data, PNG);
    expect(output.split("\n")[0]).toBe(`[a picture, left out: ${why}]`);
    expect(kept).toHaveLength(1);
  });

  test("more than eight of one result are left out", async () => {
    const { output, kept } = await read(...Array.from({ length: 10 }, () => PNG));
    expect(kept).toHaveLength(8);
    expect(output.split("\n").slice(8)).toEqual(
      Array.from({ length: 2 }, () => "[a picture, left out: 8 are kept of one result]"),
    );
  });

  test("is left out where there is no workspace", async () => {
    const content = [{ type: "image" as const, data: PNG, mimeType: "image/png" }];
    const { output } = await outputOf({ content }, {});
    expect(output).toBe("[a picture, left out: there is no workspace to keep it in]");
  });

  test("that cannot be written costs the result nothing else", async () => {
    const saveImage = () => Promise.reject(new Error("the disk is full"));
    const content = [
      { type: "image" as const, data: PNG, mimeType: "image/png" },
      { type: "text" as const, text: "sun" },
    ];
    const { output } = await outputOf({ content }, { saveImage });
    expect(output).toBe("[a picture, left out: the disk is full]\nsun");
  });
});

test("sounds and links are named, and left out", async () => {
  const { output } = await outputOf(
    { content: [{ type: "audio", data: "AAAA", mimeType: "audio/wav" }] },
    {},
  );
  expect(output).toBe("[audio: left out]");
});

/** What a model reads of the result of a call, and what of it is stored. */
import type { CallToolResult } from "@modelcontextprotocol/client";
import { reasonOf } from "#core/errors.ts";
import { imageProblem } from "#core/image-limits.ts";
import { type ImageType, type NamedImage, sniffImage } from "#core/image-type.ts";
import { Cap } from "#core/text/cap.ts";
import type { ToolContext, ToolOutput } from "../tool.ts";

/** Stores a picture that was checked. @returns where a person finds it */
export type SaveImage = (data: Uint8Array, mediaType: ImageType) => Promise<string>;

interface ResultReading {
  readonly clean?: ToolContext["clean"];
  /** @default no picture is stored */
  readonly saveImage?: SaveImage | undefined;
}

type Part = CallToolResult["content"][number];

/** Longest result that a model reads, in characters. */
const LONGEST_RESULT = 65_536;
/** Of one result; as many as of the files of one line. */
const MOST_IMAGES = 8;

/** Pictures are stored, and their paths reported; of everything else that is not a text only the kind is. */
export async function outputOf(
  {
    content,
    structuredContent,
    isError,
  }: Pick<CallToolResult, "content" | "structuredContent" | "isError">,
  { clean, saveImage }: ResultReading,
): Promise<ToolOutput> {
  const parts: string[] = [];
  const images: NamedImage[] = [];
  let count = 0;
  // One after the other: the stored pictures have their order.
  for (const part of content) {
    if (part.type === "image") {
      count += 1;
      const saved = count > MOST_IMAGES ? omitted(TOO_MANY) : await picture(part.data, saveImage);
      parts.push(saved.text);
      images.push(...saved.images);
    } else parts.push(textOf(part));
  }
  const text =
    parts.length === 0 && structuredContent !== undefined
      ? JSON.stringify(structuredContent)
      : parts.join("\n");
  const cap = new Cap(LONGEST_RESULT);
  // Before it is cut: half a secret would not be known.
  const cleaned = clean === undefined ? text : await clean(text);
  return { ok: isError !== true, output: `${cap.push(cleaned)}${cap.end()}`, images };
}

function textOf(part: Exclude<Part, { type: "image" }>): string {
  if (part.type === "text") return part.text;
  if (part.type === "resource" && "text" in part.resource) return part.resource.text;
  return `[${part.type}: left out]`;
}

/** @param base64 as the server gives it; what it calls the picture plays no part. */
interface Picture {
  /** What the result says in its place. */
  readonly text: string;
  readonly images: readonly NamedImage[];
}

async function picture(base64: string, save: SaveImage | undefined): Promise<Picture> {
  if (save === undefined) return omitted("there is no workspace to keep it in");
  const data = Buffer.from(base64, "base64");
  const mediaType = sniffImage(data);
  if (mediaType === undefined) return omitted("it is not a PNG, JPEG, GIF or WebP");
  const { length: bytes } = data;
  const problem = imageProblem({ bytes, data, mediaType });
  if (problem !== undefined) return omitted(problem);
  try {
    const name = await save(data, mediaType);
    const text = `[a picture, ${mediaType}, ${bytes.toLocaleString("en")} bytes: kept at ${name}]`;
    return { text, images: [{ name, mediaType, data: data.toString("base64") }] };
  } catch (error) {
    return omitted(reasonOf(error));
  }
}

const TOO_MANY = `${MOST_IMAGES} are kept of one result`;

function omitted(why: string): Picture {
  return { text: `[a picture, left out: ${why}]`, images: [] };
}

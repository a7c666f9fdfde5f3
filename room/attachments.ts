/** Files of the workspace that a human names with `@path`: read once, when the line is sent. */
import { OrgError } from "#core/errors.ts";
import type { Attached, Notice } from "#core/events.ts";
import { sniffImage } from "#core/image-type.ts";
import type { Model } from "#models/model.ts";
import type { Workspace } from "#room/workspace.ts";

/** Of a text so much is attached, in bytes: more than most windows hold beside a conversation. */
const MOST_TEXT_BYTES = 64 * 1024;
/** Largest image in bytes: as base64 what every server takes. */
const MOST_IMAGE_BYTES = 3_500_000;
/** Files of one line. */
const MOST_FILES = 8;

type Attachment = Omit<Attached, "message">;

/**
 * What the mentioned files hold. A word that names no file and does not look like one is only a word.
 *
 * @param models of those who are asked.
 * @returns the events that say so, once the message has an id.
 * @throws {OrgError} `INPUT_MISSING` for a file that is not there; `INPUT_INVALID` for one that is neither text nor an
 *   image or too large, for too many, and for images that nobody can see; `PATH_REFUSED` for a path that leaves the
 *   workspace. Nothing was sent.
 */
export async function attach(
  paths: readonly string[],
  models: readonly Model[],
  workspace: Workspace,
): Promise<(message: string) => readonly (Attached | Notice)[]> {
  const found: Attachment[] = [];
  for (const path of paths) {
    const attachment = await readOne(path, workspace);
    if (attachment !== undefined) found.push(attachment);
    if (found.length > MOST_FILES) throw tooMany();
  }
  const images = found.filter(({ image }) => image !== undefined);
  const notice = images.length === 0 ? undefined : await blindTo(images, models);
  return (message) => [
    ...found.map((attachment) => ({ ...attachment, message })),
    ...(notice === undefined ? [] : [notice]),
  ];
}

/** Says who cannot see the images. @throws {OrgError} `INPUT_INVALID` when nobody can. */
async function blindTo(
  images: readonly Attachment[],
  models: readonly Model[],
): Promise<Notice | undefined> {
  const { signal } = new AbortController();
  const sees = await Promise.all(models.map((model) => model.takesImages(signal)));
  const blind = models.filter((_, index) => sees[index] !== true);
  if (blind.length === 0) return undefined;
  const paths = images.map(({ path }) => path).join(", ");
  const names = [...new Set(blind.map(({ name }) => JSON.stringify(name)))].join(", ");
  if (blind.length === models.length) throw unseen(paths, names);
  const who = blind.map(({ persona }) => persona.id).join(", ");
  const text = `${who} cannot see ${paths}: ${names} takes no images.`;
  return { type: "notice", level: "warning", text };
}

function unseen(paths: string, names: string): OrgError {
  return new OrgError(`Nobody who is asked can see ${paths}`, {
    code: "INPUT_INVALID",
    why: `${names} takes no images, as far as the server and the configuration tell`,
    remedies: [
      "take a model that sees, for example: org models pull qwen2.5vl",
      'if it does see, name it in org.config: image_models = ["NAME"]',
    ],
    left: "Nothing was sent.",
  });
}

async function readOne(path: string, workspace: Workspace): Promise<Attachment | undefined> {
  try {
    const file = await workspace.read(path, MOST_IMAGE_BYTES);
    if (file !== undefined) return asAttachment(file.path, file);
  } catch (error) {
    if (!(error instanceof OrgError)) throw error;
    if (looksLikeFile(path) || error.code !== "PATH_REFUSED") throw unreadable(path, error);
    return undefined;
  }
  if (looksLikeFile(path)) throw missing(path);
  return undefined;
}

/** "notes/plan.md", "../x", "~/x"; but "@agent" and "@types/node" are words. */
function looksLikeFile(path: string): boolean {
  return /^(?:\.{0,2}|~)\/|\.\w{1,8}$/.test(path);
}

function asAttachment(
  path: string,
  { bytes, data }: { readonly bytes: number; readonly data: Uint8Array },
): Attachment {
  const mediaType = sniffImage(data);
  if (mediaType !== undefined) {
    if (bytes > MOST_IMAGE_BYTES)
      throw unusable(
        path,
        `it has ${shown(bytes)} bytes, the limit for an image is ${shown(MOST_IMAGE_BYTES)}`,
      );
    const image = { mediaType, data: Buffer.from(data).toString("base64") };
    return { type: "attached", path, bytes, image };
  }
  const text = textIn(data.subarray(0, MOST_TEXT_BYTES));
  if (text === undefined) throw unusable(path, "it is neither text nor a PNG, JPEG, GIF or WebP");
  return { type: "attached", path, bytes, text };
}

/** `undefined` for what is no text: as Git and grep do, text has no NUL. */
function textIn(data: Uint8Array): string | undefined {
  try {
    // In a stream the last character may be cut in the middle.
    const text = new TextDecoder("utf-8", { fatal: true }).decode(data, { stream: true });
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}

function missing(path: string): OrgError {
  return new OrgError(`There is no file ${JSON.stringify(path.slice(0, 200))} in the workspace`, {
    code: "INPUT_MISSING",
    why: "a word behind a single @ that looks like a file is attached",
    remedies: [
      "press Tab behind the @ for what there is",
      `write \`@${path.slice(0, 200)}\` in backticks to send it as text`,
    ],
    left: "Nothing was sent.",
  });
}

function unreadable(path: string, { code, why = "" }: OrgError): OrgError {
  return new OrgError(`${JSON.stringify(path.slice(0, 200))} cannot be attached`, {
    code,
    why: why.replace("Files are written inside", "Files are attached from inside"),
    remedies: [
      "copy the file into the workspace; ORG_WORKSPACE names another one",
      `write \`@${path.slice(0, 200)}\` in backticks to send it as text`,
    ],
    left: "Nothing was sent.",
  });
}

function unusable(path: string, why: string): OrgError {
  return new OrgError(`${JSON.stringify(path.slice(0, 200))} cannot be attached`, {
    code: "INPUT_INVALID",
    why,
    remedies: ["name the file without the @, and let a tool read it"],
    left: "Nothing was sent.",
  });
}

function tooMany(): OrgError {
  return new OrgError("Too many files are attached to one line", {
    code: "INPUT_INVALID",
    why: `at most ${MOST_FILES} can be`,
    remedies: ["send several lines"],
    left: "Nothing was sent.",
  });
}

function shown(bytes: number): string {
  return bytes.toLocaleString("en");
}

/** Files of the workspace that a human names with `@path`: read once, when the line is sent. */
import { OrgError } from "#core/errors.ts";
import type { Attached, Notice } from "#core/events.ts";
import { imageProblem, MOST_IMAGE_BYTES } from "#core/image-limits.ts";
import { sniffImage } from "#core/image-type.ts";
import type { Model } from "#models/model.ts";
import type { ReadFile, Workspace } from "./workspace.ts";

/** Of a text so much is attached, in bytes: more than most windows hold beside a conversation. */
const MOST_TEXT_BYTES = 64 * 1024;
/** Files of one line. */
const MOST_FILES = 8;
/** Most paths of one message that are looked up: a pasted page may hold any number of them. */
const MAX_CANDIDATES = 64;
/** So many that are not files are named. */
const MAX_LISTED = 5;

type Attachment = Omit<Attached, "message">;

/**
 * What the mentioned files hold. A word that names no file of the workspace is only a word.
 *
 * @param models of the addressed personas.
 * @returns the events that say so, once the message has an id.
 * @throws {OrgError} `INPUT_INVALID` for a file that is neither text nor an image or too large, for too many, and
 *   for images that no addressed model can see. Nothing was sent.
 */
export async function attach(
  paths: readonly string[],
  models: readonly Model[],
  workspace: Workspace,
): Promise<(message: string) => readonly (Attached | Notice)[]> {
  const found: Attachment[] = [];
  const absent: string[] = [];
  for (const path of paths.slice(0, MAX_CANDIDATES)) {
    const file = await readAttached(path, workspace);
    if (typeof file === "object") found.push(asAttachment(file));
    else if (looksLikeFile(path)) absent.push(`@${path.slice(0, 200)} (${file})`);
    if (found.length > MOST_FILES) throw tooMany();
  }
  const images = found.filter(({ image }) => image !== undefined);
  const notices = [
    ...(absent.length === 0 ? [] : [notAttached(absent)]),
    ...(images.length === 0 ? [] : await blindTo(images, models)),
  ];
  return (message) => [...found.map((attachment) => ({ ...attachment, message })), ...notices];
}

/** @returns why there is none to attach, where there is none. */
async function readAttached(path: string, workspace: Workspace): Promise<ReadFile | string> {
  try {
    return (await workspace.read(path, MOST_IMAGE_BYTES)) ?? "there is no such file";
  } catch (error) {
    if (!(error instanceof OrgError) || error.code !== "PATH_REFUSED") throw error;
    return error.why?.replace(/^.*? only, and (.*)\.$/, "$1") ?? error.message;
  }
}

/** A line may be a page of a user's code or mail: a notice names what looks like a file and is none, and no more. */
function notAttached(absent: readonly string[]): Notice {
  const more = absent.length > MAX_LISTED ? ` and ${absent.length - MAX_LISTED} more` : "";
  const text = `Sent as text, for only files of the workspace are attached: ${absent.slice(0, MAX_LISTED).join(", ")}${more}.`;
  return { type: "notice", level: "warning", text };
}

/** Says who cannot see the images. @throws {OrgError} `INPUT_INVALID` when none can. */
async function blindTo(
  images: readonly Attachment[],
  models: readonly Model[],
): Promise<readonly Notice[]> {
  const { signal } = new AbortController();
  const sees = await Promise.all(models.map((model) => model.takesImages(signal)));
  const blind = models.filter((_, index) => sees[index] !== true);
  if (blind.length === 0) return [];
  const paths = images.map(({ path }) => path).join(", ");
  const names = [...new Set(blind.map(({ name }) => JSON.stringify(name)))].join(", ");
  if (blind.length === models.length) throw unseen(paths, names);
  const who = blind.map(({ persona }) => persona.id).join(", ");
  const text = `${who} cannot see ${paths}: ${names} takes no images.`;
  return [{ type: "notice", level: "warning", text }];
}

function unseen(paths: string, names: string): OrgError {
  return new OrgError(`No addressed model can see ${paths}`, {
    code: "INPUT_INVALID",
    why: `${names} takes no images, as far as the server and the configuration tell`,
    remedies: [
      "take a model that sees, for example: org models pull qwen2.5vl",
      'if it does see, name it in org.config: image_models = ["NAME"]',
    ],
    unchanged: "Nothing was sent.",
  });
}

/** "notes/plan.md", "../x", "~/x"; but "@agent" and "@types/node" are words. */
function looksLikeFile(path: string): boolean {
  return /^(?:\.{0,2}|~)\/|\.\w{1,8}$/.test(path);
}

function asAttachment({ path, bytes, data }: ReadFile): Attachment {
  const mediaType = sniffImage(data);
  if (mediaType !== undefined) {
    const problem = imageProblem({ bytes, data, mediaType });
    if (problem !== undefined) throw unusable(path, problem);
    const image = { mediaType, data: Buffer.from(data).toString("base64") };
    return { type: "attached", path, bytes, image };
  }
  const text = textIn(data.subarray(0, MOST_TEXT_BYTES));
  if (text === undefined) throw unusable(path, "it is neither text nor a PNG, JPEG, GIF or WebP");
  return { type: "attached", path, bytes, text };
}

/** `undefined` for what is not text: as Git and grep do, text has no NUL. */
function textIn(data: Uint8Array): string | undefined {
  try {
    // In a stream the last character may be cut in the middle.
    const text = new TextDecoder("utf-8", { fatal: true }).decode(data, { stream: true });
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}

function unusable(path: string, why: string): OrgError {
  return new OrgError(`${JSON.stringify(path.slice(0, 200))} cannot be attached`, {
    code: "INPUT_INVALID",
    why,
    remedies: ["name the file without the @, and let a tool read it"],
    unchanged: "Nothing was sent.",
  });
}

function tooMany(): OrgError {
  return new OrgError("Too many files are attached to one line", {
    code: "INPUT_INVALID",
    why: `at most ${MOST_FILES} can be`,
    remedies: ["send several lines"],
    unchanged: "Nothing was sent.",
  });
}

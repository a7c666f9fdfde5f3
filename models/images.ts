/** Images in prompts: which models get them, and what others get instead. */
import type { NamedImage } from "#core/image-type.ts";
import type { Model } from "./model.ts";
import type { ChatMessage, ChatRequest } from "./provider.ts";

/** The images of a message. */
export function imagesOf(message: ChatMessage): readonly NamedImage[] {
  return message.role === "user" ? (message.images ?? []) : [];
}

/** The same request as its model can read it: of what it cannot see it gets the name. */
export async function visibleFor(
  model: Pick<Model, "takesImages">,
  request: ChatRequest,
  signal: AbortSignal,
): Promise<ChatRequest> {
  if (!request.messages.some((message) => imagesOf(message).length > 0)) return request;
  if (await model.takesImages(signal)) return request;
  return { ...request, messages: request.messages.map(withImageNames) };
}

/** What an image takes at most with current models, in tokens; they count its pixels, each in its own way. */
export const IMAGE_TOKENS = 1600;
/** Of the pictures that tools returned in a turn; a model that looks again and again needs the newest. */
const MOST_OF_TOOLS = 4;

interface Viewer {
  readonly model: Pick<Model, "takesImages" | "windowTokens">;
  readonly signal: AbortSignal;
}

/**
 * Shows a model that sees the pictures of results, behind these: no server takes them within the result of a call but
 * Anthropic's. They take no more than half of its window, but for one: of older ones the names stay.
 *
 * @param current the turn so far; a message is added, and older ones lose their pictures.
 */
export async function showPictures(
  current: ChatMessage[],
  pictures: readonly NamedImage[],
  { model, signal }: Viewer,
): Promise<undefined> {
  if (pictures.length === 0 || !(await model.takesImages(signal))) return;
  const fitting = Math.floor(model.windowTokens / 2 / IMAGE_TOKENS);
  let remaining = Math.min(MOST_OF_TOOLS, Math.max(1, fitting));
  const visible = pictures.slice(-remaining);
  remaining -= visible.length;
  for (const [index, message] of [...current.entries()].reverse()) {
    const images = imagesOf(message);
    if (message.role !== "user" || images.length === 0) continue;
    const retained = remaining === 0 ? [] : images.slice(-remaining);
    remaining -= retained.length;
    current[index] = { ...message, images: retained };
  }
  const names = pictures.map(({ name }) => name).join(", ");
  current.push({ role: "user", content: `(what was returned: ${names})`, images: visible });
}

function withImageNames(message: ChatMessage): ChatMessage {
  const images = imagesOf(message);
  if (images.length === 0) return message;
  const lines = images.map(({ name }) => `(the image ${name}, which your model cannot see)`);
  return { role: "user", content: [message.content, ...lines].join("\n") };
}

/** Changes texts of a request, and never what images are made of. */
export function withTexts(
  request: ChatRequest,
  change: (request: ChatRequest) => ChatRequest,
): ChatRequest {
  const images = request.messages.map(imagesOf);
  const plain = request.messages.map((message) =>
    message.role === "user" ? { role: message.role, content: message.content } : message,
  );
  const changed = change({ ...request, messages: plain });
  const messages = changed.messages.map((message, index) => {
    const own = images[index] ?? [];
    return message.role === "user" && own.length > 0 ? { ...message, images: own } : message;
  });
  return { ...changed, messages };
}

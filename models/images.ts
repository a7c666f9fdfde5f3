/** Images in prompts: who is shown them, and what others are told instead. */
import type { Model } from "./model.ts";
import type { ChatMessage, ChatRequest, NamedImage } from "./provider.ts";

/** The images of a message. */
export function imagesOf(message: ChatMessage): readonly NamedImage[] {
  return message.role === "user" ? (message.images ?? []) : [];
}

/** The same request as its model can read it: of what it cannot see it is told the name. */
export async function seenBy(
  model: Pick<Model, "takesImages">,
  request: ChatRequest,
  signal: AbortSignal,
): Promise<ChatRequest> {
  if (!request.messages.some((message) => imagesOf(message).length > 0)) return request;
  if (await model.takesImages(signal)) return request;
  return { ...request, messages: request.messages.map(inWords) };
}

function inWords(message: ChatMessage): ChatMessage {
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

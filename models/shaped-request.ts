import { unreachable } from "#core/errors.ts";
import { mergeUsers } from "./context.ts";
import type { ChatMessage, ChatRequest } from "./provider.ts";
import { withTextTools } from "./text-tools.ts";
import { turnShape, writeAction, writeAnswer } from "./turn-shape.ts";

/** Behind the last result that a turn may have: without it a model that found nothing out invents something. */
const CLOSING = "Answer now. What no result above says, say that you could not find out.";
/** What tools that run programs say of one that printed nothing, and what the model reads instead. */
const NO_OUTPUT = "(no output)";
const AFTER_SILENCE = "It printed nothing: print the result.";
/** What a failed action is followed by: small models otherwise repeat the same step in new words. */
const AFTER_FAILURE = "Mend that in another, simpler way.";

/** The request in the way in which its model is given the tools. */
export function asSent(request: ChatRequest): ChatRequest {
  const { calls = "template" } = request;
  switch (calls) {
    case "shape":
      return shapedRequest(request);
    case "text":
      return withTextTools(request);
    case "template":
      return request;
    default:
      return unreachable(calls);
  }
}

/**
 * The same request with its reply held to a shape: no `tools` field, earlier calls as the objects that the model wrote, and
 * their results as messages of the user, which every chat template has a place for.
 */
function shapedRequest(request: ChatRequest): ChatRequest {
  const { calls: _, mustCall, tools, messages, ...rest } = request;
  const isLast = tools.length === 0 && messages.at(-1)?.role === "tool";
  const closing: readonly ChatMessage[] = isLast ? [{ role: "user", content: CLOSING }] : [];
  const shaped = mergeUsers([...messages.map(asShaped), ...closing]);
  return { ...rest, tools: [], messages: shaped, shape: turnShape(tools, mustCall) };
}

function asShaped(message: ChatMessage): ChatMessage {
  if (message.role === "tool") return { role: "user", content: resultText(message) };
  if (message.role !== "assistant") return message;
  const { content, calls = [] } = message;
  const text = content === "" && calls.length > 0 ? [] : [writeAnswer(content)];
  const actions = calls.map(({ name, arguments: args }) => writeAction(name, args));
  return { role: "assistant", content: [...text, ...actions].join("\n") };
}

function resultText({ content, failed }: Extract<ChatMessage, { role: "tool" }>): string {
  if (failed === true) return `It failed:\n${content}\n${AFTER_FAILURE}`;
  return content === NO_OUTPUT ? AFTER_SILENCE : `Result:\n${content}`;
}

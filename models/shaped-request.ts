import { unreachable } from "#core/errors.ts";
import { mergeUsers } from "./context.ts";
import { neutralise } from "./extract/neutralise.ts";
import type { ChatMessage, ChatRequest } from "./provider.ts";
import { withTextTools } from "./text-tools.ts";
import { turnShape, writeAction, writeAnswer } from "./turn-shape.ts";

/** Behind the last result that a turn may have: without it a model that found nothing out invents something. */
const CLOSING = "Answer now. What no result above says, say that you could not find out.";
/** What tools that run programs say of one that printed nothing, and what the model reads instead. */
export const NO_OUTPUT = "(no output)";
const AFTER_SILENCE = "It printed nothing: print the result.";
/** What a failed action is followed by: small models otherwise repeat the same step in new words. */
const AFTER_FAILURE = "Mend that in another, simpler way.";
/** And one that asked the network: a small model asked three sites for a capital that it knew, and said that it does not. */
const AFTER_NETWORK = "Programs reach no network. What you know, answer at once.";
/** And one that read a file of its own invention, in a folder without any. */
const AFTER_NO_FILE = "There is no file to read. What you know, answer at once.";
/** As the program says that runs those of a model. */
const NO_FILE = /^\s*No files are here\.$/m;
const NETWORK =
  /No module named '(?:requests|httpx|aiohttp|bs4|wikipedia|selenium)\b|name resolution|resolve host|Network is unreachable|Name or service not known/i;

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
  const { calls: _, mustCall, rawShapes, tools, messages, ...rest } = request;
  const isLast = tools.length === 0 && messages.at(-1)?.role === "tool";
  const closing: readonly ChatMessage[] = isLast ? [{ role: "user", content: CLOSING }] : [];
  const shaped = mergeUsers([
    ...withoutFailures(messages).map((one) => asShaped(one, rawShapes)),
    ...closing,
  ]);
  return {
    ...rest,
    tools: [],
    messages: shaped,
    shape: turnShape(tools, { mustCall, isRaw: rawShapes }),
  };
}

/** Most failures of a turn in the prompt: what was tried before them is omitted. */
const MAX_FAILURES = 2;

/**
 * The prompt says of failed steps how they failed, and not what they were: a small model that sees its own program
 * writes it once more.
 */
function withoutFailures(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const retained: ChatMessage[] = [];
  const failures: ChatMessage[] = [];
  for (const message of messages) {
    if (message.role !== "tool" || message.failed !== true) {
      // What worked settles what failed before it.
      if (message.role === "tool") failures.length = 0;
      retained.push(message);
      continue;
    }
    const before = retained.at(-1);
    if (before?.role === "assistant" && before.content === "" && before.calls?.length === 1) {
      retained.pop();
    }
    const content = resultText(message);
    if (failures.every((one) => one.content !== content)) failures.push({ role: "user", content });
  }
  return [...retained, ...failures.slice(-MAX_FAILURES)];
}

function asShaped(message: ChatMessage, isRaw: boolean | undefined): ChatMessage {
  if (message.role === "tool") return { role: "user", content: resultText(message) };
  if (message.role !== "assistant") return message;
  const { content, calls = [] } = message;
  const text = content === "" && calls.length > 0 ? [] : [writeAnswer(content)];
  const actions = calls.map(({ name, arguments: args }) => writeAction(name, args, isRaw));
  // What stands in an argument may be a copy of foreign text.
  return { role: "assistant", content: neutralise([...text, ...actions].join("\n")) };
}

function resultText({ name, content, failed }: Extract<ChatMessage, { role: "tool" }>): string {
  const remedy = NO_FILE.test(content) ? AFTER_NO_FILE : AFTER_FAILURE;
  const next = NETWORK.test(content) ? AFTER_NETWORK : remedy;
  if (failed === true) return `A step with ${name} failed:\n${content}\n${next}`;
  return content === NO_OUTPUT ? AFTER_SILENCE : `Result:\n${content}`;
}

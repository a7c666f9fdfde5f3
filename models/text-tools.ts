/** Tools for a model whose server takes none: everything that concerns them becomes text. */
import type { ToolCall, ToolSchema } from "#core/calls.ts";
import type { ChatMessage, ChatRequest } from "./provider.ts";

/**
 * The same request without `tools`: the system message says what there is and how to call it, and
 * earlier calls and results stand in the conversation as text, because the templates of such models
 * leave messages of tools out. What the model writes is found by the extractor like any embedded call.
 */
export function withTextTools(request: ChatRequest): ChatRequest {
  if (request.tools.length === 0) return request;
  const [first, ...rest] = request.messages;
  const instructions = describeTools(request.tools);
  const messages: readonly ChatMessage[] =
    first?.role === "system"
      ? [{ role: "system", content: `${first.content}\n\n${instructions}` }, ...rest]
      : [{ role: "system", content: instructions }, ...request.messages];
  return { ...request, tools: [], messages: joinResults(messages.map(asText)) };
}

function describeTools(tools: readonly ToolSchema[]): string {
  return [
    "You can call tools. To call one, write exactly this, outside of any code block, and end your answer there:",
    writeCall({ name: "NAME", arguments: { KEY: "VALUE" } }),
    "The result comes in the next message. The tools, each with the JSON Schema of its arguments:",
    ...tools.map(
      ({ name, description, parameters }) =>
        `- ${name}: ${description} ${JSON.stringify(parameters)}`,
    ),
  ].join("\n");
}

function writeCall({ name, arguments: args }: Omit<ToolCall, "id">): string {
  return `<tool_call>\n${JSON.stringify({ name, arguments: args })}\n</tool_call>`;
}

function asText(message: ChatMessage): ChatMessage {
  if (message.role === "tool") {
    const { name, content } = message;
    return { role: "user", content: `<tool_response>\n${name}: ${content}\n</tool_response>` };
  }
  if (message.role !== "assistant" || message.calls === undefined) return message;
  const parts = [message.content, ...message.calls.map(writeCall)];
  return { role: "assistant", content: parts.filter((part) => part !== "").join("\n") };
}

/** Several results become one message: many templates insist that user and assistant take turns. */
function joinResults(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const joined: ChatMessage[] = [];
  for (const message of messages) {
    const last = joined.at(-1);
    if (last !== undefined && isResult(last) && isResult(message)) {
      joined[joined.length - 1] = { role: "user", content: `${last.content}\n${message.content}` };
    } else {
      joined.push(message);
    }
  }
  return joined;
}

function isResult({ role, content }: ChatMessage): boolean {
  return role === "user" && content.startsWith("<tool_response>");
}

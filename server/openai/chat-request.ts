/**
 * What an OpenAI client sends, as far as it means something here. Fields that would change what comes back are
 * refused; hints to a model that we do not pass on are not.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/create
 */
import { z } from "zod";
import type { ToolCall } from "#core/calls.ts";
import type { CompletionRequest } from "#room/persona-completion.ts";

/** Who is asked: the whole room, or one persona. */
type Addressee = { readonly kind: "room" } | { readonly kind: "persona"; readonly id: string };

export interface ChatCompletion extends Omit<CompletionRequest, "persona"> {
  readonly to: Addressee;
  /** As it was sent. */
  readonly model: string;
  readonly isStreamed: boolean;
  /** The last chunk of a stream tells what it took. */
  readonly countsUsage: boolean;
}

/** A field that is wrong, for a person. */
export interface Unfit {
  readonly param: string;
  readonly message: string;
}

type Content = string | readonly { readonly text: string }[];

interface Call {
  readonly id: string;
  readonly function: { readonly name: string; readonly arguments: string };
}

type Message =
  | { readonly role: "system" | "developer"; readonly content: Content }
  | { readonly role: "user"; readonly content: Content }
  | {
      readonly role: "assistant";
      readonly content?: Content | null | undefined;
      readonly tool_calls?: readonly Call[] | null | undefined;
    }
  | { readonly role: "tool"; readonly tool_call_id: string; readonly content: Content };

interface ToolEntry {
  readonly function: {
    readonly name: string;
    readonly description?: string | null | undefined;
    readonly parameters?: Readonly<Record<string, unknown>> | null | undefined;
  };
}

interface ChatRequestBody {
  readonly model: string;
  readonly messages: readonly Message[];
  readonly tools?: readonly ToolEntry[] | null | undefined;
  readonly tool_choice?: "auto" | "none" | null | undefined;
  readonly stream?: boolean | null | undefined;
  readonly stream_options?:
    | { readonly include_usage?: boolean | null | undefined }
    | null
    | undefined;
  readonly temperature?: number | null | undefined;
  readonly max_tokens?: number | null | undefined;
  readonly max_completion_tokens?: number | null | undefined;
}

const part = z.looseObject({ type: z.literal("text"), text: z.string() });
const content: z.ZodType<Content> = z.union([z.string(), z.array(part).max(1000)]);
const call: z.ZodType<Call> = z.looseObject({
  id: z.string().min(1).max(200),
  type: z.literal("function"),
  function: z.looseObject({ name: z.string().min(1).max(200), arguments: z.string() }),
});
const message: z.ZodType<Message> = z.discriminatedUnion("role", [
  z.looseObject({ role: z.enum(["system", "developer"]), content }),
  z.looseObject({ role: z.literal("user"), content }),
  z.looseObject({
    role: z.literal("assistant"),
    content: content.nullish(),
    tool_calls: z.array(call).max(1000).nullish(),
  }),
  z.looseObject({ role: z.literal("tool"), tool_call_id: z.string().min(1), content }),
]);
const tool: z.ZodType<ToolEntry> = z.looseObject({
  type: z.literal("function"),
  function: z.looseObject({
    name: z.string().regex(/^[\w-]{1,64}$/),
    description: z.string().nullish(),
    parameters: z.record(z.string(), z.unknown()).nullish(),
  }),
});
const only = (value: string): z.ZodType => z.looseObject({ type: z.literal(value) });

export const chatRequestSchema: z.ZodType<ChatRequestBody> = z.looseObject({
  model: z.string().min(1).max(200),
  messages: z.array(message).min(1).max(10_000),
  tools: z.array(tool).max(128).nullish(),
  tool_choice: z.enum(["auto", "none"]).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  max_tokens: z.int().min(1).nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
  // Nothing but the plain one answer in plain text can be had.
  n: z.literal(1).nullish(),
  stop: z.null().optional(),
  logprobs: z.literal(false).nullish(),
  response_format: only("text").nullish(),
});

/** @returns what is asked, or what is wrong with it. */
export function readChatRequest(body: unknown): ChatCompletion | Unfit {
  const parsed = chatRequestSchema.safeParse(body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return { param: issue?.path.join(".") ?? "", message: issue?.message ?? "unreadable" };
  }
  const { model, messages, stream, stream_options, temperature, ...rest } = parsed.data;
  const to = addresseeOf(model);
  if (to === undefined) return { param: "model", message: "name room or persona:ID" };
  const conversation = conversationOf(messages);
  if ("message" in conversation) return conversation;
  const tools = rest.tool_choice === "none" ? [] : (rest.tools ?? []);
  if (to.kind === "room" && (tools.length > 0 || conversation.hasResults)) {
    return { param: "tools", message: "tools of your own need a model of the form persona:ID" };
  }
  return {
    ...{ to, model, ...conversation },
    isStreamed: stream === true,
    countsUsage: stream_options?.include_usage === true,
    tools: tools.map(({ function: { name, description, parameters } }) => ({
      ...{ name, description: description ?? "" },
      parameters: parameters ?? { type: "object", properties: {} },
    })),
    temperature: temperature ?? undefined,
    maxTokens: rest.max_completion_tokens ?? rest.max_tokens ?? undefined,
  };
}

function addresseeOf(model: string): Addressee | undefined {
  if (model === "room") return { kind: "room" };
  const [, id] = /^persona:([\w-]{1,64})$/.exec(model) ?? [];
  return id === undefined ? undefined : { kind: "persona", id };
}

type RequestMessage = CompletionRequest["messages"][number];

interface Conversation extends Pick<CompletionRequest, "instructions" | "messages"> {
  readonly hasResults: boolean;
}

function conversationOf(messages: readonly Message[]): Unfit | Conversation {
  const instructions: string[] = [];
  const requestMessages: RequestMessage[] = [];
  const names = new Map<string, string>();
  for (const message of messages) {
    const { role } = message;
    if (role === "system" || role === "developer") instructions.push(textOf(message.content));
    else {
      const one = requestMessage(message, names);
      if (one === undefined) return { param: "messages", message: "a result belongs to no call" };
      requestMessages.push(one);
    }
  }
  const last = requestMessages.at(-1)?.role;
  if (last === "user" || last === "tool") {
    return { instructions, messages: requestMessages, hasResults: names.size > 0 };
  }
  return { param: "messages", message: "the last message is of a user or a tool" };
}

/** @param names of the tools that were called, by the ids of the calls. */
function requestMessage(message: Message, names: Map<string, string>): RequestMessage | undefined {
  const content = textOf(message.content);
  if (message.role === "tool") {
    const { tool_call_id: callId } = message;
    const name = names.get(callId);
    return name === undefined ? undefined : { role: "tool", callId, name, content };
  }
  if (message.role !== "assistant") return { role: "user", content };
  const calls = (message.tool_calls ?? []).map(callOf);
  for (const { id, name } of calls) names.set(id, name);
  return { role: "assistant", content, ...(calls.length > 0 ? { calls } : {}) };
}

function textOf(content: Content | null | undefined): string {
  if (typeof content === "string") return content;
  return (content ?? []).map(({ text }) => text).join("");
}

function callOf({ id, function: { name, arguments: written } }: Call): ToolCall {
  return { id, name, arguments: parsedArguments(written) };
}

/** What a model wrote for arguments need not be JSON; then it stays what it is. */
function parsedArguments(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Requests as OpenAI's clients write them, in the types of the library. */
import { z } from "zod";
import { gbnfOf } from "../../gbnf.ts";
import { grammarSchema } from "./grammar-schema.ts";
import type { FunctionCall, Functions, HistoryItem } from "./library.ts";

/** One requested completion. */
export interface CompletionRequest {
  readonly model: string;
  readonly history: readonly HistoryItem[];
  /** The tools with their whole schemas, by name. */
  readonly schemas: Readonly<Record<string, unknown>>;
  /** What may be called; absent: nothing. */
  readonly functions: Functions | undefined;
  /** The same for the prompt: with the schemas as they came, without what a grammar needs. */
  readonly declared: Functions | undefined;
  /** A call must come. */
  readonly mustCall: boolean;
  /** The whole answer is held to this grammar, and nothing is called. */
  readonly grammar: string | undefined;
  readonly isStream: boolean;
  readonly maxTokens: number | undefined;
  readonly temperature: number | undefined;
  readonly topP: number | undefined;
  readonly seed: number | undefined;
}

const callSchema = z.object({
  id: z.string(),
  function: z.object({ name: z.string(), arguments: z.string() }),
});

// Servers and clients write null for what is absent, and text as a list of parts.
const textSchema = z
  .union([z.string(), z.array(z.object({ text: z.string().default("") }))])
  .nullish()
  .transform((content) =>
    typeof content === "object" && content !== null
      ? content.map(({ text }) => text).join("")
      : (content ?? ""),
  );

const messageSchema = z.discriminatedUnion("role", [
  z.object({ role: z.literal("system"), content: textSchema }),
  z.object({ role: z.literal("developer"), content: textSchema }),
  z.object({ role: z.literal("user"), content: textSchema }),
  z.object({ role: z.literal("tool"), content: textSchema, tool_call_id: z.string() }),
  z.object({
    role: z.literal("assistant"),
    content: textSchema,
    tool_calls: z.array(callSchema).nullish(),
  }),
]);

type Message = z.infer<typeof messageSchema>;

const choiceSchema = z.union([
  z.enum(["auto", "none", "required"]),
  z.object({ function: z.object({ name: z.string() }) }),
]);

const requestSchema = z.object({
  model: z.string().default(""),
  messages: z.array(messageSchema).min(1),
  tools: z
    .array(
      z.object({
        function: z.object({
          name: z.string(),
          description: z.string().default(""),
          parameters: z.record(z.string(), z.unknown()).default({}),
        }),
      }),
    )
    .nullish(),
  tool_choice: choiceSchema.nullish(),
  stream: z.boolean().nullish(),
  max_tokens: z.int().min(1).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  seed: z.int().nullish(),
  /** As llama.cpp's server has it: a grammar in its own language. */
  grammar: z.string().nullish(),
  response_format: z
    .discriminatedUnion("type", [
      z.object({ type: z.literal("text") }),
      // llama.cpp takes a schema here, too.
      z.object({ type: z.literal("json_object"), schema: z.unknown().optional() }),
      z.object({ type: z.literal("json_schema"), json_schema: z.object({ schema: z.unknown() }) }),
    ])
    .nullish(),
});

type Format = z.infer<typeof requestSchema>["response_format"];

/** @throws {z.ZodError} when it is not such a request. */
export function readRequest(body: unknown): CompletionRequest {
  const request = requestSchema.parse(body);
  const choice = request.tool_choice ?? "auto";
  const only = typeof choice === "object" ? choice.function.name : undefined;
  const all = (request.tools ?? []).map((tool) => tool.function);
  const tools =
    choice === "none" ? [] : all.filter(({ name }) => only === undefined || name === only);
  const grammar = request.grammar ?? grammarOf(request.response_format);
  const isFree = grammar === undefined;
  const functionsWith = (write: (parameters: unknown) => unknown): Functions | undefined => {
    if (tools.length === 0) return undefined;
    const each = tools.map(({ name, description, parameters }) => {
      const params = write({ type: "object", ...parameters });
      return [name, { description, params }] as const;
    });
    return Object.fromEntries(each);
  };
  return {
    model: request.model,
    history: historyOf(request.messages),
    schemas: Object.fromEntries(tools.map(({ name, parameters }) => [name, parameters])),
    functions: isFree ? functionsWith(grammarSchema) : undefined,
    declared: functionsWith((parameters) => parameters),
    mustCall: isFree && choice !== "auto" && tools.length > 0,
    grammar,
    isStream: request.stream === true,
    maxTokens: request.max_tokens ?? undefined,
    temperature: request.temperature ?? undefined,
    topP: request.top_p ?? undefined,
    seed: request.seed ?? undefined,
  };
}

/** @see https://platform.openai.com/docs/api-reference/chat/create#chat_create-response_format */
function grammarOf(format: Format): string | undefined {
  switch (format?.type) {
    case "json_schema":
      return gbnfOf(format.json_schema.schema);
    case "json_object":
      return gbnfOf(format.schema ?? { type: "object" });
    default:
      return undefined;
  }
}

/** Calls and their results are one item here; text of the model behind them is the same turn. */
function historyOf(messages: readonly Message[]): readonly HistoryItem[] {
  const results = new Map(
    messages.flatMap((one) => (one.role === "tool" ? [[one.tool_call_id, one.content]] : [])),
  );
  const history: HistoryItem[] = [];
  for (const message of messages) {
    if (message.role === "tool") continue;
    if (message.role !== "assistant") {
      const type = message.role === "user" ? "user" : "system";
      history.push({ type, text: message.content });
      continue;
    }
    const last = history.at(-1);
    const before = last?.type === "model" ? last.response : [];
    if (last?.type === "model") history.pop();
    const calls = (message.tool_calls ?? []).map((call) => functionCall(call, results));
    const text = message.content === "" ? [] : [message.content];
    history.push({ type: "model", response: [...before, ...text, ...calls] });
  }
  return history;
}

function functionCall(
  { id, function: { name, arguments: args } }: z.infer<typeof callSchema>,
  results: ReadonlyMap<string, string>,
): FunctionCall {
  const params = z.json().safeParse(parse(args));
  return {
    type: "functionCall",
    name,
    params: params.data ?? args,
    result: results.get(id) ?? "",
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // the model wrote no JSON, and reads again what it wrote
  }
}

/** Requests as OpenAI's clients write them, in the words of the library. */
import { z } from "zod";
import { grammarSchema } from "./grammar-schema.ts";
import type { FunctionCall, Functions, HistoryItem } from "./library.ts";

/** One completion that is asked for. */
export interface CompletionRequest {
  readonly model: string;
  readonly history: readonly HistoryItem[];
  /** The tools with their whole schemas, by name. */
  readonly schemas: Readonly<Record<string, unknown>>;
  /** What may be called; absent: nothing. */
  readonly functions: Functions | undefined;
  /** A call must come. */
  readonly mustCall: boolean;
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
});

/** @throws {z.ZodError} when it is no such request. */
export function readRequest(body: unknown): CompletionRequest {
  const request = requestSchema.parse(body);
  const choice = request.tool_choice ?? "auto";
  const only = typeof choice === "object" ? choice.function.name : undefined;
  const all = (request.tools ?? []).map((tool) => tool.function);
  const tools =
    choice === "none" ? [] : all.filter(({ name }) => only === undefined || name === only);
  const functions = tools.map(
    ({ name, description, parameters }) =>
      [name, { description, params: grammarSchema({ type: "object", ...parameters }) }] as const,
  );
  return {
    model: request.model,
    history: historyOf(request.messages),
    schemas: Object.fromEntries(tools.map(({ name, parameters }) => [name, parameters])),
    functions: functions.length === 0 ? undefined : Object.fromEntries(functions),
    mustCall: choice !== "auto" && functions.length > 0,
    isStream: request.stream === true,
    maxTokens: request.max_tokens ?? undefined,
    temperature: request.temperature ?? undefined,
    topP: request.top_p ?? undefined,
    seed: request.seed ?? undefined,
  };
}

/** Calls and their results stand in one place here; what the model said behind them is the same turn. */
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

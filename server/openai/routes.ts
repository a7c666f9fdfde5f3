/**
 * The interface that every OpenAI client speaks: the room and each persona as models.
 *
 * @see https://platform.openai.com/docs/api-reference/chat
 */
import type { Context } from "hono";
import type { ToolCall } from "#core/calls.ts";
import type { Usage } from "#core/events.ts";
import type { Routes } from "../api/routes.ts";
import { eventStream, type ServerEvent } from "../http/event-stream.ts";
import type { OpenTurns } from "../http/open-turns.ts";
import { problem } from "../http/problem.ts";
import type { RequestEnv } from "../http/request-env.ts";
import { type AnswerEvent, type AnswerParts, answerTo } from "./answer.ts";
import { type ChatCompletion, chatRequestSchema, readChatRequest } from "./chat-request.ts";

export interface OpenAiParts extends AnswerParts {
  readonly turns: OpenTurns;
  /** Milliseconds since the epoch. @default the clock */
  readonly now?: (() => number) | undefined;
}

export function openAiRoutes(routes: Routes, parts: OpenAiParts): void {
  const { now = Date.now, turns } = parts;
  routes.add(
    {
      ...{ method: "get", path: "/v1/models", scope: "read" },
      summary: "The room and its personas, as an OpenAI client lists models",
      answers: { 200: { description: "A list of models.", shape: "models" } },
    },
    async (context) => {
      const { personas } = await parts.completions();
      const ids = ["room", ...personas.map(({ id }) => `persona:${id}`)];
      const data = ids.map((id) => ({ id, object: "model", created: 0, owned_by: "org" }));
      return context.json({ object: "list", data });
    },
  );
  routes.add(
    {
      ...{ method: "post", path: "/v1/chat/completions", scope: "run" },
      summary: "An answer of the room or of a persona, complete or as a stream of chunks",
      body: chatRequestSchema,
      answers: {
        200: { description: "With stream: chunks as server-sent events.", shape: "completion" },
      },
    },
    async (context, { body }) => {
      const request = readChatRequest(body);
      if ("param" in request) {
        return context.json(problem("INPUT_INVALID", request.message, request.param), 400);
      }
      if (turns.isLeaving) return context.json(problem("HOME_BUSY", "this one is leaving"), 503);
      const stop = new AbortController();
      const signal = AbortSignal.any([context.req.raw.signal, stop.signal]);
      const events = turns.during(answerTo(parts, request, signal));
      const head = {
        id: `chatcmpl-${context.get("requestId")}`,
        created: Math.floor(now() / 1000),
        model: request.model,
      };
      if (!request.isStreamed) return context.json(await wholeOf(events, head));
      return await streamOf(context, { routes, request: request, events, stop, head });
    },
  );
}

interface Head {
  readonly id: string;
  readonly created: number;
  readonly model: string;
}

async function wholeOf(events: AsyncIterable<AnswerEvent>, head: Head): Promise<unknown> {
  let content = "";
  for await (const event of events) {
    if (event.type === "text") content += event.text;
    else {
      const { calls, reason, usage } = event;
      const asks = calls.length > 0 ? { tool_calls: calls.map(callOf) } : {};
      const text = content === "" && calls.length > 0 ? null : content;
      const message = { role: "assistant", content: text, refusal: null, ...asks };
      const choices = [{ index: 0, message, logprobs: null, finish_reason: reason }];
      return { ...head, object: "chat.completion", choices, usage: usageOf(usage) };
    }
  }
  throw new Error("An answer ended without saying so");
}

interface Streamed {
  readonly routes: Routes;
  readonly request: ChatCompletion;
  readonly events: AsyncGenerator<AnswerEvent, void>;
  readonly stop: AbortController;
  readonly head: Head;
}

/** What fails before the first word is told by its status; what fails later, within the stream. */
async function streamOf(
  context: Context<RequestEnv>,
  { routes, request, events, stop, head }: Streamed,
): Promise<Response> {
  const first = await events.next();
  const failure = async (error: unknown): Promise<ServerEvent> => {
    const answer = routes.failed(context, error);
    return { data: await answer.json() };
  };
  const chunks = chunksOf(first, events, { request: request, head, failure });
  return eventStream(chunks, { stop, report: routes.report });
}

interface Chunking {
  readonly request: ChatCompletion;
  readonly head: Head;
  readonly failure: (error: unknown) => Promise<ServerEvent>;
}

async function* chunksOf(
  first: IteratorResult<AnswerEvent, void>,
  rest: AsyncGenerator<AnswerEvent, void>,
  { request: { countsUsage }, head, failure }: Chunking,
): AsyncGenerator<ServerEvent, void> {
  const chunk = (delta: object, finish_reason: string | null = null): ServerEvent => {
    const choices = [{ index: 0, delta, logprobs: null, finish_reason }];
    const counted = countsUsage ? { usage: null } : {};
    return { data: { ...head, object: CHUNK, choices, ...counted } };
  };
  yield chunk({ role: "assistant", content: "" });
  try {
    for (let next = first; next.done !== true; next = await rest.next()) {
      const event = next.value;
      if (event.type === "text") yield chunk({ content: event.text });
      else {
        for (const [index, call] of event.calls.entries()) {
          yield chunk({ tool_calls: [{ index, ...callOf(call) }] });
        }
        yield chunk({}, event.reason);
        const usage = usageOf(event.usage);
        if (countsUsage) yield { data: { ...head, object: CHUNK, choices: [], usage } };
      }
    }
    yield { text: "[DONE]" };
  } catch (error) {
    yield await failure(error);
  } finally {
    await rest.return();
  }
}

const CHUNK = "chat.completion.chunk";

function callOf({ id, name, arguments: args }: ToolCall): object {
  const written = typeof args === "string" ? args : JSON.stringify(args ?? {});
  return { id, type: "function", function: { name, arguments: written } };
}

function usageOf({ promptTokens, completionTokens, cachedTokens }: Usage): object {
  const cached = { prompt_tokens_details: { cached_tokens: cachedTokens } };
  return {
    ...(cachedTokens === undefined ? {} : cached),
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}

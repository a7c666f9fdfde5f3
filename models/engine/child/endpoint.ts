/** The endpoint of the engine: what OpenAI's clients expect of a server, on the loopback, for clients with the token. */
import { z } from "zod";
import { reasonOf } from "#core/errors.ts";
import {
  ContextExceeded,
  type InferenceEnd,
  type InferenceEvent,
  type InferenceSession,
  type InferredCall,
  type LoadedModel,
  ShapeRefused,
} from "./inference-session.ts";
import { type CompletionRequest, readRequest } from "./request.ts";
import { failure, hasToken } from "./token-check.ts";

export interface EndpointOptions {
  /** Name of the only model. */
  readonly model: string;
  readonly token: string;
  readonly speaker: InferenceSession;
}

/** Serves until the process ends. @returns the port. */
export function serveEndpoint(options: EndpointOptions): number {
  const { model, speaker, token } = options;
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0, // the default ends a quiet stream after 10 s
    development: false,
    fetch: async (request) => {
      const { pathname } = new URL(request.url);
      if (!hasToken(request, token)) return failure(401, "wrong_token", "the token is wrong");
      if (pathname === "/v1/models") return Response.json(listOf(model, speaker));
      if (pathname === "/v1/chat/completions" && request.method === "POST") {
        return await complete(request, options);
      }
      return failure(404, "not_found", `there is no ${pathname}`);
    },
  });
  return server.port ?? 0;
}

/** `slots`: how many conversations are kept, so that none reads its beginning again. */
function listOf(id: string, { contextTokens, slots, parameters }: LoadedModel): object {
  const size = { context_length: contextTokens, slots, parameters_billions: parameters / 1e9 };
  // As llama.cpp has it.
  const meta = { n_params: parameters };
  return { object: "list", data: [{ id, object: "model", owned_by: "org", ...size, meta }] };
}

async function complete(http: Request, options: EndpointOptions): Promise<Response> {
  const { model } = options;
  let request: CompletionRequest;
  try {
    request = readRequest(await http.json());
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : reasonOf(error);
    return failure(400, "invalid_request", why);
  }
  if (request.model !== model) {
    return failure(404, "model_not_found", `model "${request.model}" not found; there is ${model}`);
  }
  const answer = new Answer(request, options);
  return request.isStream ? await answer.stream(http.signal) : await answer.whole(http.signal);
}

type Fields = Readonly<Record<string, unknown>>;

/** One answer, as chunks or in one piece. */
class Answer {
  readonly #request: CompletionRequest;
  readonly #speaker: InferenceSession;
  readonly #head: Fields;
  #calls = 0;

  constructor(request: CompletionRequest, { model, speaker }: EndpointOptions) {
    this.#request = request;
    this.#speaker = speaker;
    const created = Math.floor(Date.now() / 1000);
    this.#head = { id: `chatcmpl-${crypto.randomUUID()}`, created, model };
  }

  /** A client that closes the stream stops the model. */
  async stream(signal: AbortSignal): Promise<Response> {
    const disconnect = new AbortController();
    const either = AbortSignal.any([signal, disconnect.signal]);
    // Before the first word a status can still be sent.
    const begun = Promise.withResolvers<Response | undefined>();
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        const send = (data: string): void => {
          begun.resolve(undefined);
          if (!either.aborted) controller.enqueue(ENCODER.encode(`data: ${data}\n\n`));
        };
        void this.#speakTo(send, either)
          .then(() => either.aborted || controller.close())
          .catch((error: unknown) => begun.resolve(refusal(error)));
      },
      cancel: () => disconnect.abort(new Error("the client has left")),
    });
    const headers = { "content-type": "text/event-stream", "cache-control": "no-store" };
    return (await begun.promise) ?? new Response(body, { headers });
  }

  async whole(signal: AbortSignal): Promise<Response> {
    const events: InferenceEvent[] = [];
    try {
      await this.#speaker.speak(this.#request, (one) => void events.push(one), signal);
    } catch (error) {
      return refusal(error);
    }
    const text = (type: "text" | "reasoning") =>
      events.map((one) => (one.type === type ? one.text : "")).join("");
    const calls = events.flatMap((one) => (one.type === "call" ? [this.#call(one)] : []));
    const end = events.at(-1);
    if (end?.type !== "end") throw new Error("An answer without an end");
    const message = {
      role: "assistant",
      content: text("text"),
      reasoning_content: text("reasoning") || undefined,
      tool_calls: calls.length === 0 ? undefined : calls,
    };
    return Response.json({
      ...this.#head,
      object: "chat.completion",
      choices: [{ index: 0, message, finish_reason: end.reason }],
      usage: usageOf(end),
    });
  }

  /** @throws what went wrong before the first word. */
  async #speakTo(send: (data: string) => void, signal: AbortSignal): Promise<void> {
    let hasSent = false;
    const say = (event: InferenceEvent): void => {
      hasSent = true;
      this.#send(event, send);
    };
    try {
      await this.#speaker.speak(this.#request, say, signal);
    } catch (error) {
      if (!hasSent) throw error;
      if (!signal.aborted) {
        send(JSON.stringify({ error: { message: reasonOf(error), code: "engine_error" } }));
      }
    }
    send("[DONE]");
  }

  #send(event: InferenceEvent, send: (data: string) => void): void {
    const chunk = (delta: Fields, finish: string | null = null, more: Fields = {}): void =>
      send(
        JSON.stringify({
          ...this.#head,
          object: "chat.completion.chunk",
          choices: [{ index: 0, delta, finish_reason: finish }],
          ...more,
        }),
      );
    if (event.type === "text") chunk({ content: event.text });
    else if (event.type === "reasoning") chunk({ reasoning_content: event.text });
    else if (event.type === "call") chunk({ tool_calls: [this.#call(event)] });
    else chunk({}, event.reason, { usage: usageOf(event) });
  }

  #call({ name, arguments: args }: InferredCall): object {
    const index = this.#calls;
    this.#calls += 1;
    const id = `call_${crypto.randomUUID().slice(0, 8)}`;
    return { index, id, type: "function", function: { name, arguments: JSON.stringify(args) } };
  }
}

const ENCODER = new TextEncoder();

function usageOf(end: InferenceEnd): object {
  const { promptTokens: prompt, completionTokens: completion } = end;
  return {
    prompt_tokens: prompt,
    prompt_tokens_details: { cached_tokens: end.cachedTokens },
    completion_tokens: completion,
    total_tokens: prompt + completion,
  };
}

function refusal(error: unknown): Response {
  if (error instanceof ShapeRefused) return failure(400, "invalid_request", error.message);
  if (!(error instanceof ContextExceeded)) return failure(500, "engine_error", reasonOf(error));
  return failure(400, "context_length_exceeded", error.message);
}

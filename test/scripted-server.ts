/**
 * A model server with a script: real HTTP on a free loopback port, speaking the OpenAI
 * chat-completions stream. Give it a list of answers, used in order, or a function that looks at the
 * request.
 *
 *     await using server = scriptedServer([call("sh", { cmd: "ls" }), say("There are two files.")]);
 *     ... run the program with OLLAMA_BASE=server.url ...
 *     expect(server.requests[1]?.body.messages.at(-1)).toMatchObject({ role: "tool" });
 */
import type { ToolSchema } from "#core/calls.ts";
import type { Answer, ScriptedCall, Step } from "./scripted-answers.ts";
import { slices } from "./scripted-answers.ts";

/** The body of a chat-completions request, as far as tests look at it. */
export interface ChatBody {
  readonly model: string;
  readonly messages: readonly {
    readonly role: string;
    readonly content: string | null;
    readonly tool_call_id?: string;
    readonly name?: string;
    readonly tool_calls?: readonly {
      readonly id: string;
      readonly type: string;
      readonly function: { readonly name: string; readonly arguments: string };
    }[];
  }[];
  readonly tools?: readonly { readonly type: string; readonly function: ToolSchema }[];
  readonly stream_options?: { readonly include_usage?: boolean };
  readonly [key: string]: unknown;
}

export interface RecordedRequest {
  /** From 0, in order of arrival. */
  readonly index: number;
  readonly headers: Headers;
  readonly body: ChatBody;
  /** Resolves when the client closed the connection before the answer was over. */
  readonly closed: Promise<void>;
  /** Resolves when the answer is over, however it ended. */
  readonly over: Promise<void>;
}

export type Script = readonly Answer[] | ((request: RecordedRequest) => Answer | Promise<Answer>);

export interface ScriptedServer extends AsyncDisposable {
  /** Without a slash at the end, for example "http://127.0.0.1:40123". */
  readonly url: string;
  /** Every chat request so far. */
  readonly requests: readonly RecordedRequest[];
  /** Requests that the script did not foresee; disposing the server throws when there are any. */
  readonly failures: string[];
  /** Resolves with the request of that index as soon as it has arrived. */
  request(index: number): Promise<RecordedRequest>;
}

export interface ScriptedServerOptions {
  /** What `GET /v1/models` lists; default `["m"]`. */
  readonly models?: readonly string[];
  /** @default a free one */
  readonly port?: number;
}

/** @throws on disposal when a request came that the script did not foresee. */
export function scriptedServer(
  script: Script,
  options: ScriptedServerOptions = {},
): ScriptedServer {
  const requests: RecordedRequest[] = [];
  const failures: string[] = [];
  const waiting: { readonly index: number; readonly resolve: (r: RecordedRequest) => void }[] = [];

  async function chat(request: Request, path: string): Promise<Response> {
    const { recorded, ended } = await record(request, requests.length);
    requests.push(recorded);
    for (const waiter of waiting) if (waiter.index === recorded.index) waiter.resolve(recorded);
    const answer = typeof script === "function" ? await script(recorded) : script[recorded.index];
    if (answer !== undefined) return respondWith(answer, { recorded, ended });
    const said = `The script has no answer for request ${recorded.index + 1} (POST ${path})`;
    failures.push(said);
    ended();
    return Response.json({ error: { message: said } }, { status: 500 });
  }

  const server = Bun.serve({
    port: options.port ?? 0,
    hostname: "127.0.0.1",
    idleTimeout: 0, // the default ends a quiet stream after 10 s
    development: false, // else a connection broken on purpose prints its stack
    fetch: (request) => {
      const path = new URL(request.url).pathname;
      if (path === "/v1/chat/completions" && request.method === "POST") return chat(request, path);
      if (path === "/v1/models") return Response.json(modelList(options.models ?? ["m"]));
      return Response.json({ error: { message: `no route ${path}` } }, { status: 404 });
    },
  });

  return {
    url: `http://127.0.0.1:${server.port}`,
    requests,
    failures,
    request: async (index) => {
      const there = requests[index];
      if (there !== undefined) return there;
      const { promise, resolve } = Promise.withResolvers<RecordedRequest>();
      waiting.push({ index, resolve });
      return await promise;
    },
    [Symbol.asyncDispose]: async () => {
      await server.stop(true);
      if (failures.length > 0) throw new Error(failures.splice(0).join("\n"));
    },
  };
}

interface Exchange {
  readonly recorded: RecordedRequest;
  readonly ended: () => void;
}

async function record(request: Request, index: number): Promise<Exchange> {
  // A test server trusts its client: a body of another shape fails the test that sent it.
  const body = (await request.json()) as ChatBody;
  const closed = Promise.withResolvers<void>();
  const over = Promise.withResolvers<void>();
  request.signal.addEventListener("abort", () => {
    closed.resolve();
    over.resolve();
  });
  const recorded = {
    index,
    headers: request.headers,
    body,
    closed: closed.promise,
    over: over.promise,
  };
  return { recorded, ended: over.resolve };
}

function respondWith(answer: Answer, exchange: Exchange): Response {
  for (const step of answer.steps) {
    if (step.kind !== "response") continue;
    exchange.ended();
    const { status, headers, body } = step.response;
    return new Response(body, { status, headers });
  }
  const stream = new ReadableStream({
    // Unlike the default kind, a direct stream puts every flushed piece on the wire by itself.
    type: "direct",
    pull: async (controller) => {
      const writer = new AnswerWriter(exchange.recorded, async (bytes) => {
        controller.write(bytes);
        await controller.flush();
        await new Promise(setImmediate);
      });
      await writer.write(answer).finally(exchange.ended);
      controller.close();
    },
  });
  return new Response(stream, { headers: { "content-type": "text/event-stream" } });
}

/** Steps that make an answer one of the server's own, which gets an ending. */
const SPEAKS: ReadonlySet<Step["kind"]> = new Set(["delta", "call", "usage", "finish"]);

/** Turns one answer into chunks on the wire. */
class AnswerWriter {
  readonly #request: RecordedRequest;
  readonly #send: (bytes: Uint8Array | string) => Promise<void>;
  #calls = 0;
  #tokens = 0;

  constructor(request: RecordedRequest, send: (bytes: Uint8Array | string) => Promise<void>) {
    this.#request = request;
    this.#send = send;
  }

  async write(answer: Answer): Promise<void> {
    for (const step of answer.steps) {
      if (step.kind === "cut") return;
      await this.#step(step);
    }
    if (answer.steps.some((step) => SPEAKS.has(step.kind))) await this.#end(answer.steps);
  }

  async #step(step: Step): Promise<void> {
    switch (step.kind) {
      case "delta":
        return await this.#delta(step.delta);
      case "call":
        return await this.#call(step.call);
      case "bytes":
        return await this.#send(step.bytes);
      case "gate":
        step.gate.arrive();
        return await Promise.race([step.gate.opened, this.#request.closed]);
      case "hang":
        return await this.#request.closed;
      case "break":
        // A client that finds bytes and break at once hears only of the break (Bun's fetch does so).
        await Bun.sleep(20);
        throw new Error("The script breaks the connection here");
      default: // usage and finish belong to the end
    }
  }

  async #delta(delta: Readonly<Record<string, unknown>>): Promise<void> {
    const role = this.#tokens === 0 ? { role: "assistant" } : {};
    this.#tokens += 1;
    await this.#chunk([{ index: 0, delta: { ...role, ...delta }, finish_reason: null }]);
  }

  async #call(call: ScriptedCall): Promise<void> {
    const index = this.#calls;
    this.#calls += 1;
    const id = call.id ?? `call_${this.#request.index}_${index}`;
    const text =
      typeof call.arguments === "string" ? call.arguments : JSON.stringify(call.arguments);
    const [head = "", ...rest] = call.chunk === undefined ? [text] : slices(text, call.chunk);
    const first = { index, id, type: "function", function: { name: call.name, arguments: head } };
    await this.#delta({ tool_calls: [first] });
    for (const piece of rest) {
      await this.#delta({ tool_calls: [{ index, function: { arguments: piece } }] });
    }
  }

  async #end(steps: readonly Step[]): Promise<void> {
    const finish = steps.find((step) => step.kind === "finish");
    const reason = finish?.reason ?? (this.#calls > 0 ? "tool_calls" : "stop");
    await this.#chunk([{ index: 0, delta: {}, finish_reason: reason }]);
    if (this.#request.body.stream_options?.include_usage === true) {
      const counted = steps.find((step) => step.kind === "usage");
      const prompt_tokens = counted?.promptTokens ?? this.#request.body.messages.length;
      const completion_tokens = counted?.completionTokens ?? this.#tokens;
      const total_tokens = prompt_tokens + completion_tokens;
      const cached_tokens = counted?.cachedTokens;
      const prompt_tokens_details = cached_tokens === undefined ? undefined : { cached_tokens };
      const all = { prompt_tokens, completion_tokens, total_tokens, prompt_tokens_details };
      await this.#chunk([], { usage: all });
    }
    await this.#send("data: [DONE]\n\n");
  }

  async #chunk(
    choices: readonly unknown[],
    extra: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    const { model } = this.#request.body;
    const head = {
      id: `chatcmpl-${this.#request.index}`,
      object: "chat.completion.chunk",
      created: 0,
      model,
    };
    await this.#send(`data: ${JSON.stringify({ ...head, choices, ...extra })}\n\n`);
  }
}

function modelList(models: readonly string[]): unknown {
  return {
    object: "list",
    data: models.map((id) => ({ id, object: "model", owned_by: "library" })),
  };
}

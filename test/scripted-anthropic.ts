/** A server of Anthropic's Messages with a script: real HTTP on a free loopback port. */
import { type Asked, askedIn, type Pieces, responseOf } from "./scripted-pieces.ts";

export interface ScriptedAnthropic extends AsyncDisposable {
  readonly url: string;
  /** Requests for an answer so far. */
  readonly requests: readonly Asked[];
}

export interface AnthropicScript {
  /** @default one called "m" */
  readonly models?: readonly { readonly id: string; readonly max_input_tokens?: number }[];
  /** In order, or one for every request. */
  readonly answers?: readonly Pieces[] | (() => Pieces);
}

export function scriptedAnthropic(script: AnthropicScript): ScriptedAnthropic {
  const { models = [{ id: "m" }], answers = [] } = script;
  const requests: Asked[] = [];
  const answer = async (request: Request): Promise<Response> => {
    const asked = await askedIn(request);
    if (asked.path === "/v1/models") return Response.json({ data: models, has_more: false });
    const known = models.find(({ id }) => asked.path === `/v1/models/${id}`);
    if (known !== undefined) return Response.json(known);
    if (asked.path !== "/v1/messages") return new Response("Not found", { status: 404 });
    requests.push(asked);
    const next = typeof answers === "function" ? answers() : answers[requests.length - 1];
    if (next === undefined) throw new Error(`The script has no answer ${requests.length}`);
    return responseOf(next, request.signal);
  };
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    development: false,
    fetch: answer,
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    requests,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

/** The events of one whole answer: its blocks, and why it ended. */
export function message(
  blocks: readonly Block[],
  stop_reason = "end_turn",
): { readonly type: string }[] {
  return [
    start(),
    ...blocks.flatMap((block, index) => blockEvents(block, index)),
    { type: "message_delta", delta: { stop_reason }, usage: { output_tokens: 15 } } as {
      type: string;
    },
    { type: "message_stop" },
  ];
}

export type Block =
  | { readonly text: readonly string[] }
  | { readonly thinking: readonly string[] }
  | { readonly call: string; readonly id?: string; readonly json: readonly string[] };

export function start(): { readonly type: string } {
  const usage = { input_tokens: 20, cache_read_input_tokens: 5, output_tokens: 1 };
  return { type: "message_start", message: { role: "assistant", content: [], usage } } as {
    type: string;
  };
}

export function blockEvents(block: Block, index: number): { readonly type: string }[] {
  const begin = (content_block: object) => ({ type: "content_block_start", index, content_block });
  const delta = (one: object) => ({ type: "content_block_delta", index, delta: one });
  const stop = { type: "content_block_stop", index };
  if ("call" in block) {
    const head = { type: "tool_use", id: block.id ?? "toolu_1", name: block.call, input: {} };
    const pieces = block.json.map((partial_json) =>
      delta({ type: "input_json_delta", partial_json }),
    );
    return [begin(head), ...pieces, stop];
  }
  if ("text" in block) {
    const pieces = block.text.map((text) => delta({ type: "text_delta", text }));
    return [begin({ type: "text", text: "" }), ...pieces, stop];
  }
  const pieces = block.thinking.map((thinking) => delta({ type: "thinking_delta", thinking }));
  const signature = delta({ type: "signature_delta", signature: "EqQBCgIYAhIM" });
  return [begin({ type: "thinking", thinking: "" }), ...pieces, signature, stop];
}

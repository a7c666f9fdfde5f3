/** A model server for the soak: answers, thinking, calls of tools and long streams in turn, and it remembers nothing. */
import { z } from "zod";

const bodySchema = z.object({
  messages: z.array(z.object({ role: z.string(), content: z.string().nullish() })),
});

export interface SoakModel extends AsyncDisposable {
  readonly url: string;
}

/** What is said in turn to whom asks with a message of a user; after a result the answer is short. */
const TURNS: readonly ((count: number) => readonly Delta[])[] = [
  () => [{ content: "A short answer." }],
  (count) => [call("sh", { cmd: `seq 1 ${200 + (count % 300)}` })],
  (count) => words(200 + (count % 200)),
  () => [{ reasoning_content: "Hm. " }, { content: "After some thought." }],
  (count) => [call("python_run", { code: `print(sum(range(${count})))` })],
  () => [call("sh", { cmd: "echo token: AKIA; exit 3" })],
  () => [{ content: "```python\nprint(1)\n```\n@@missing it is done." }],
];

type Delta = Readonly<Record<string, unknown>>;

function call(name: string, args: unknown): Delta {
  const given = { name, arguments: JSON.stringify(args) };
  return { tool_calls: [{ index: 0, id: crypto.randomUUID(), type: "function", function: given }] };
}

function words(count: number): readonly Delta[] {
  return Array.from({ length: count }, (_, index) => ({ content: `word${index} ` }));
}

/** Answers on a free port of loopback until it is disposed. */
export function soakModel(): SoakModel {
  let count = 0;
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    routes: {
      "/v1/models": Response.json({ data: [{ id: "m", object: "model" }] }),
      "/v1/chat/completions": {
        POST: async (request) => {
          const { messages } = bodySchema.parse(await request.json());
          count += 1;
          const isResult = messages.at(-1)?.role === "tool";
          const deltas = isResult
            ? [{ content: "That is the result." }]
            : (TURNS[count % TURNS.length]?.(count) ?? []);
          return new Response(streamOf(deltas), {
            headers: { "content-type": "text/event-stream" },
          });
        },
      },
    },
    fetch: () => new Response("not found", { status: 404 }),
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

function streamOf(deltas: readonly Delta[]): string {
  const calls = deltas.some((delta) => "tool_calls" in delta);
  const chunks = [
    ...deltas.map((delta) => ({ choices: [{ index: 0, delta }] })),
    { choices: [{ index: 0, delta: {}, finish_reason: calls ? "tool_calls" : "stop" }] },
    { choices: [], usage: { prompt_tokens: 100, completion_tokens: deltas.length } },
  ];
  return `${chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join("")}data: [DONE]\n\n`;
}

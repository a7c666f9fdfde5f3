/** A server that speaks the protocol of a model server and says what it was given: for tests of the bench itself. */
import { z } from "zod";

const bodySchema = z.record(z.string(), z.unknown());

export interface FakeModel extends AsyncDisposable {
  readonly url: string;
  /** The bodies of the requests for an answer, in their order. */
  readonly requests: readonly Record<string, unknown>[];
}

/** @param answers its answers, in their order; afterwards the last one again. */
export function fakeModel(answers: readonly string[]): FakeModel {
  const requests: Record<string, unknown>[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    routes: {
      "/props": Response.json({
        ...{ total_slots: 2, default_generation_settings: { n_ctx: 4096 } },
      }),
      "/v1/models": Response.json({ data: [{ id: "m", object: "model" }] }),
      "/v1/chat/completions": {
        POST: async (request) => {
          const body = bodySchema.parse(await request.json());
          const content = answers[Math.min(requests.length, answers.length - 1)] ?? "";
          requests.push(body);
          const timings = { prompt_n: 10, cache_n: 5, predicted_n: 3 };
          if (body["stream"] !== true)
            return Response.json({ choices: [{ message: { content } }], timings });
          const chunks = [
            { choices: [{ index: 0, delta: { role: "assistant", content } }] },
            { choices: [{ index: 0, delta: {}, finish_reason: "stop" }] },
            { choices: [], timings },
          ];
          const lines = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`);
          return new Response(`${lines.join("")}data: [DONE]\n\n`, {
            headers: { "content-type": "text/event-stream" },
          });
        },
      },
    },
    fetch: () => new Response("not found", { status: 404 }),
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    requests,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

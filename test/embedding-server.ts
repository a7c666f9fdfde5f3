/** A server that makes embeddings on a free loopback port: a number for each topic that a text speaks of. */
import { z } from "zod";

const bodySchema = z.object({ model: z.string(), input: z.array(z.string()) });

interface EmbeddingRequest {
  readonly model: string;
  readonly input: readonly string[];
}

export interface EmbeddingServerFake extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly EmbeddingRequest[];
  /** Words of one topic; texts that share a topic are near each other. */
  topics: readonly RegExp[];
  /** Answers with this status and no vectors. */
  status: number;
}

export function embeddingServer(topics: readonly RegExp[]): EmbeddingServerFake {
  const requests: EmbeddingRequest[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: async (request) => {
      const path = new URL(request.url).pathname;
      if (path !== "/v1/embeddings") return new Response(null, { status: 404 });
      const body = bodySchema.parse(await request.json());
      requests.push(body);
      if (fake.status !== 200) {
        return Response.json({ error: { message: "out of memory" } }, { status: fake.status });
      }
      const data = body.input.map((text, index) => {
        // The last number keeps texts without any topic from having no direction.
        const embedding = [...fake.topics.map((one) => (one.test(text) ? 1 : 0)), 0.1];
        return { object: "embedding", index, embedding };
      });
      // Servers may answer in any order.
      return Response.json({ data: data.reverse(), usage: { prompt_tokens: body.input.length } });
    },
  });
  // biome-ignore lint/nursery/useDisposables: the test disposes of it
  const fake: EmbeddingServerFake = {
    url: `http://127.0.0.1:${server.port}`,
    requests,
    topics,
    status: 200,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
  return fake;
}

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
  /** How many requests were there at the same time. */
  readonly mostAtOnce: number;
  /** Answers with this status and no vectors. */
  status: number;
}

export function embeddingServer(topics: readonly RegExp[]): EmbeddingServerFake {
  const requests: EmbeddingRequest[] = [];
  let running = 0;
  let most = 0;
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: async (request) => {
      const path = new URL(request.url).pathname;
      if (path !== "/v1/embeddings") return new Response(null, { status: 404 });
      running += 1;
      most = Math.max(most, running);
      const body = bodySchema.parse(await request.json());
      await new Promise(setImmediate);
      running -= 1;
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
  const fake: EmbeddingServerFake = {
    url: `http://127.0.0.1:${server.port}`,
    requests,
    get mostAtOnce() {
      return most;
    },
    topics,
    status: 200,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
  return fake;
}

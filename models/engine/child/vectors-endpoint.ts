/** The endpoint of a model that makes vectors: what OpenAI's clients expect of a server, on the loopback, for clients with the token. */
import { z } from "zod";
import { reasonOf } from "#core/errors.ts";
import { failure, hasToken } from "./token-check.ts";
import type { Vectors } from "./vectors.ts";

export interface VectorsEndpointOptions {
  /** Name of the only model. */
  readonly model: string;
  readonly token: string;
  readonly vectors: Pick<Vectors, "embed">;
}

/** Most texts of a request, and most characters of one: a request ends within seconds. */
const MOST_TEXTS = 256;
const MOST_CHARACTERS = 20_000;
const MOST_BYTES = 16 * 1024 * 1024;

const text = z.string().max(MOST_CHARACTERS);
const requestSchema = z.object({
  model: z.string(),
  input: z.union([text.transform((one) => [one]), z.array(text).min(1).max(MOST_TEXTS)]),
  encoding_format: z.literal("float").optional(),
});

/** Serves until the process ends. @returns the port. */
export function serveVectors(options: VectorsEndpointOptions): number {
  const { token } = options;
  const server = Bun.serve({
    ...{ port: 0, hostname: "127.0.0.1", development: false, maxRequestBodySize: MOST_BYTES },
    idleTimeout: 0, // many texts take longer than the default of 10 s
    fetch: async (request) => {
      const { pathname } = new URL(request.url);
      if (!hasToken(request, token)) return failure(401, "wrong_token", "the token is wrong");
      if (pathname !== "/v1/embeddings" || request.method !== "POST") {
        return failure(404, "not_found", `there is no ${pathname}`);
      }
      return await embed(request, options);
    },
  });
  return server.port ?? 0;
}

async function embed(http: Request, { model, vectors }: VectorsEndpointOptions): Promise<Response> {
  const request = requestSchema.safeParse(await http.json().catch(() => undefined));
  if (!request.success) return failure(400, "invalid_request", z.prettifyError(request.error));
  if (request.data.model !== model) {
    return failure(
      404,
      "model_not_found",
      `model "${request.data.model}" not found; there is ${model}`,
    );
  }
  try {
    const made = await vectors.embed(request.data.input, http.signal);
    const data = made.vectors.map((embedding, index) => ({
      object: "embedding",
      index,
      embedding,
    }));
    const usage = { prompt_tokens: made.tokens, total_tokens: made.tokens };
    return Response.json({ object: "list", model, data, usage });
  } catch (error) {
    return failure(500, "engine_error", reasonOf(error));
  }
}

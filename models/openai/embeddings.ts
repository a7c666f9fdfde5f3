/** Vectors of texts, from any server that speaks OpenAI's embeddings. */
import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import { OWN_SERVER } from "../http/errors.ts";
import { askJson, authorization, type ServerOptions, serverAt } from "../http/server.ts";

interface Embedded {
  /** In the order of the texts, all with as many numbers. */
  readonly vectors: readonly Float32Array[];
  /** As the server counts, where it does. */
  readonly promptTokens?: number | undefined;
}

/** @throws {OrgError} as `Provider.stream` does; `STREAM_ERROR` for an answer that holds no vectors. */
type EmbedTexts = (
  model: string,
  texts: readonly string[],
  signal: AbortSignal,
) => Promise<Embedded>;

export interface EmbeddingServer {
  readonly endpoint: string;
  readonly embed: EmbedTexts;
}

/** Longest wait: the model may have to be loaded, and a search can do without it. */
const EMBED_MS = 15_000;
/** A hundred vectors of a few thousand numbers, as text. */
const MAX_BYTES = 32 * 1024 * 1024;

const vector = z.array(z.number()).min(1);
// Some servers number the vectors, some leave them in order; Ollama counts tokens, others do not.
const answerSchema = z.object({
  data: z.array(z.object({ index: z.int().optional(), embedding: vector })),
  usage: z.object({ prompt_tokens: z.int().min(0) }).nullish(),
});

/**
 * @param ms longest wait for an answer, in milliseconds.
 * @see https://platform.openai.com/docs/api-reference/embeddings/create
 * @throws {OrgError} `CONFIG_INVALID` when the base address is none.
 */
export function openAiEmbeddings(options: ServerOptions, ms: number = EMBED_MS): EmbeddingServer {
  const server = serverAt(options, { headers: authorization, advice: OWN_SERVER });
  const { endpoint, api } = server.address;
  const embed: EmbedTexts = async (model, texts, signal) => {
    const body = { model, input: texts, encoding_format: "float" };
    const question = { url: `${api}/embeddings`, body, model, ms, maxBytes: MAX_BYTES };
    return readEmbedded(await askJson(server, question, signal), texts.length, endpoint);
  };
  return { endpoint, embed };
}

function readEmbedded(answer: unknown, expected: number, endpoint: string): Embedded {
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success) throw unusable(endpoint, z.prettifyError(parsed.error));
  const { data, usage } = parsed.data;
  const ordered = data
    .map(({ index, embedding }, position) => ({ index: index ?? position, embedding }))
    .sort((a, b) => a.index - b.index);
  const vectors = ordered.map(({ embedding }) => new Float32Array(embedding));
  const lengths = new Set(vectors.map(({ length }) => length));
  if (vectors.length !== expected || lengths.size > 1) {
    const sizes = [...lengths].join(" and ");
    throw unusable(endpoint, `${vectors.length} vectors of ${sizes} numbers for ${expected} texts`);
  }
  return { vectors, promptTokens: usage?.prompt_tokens };
}

function unusable(endpoint: string, why: string): OrgError {
  return new OrgError(`The vectors of "${endpoint}" cannot be used`, {
    code: "STREAM_ERROR",
    why: why.replaceAll(/\s*\n\s*/g, " ").slice(0, 300),
    remedies: ["org config get embedding_model", "name a model that makes embeddings"],
    unchanged: "Nothing was changed.",
  });
}

/** Embeddings on request: paid for, and one request after another at each endpoint. */
import type { Account } from "#core/budget-ledger.ts";
import type { ChannelLock } from "#core/channel-lock.ts";
import { estimateTokens } from "../context.ts";
import type { EmbeddingServer } from "./embeddings.ts";

/** Some models were trained to distinguish a query from a document. */
type EmbeddingPurpose = "query" | "document";

export interface EmbedderOptions {
  readonly server: EmbeddingServer;
  /** Name of the embedding model on the server. */
  readonly model: string;
  /** The lock of the server's endpoint. */
  readonly lock: ChannelLock;
  readonly account: Account;
}

export interface PaidEmbedder {
  /** Vectors of another one mean something else. */
  readonly id: string;
  /** @throws {OrgError} `BUDGET_SPENT`, and what the server's `embed` throws. */
  embed(
    texts: readonly string[],
    purpose: EmbeddingPurpose,
    signal: AbortSignal,
  ): Promise<readonly Float32Array[]>;
}

/** Servers read so many texts at once. */
const BATCH = 64;

/** An embedder whose every request holds the lock of the endpoint and is paid for by an account. */
export function paidEmbedder({ server, model, lock, account }: EmbedderOptions): PaidEmbedder {
  const embedSome = async (texts: readonly string[], signal: AbortSignal) => {
    using _lock = await lock.waitForLock(Number.POSITIVE_INFINITY, { owner: "search", signal });
    const promptTokens = texts.reduce((sum, text) => sum + estimateTokens(text), 0);
    const estimate = { promptTokens, completionTokens: 0 };
    const reservation = await account.reserve(model, estimate);
    let read = 0;
    try {
      const { vectors, promptTokens: counted } = await server.embed(model, texts, signal);
      read = counted ?? promptTokens;
      return vectors;
    } finally {
      // A server that never answered has not read anything.
      await reservation.settle({ promptTokens: read, completionTokens: 0 });
    }
  };
  return {
    id: `${server.endpoint} ${model}`,
    embed: async (texts, purpose, signal) => {
      const prefixed = texts.map((text) => prefixOf(model, purpose) + text);
      const vectors: Float32Array[] = [];
      for (let start = 0; start < prefixed.length; start += BATCH) {
        vectors.push(...(await embedSome(prefixed.slice(start, start + BATCH), signal)));
      }
      return vectors;
    },
  };
}

/** @see https://huggingface.co/nomic-ai/nomic-embed-text-v1.5#task-instruction-prefixes */
function prefixOf(model: string, purpose: EmbeddingPurpose): string {
  return model.includes("nomic-embed") ? `search_${purpose}: ` : "";
}

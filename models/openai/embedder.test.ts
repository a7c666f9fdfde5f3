import { expect, test } from "bun:test";
import { ChannelLock } from "#core/channel-lock.ts";
import { OrgError } from "#core/errors.ts";
import { embeddingServer } from "#test/embedding-server.ts";
import { PATIENT } from "#test/patience.ts";
import { paidEmbedder } from "./embedder.ts";
import { openAiEmbeddings } from "./embeddings.ts";

const { signal } = new AbortController();
const timeouts = PATIENT;

/** An account that writes down what was reserved and what was really spent. */
function billing(limit = Number.POSITIVE_INFINITY) {
  const reserved: number[] = [];
  const spent: number[] = [];
  const reserve = async (_model: string, { promptTokens }: { readonly promptTokens: number }) => {
    if (promptTokens > limit) {
      throw new OrgError("The budget does not allow it", {
        ...{ code: "BUDGET_SPENT", remedies: [] },
      });
    }
    reserved.push(promptTokens);
    return {
      settle: async (usage: { readonly promptTokens: number }) => {
        spent.push(usage.promptTokens);
        return [];
      },
    };
  };
  return { reserve, reserved, spent };
}

function embedderOf(url: string, model: string, account = billing()) {
  const lock = new ChannelLock();
  const server = openAiEmbeddings({ baseUrl: url, timeouts });
  return { lock, account, embedder: paidEmbedder({ server, model, lock, account }) };
}

test("every batch is paid for as the server counts", async () => {
  await using server = embeddingServer([/x/]);
  const { embedder, account } = embedderOf(server.url, "m");
  const texts = Array.from({ length: 100 }, (_, index) => `text ${index}`);
  expect(await embedder.embed(texts, "document", signal)).toHaveLength(100);
  expect(server.requests.map(({ input }) => input.length)).toEqual([64, 36]);
  expect(account.spent).toEqual([64, 36]);
  expect(account.reserved.every((tokens) => tokens > 64)).toBe(true);
});

test("nothing is sent before there is budget, and a server that fails costs nothing", async () => {
  await using server = embeddingServer([]);
  const poor = embedderOf(server.url, "m", billing(2));
  const refused = poor.embedder.embed(["a long text about tools"], "query", signal);
  expect(await refused.catch((error: unknown) => error)).toMatchObject({ code: "BUDGET_SPENT" });
  expect(server.requests).toEqual([]);
  server.status = 500;
  const { embedder, account } = embedderOf(server.url, "m");
  await embedder.embed(["text"], "query", signal).catch(() => undefined);
  expect(account.spent).toEqual([0]);
});

test("it waits until no persona speaks at the endpoint, and leaves it free", async () => {
  await using server = embeddingServer([]);
  const { embedder, lock } = embedderOf(server.url, "m");
  let embedding: Promise<unknown>;
  {
    using _lock = await lock.waitForLock(0, { owner: "agent" });
    embedding = embedder.embed(["text"], "query", signal);
    expect(lock.waiting).toBe(1);
    expect(server.requests).toEqual([]);
  }
  await embedding;
  expect(server.requests).toHaveLength(1);
  expect(lock.owners).toEqual([]);
});

test("models that tell questions from texts are told", async () => {
  await using server = embeddingServer([]);
  const { embedder } = embedderOf(server.url, "nomic-embed-text");
  await embedder.embed(["a"], "query", signal);
  await embedder.embed(["b"], "document", signal);
  const sent = server.requests.flatMap(({ input }) => input);
  expect(sent).toEqual(["search_query: a", "search_document: b"]);
});

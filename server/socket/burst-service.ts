/** What the process of a burst asks of the owner of the home: it has none of its databases, and decides nothing itself. */
import { z } from "zod";
import type { LentEngine } from "#core/model-facts.ts";
import type { Call } from "./home-wire.ts";
import type { Handlers } from "./owner-server.ts";

/** What became of an insight: kept, as the note of this number, or why it was not. */
export type StoredInsight =
  | { readonly note: number }
  | {
      readonly refused: "too-soon" | "same" | "off-topic" | "over" | "not-stored";
      readonly why: string;
    };

export interface BurstService {
  /** What the user is about, for a model; empty where nothing is known of it. */
  brief(burst: string): Promise<string>;
  /** Whether a text is about what the user is about. */
  isRelevant(burst: string, text: string): Promise<boolean>;
  /** Notes and episodes that everyone may see, in words for a model. */
  search(burst: string, query: string): Promise<string>;
  keep(burst: string, text: string): Promise<StoredInsight>;
  /** The built-in engine of the owner; nothing where it asks another model server. */
  engine(burst: string, signal: AbortSignal): Promise<LentEngine | undefined>;
}

const NAME = "burst";
const MOST_CHARACTERS = 4000;

const textSchema = z.string().max(MOST_CHARACTERS);
const burst = z.string();
const requestSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.enum(["brief", "engine"]), burst }),
  z.strictObject({ kind: z.enum(["relevant", "search", "keep"]), burst, text: textSchema }),
]);

/** The owner's side. */
export function burstHandlers(service: BurstService): Handlers {
  return {
    [NAME]: async function* (body, signal): AsyncGenerator<unknown, void> {
      yield await answerOf(service, requestSchema.parse(body), signal);
    },
  };
}

async function answerOf(
  service: BurstService,
  request: z.infer<typeof requestSchema>,
  signal: AbortSignal,
): Promise<z.infer<typeof answerSchema>> {
  switch (request.kind) {
    case "brief":
      return { text: await service.brief(request.burst) };
    case "engine":
      return { engine: await service.engine(request.burst, signal) };
    case "relevant":
      return { relevant: await service.isRelevant(request.burst, request.text) };
    case "search":
      return { text: await service.search(request.burst, request.text) };
    default:
      return { kept: await service.keep(request.burst, request.text) };
  }
}

/** The side of the burst. */
export function remoteBurst(call: Call, signal: AbortSignal): BurstService {
  const ask = async (
    body: z.input<typeof requestSchema>,
  ): Promise<z.infer<typeof answerSchema>> => {
    for await (const line of call(NAME, body, signal)) return answerSchema.parse(line);
    throw new Error("The owner said nothing to the burst");
  };
  const cut = (text: string): string => text.slice(0, MOST_CHARACTERS);
  return {
    brief: async (id) => (await ask({ kind: "brief", burst: id })).text ?? "",
    isRelevant: async (id, text) =>
      (await ask({ kind: "relevant", burst: id, text: cut(text) })).relevant === true,
    search: async (id, query) =>
      (await ask({ kind: "search", burst: id, text: cut(query) })).text ?? "",
    engine: async (id) => (await ask({ kind: "engine", burst: id })).engine,
    keep: async (id, text) => {
      const { kept } = await ask({ kind: "keep", burst: id, text: cut(text) });
      if (kept === undefined) throw new Error("The owner did not say what became of an insight");
      return kept;
    },
  };
}

const storedSchema: z.ZodType<StoredInsight> = z.union([
  z.strictObject({ note: z.int().min(1) }),
  z.strictObject({
    refused: z.enum(["too-soon", "same", "off-topic", "over", "not-stored"]),
    why: z.string(),
  }),
]);

const engineSchema: z.ZodType<LentEngine> = z.strictObject({
  ...{ url: z.string(), token: z.string(), contextTokens: z.int(), slots: z.int() },
  parameters: z.number(),
});

const answerSchema = z.strictObject({
  text: z.string().optional(),
  relevant: z.boolean().optional(),
  kept: storedSchema.optional(),
  engine: engineSchema.optional(),
});

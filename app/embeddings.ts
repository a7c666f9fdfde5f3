/** Wires the search for tools to an embedding model, where a person has named one. */
import { BudgetLedger } from "#core/budget-ledger.ts";
import type { ChannelLock } from "#core/channel-lock.ts";
import { endpointLocks } from "#core/endpoint-locks.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { createHome, type HomePaths } from "#home/home-paths.ts";
import type { Settings } from "#home/settings/settings.ts";
import { openSpendStore } from "#home/spend-store.ts";
import { paidEmbedder } from "#models/openai/embedder.ts";
import { openAiEmbeddings } from "#models/openai/embeddings.ts";
import { EmbeddingCache } from "#tools/search/embedding-cache.ts";
import { ToolEmbeddings } from "#tools/search/tool-embeddings.ts";

/** What a person has said, and where the state lies. */
export interface SearchSession {
  readonly settings: Settings;
  /** Options of the command line by their long names. */
  readonly flags: ReadonlyMap<string, string>;
  readonly cleaner: TextCleaner;
  readonly paths: HomePaths;
}

/** What a search shares with the rooms of its process. */
export interface SearchPurse {
  /** Where the models of the session are. */
  readonly endpoint: string;
  readonly lockOf: (endpoint: string) => ChannelLock;
  readonly budget: BudgetLedger;
}

/** @param parts disposes of what it needs. @returns undefined where no embedding model is named. */
export function toolEmbeddings(
  { settings, flags, cleaner, paths }: SearchSession,
  { endpoint, lockOf, budget }: SearchPurse,
  parts: Pick<AsyncDisposableStack, "use">,
): ToolEmbeddings | undefined {
  const { base, isBaseGiven, apiKey, firstByteMs, idleMs, embeddingModel: model } = settings;
  // What is recorded or played back is a conversation; nothing may pass by the tape.
  if (model === undefined || flags.has("record") || flags.has("cassette")) return undefined;
  const server = openAiEmbeddings({
    ...{ baseUrl: isBaseGiven ? base : endpoint, apiKey, cleaner },
    timeouts: { firstByteMs, idleMs },
  });
  const lock = lockOf(server.endpoint);
  const embedder = paidEmbedder({
    server,
    model,
    lock,
    account: budget.account("search", "search"),
  });
  const cache = parts.use(new EmbeddingCache(paths.embeddings));
  return new ToolEmbeddings({ embedder, cache });
}

/** The same where no room is open. @param parts disposes of what it needs. */
export async function embeddingsAlone(
  session: SearchSession,
  parts: AsyncDisposableStack,
): Promise<ToolEmbeddings | undefined> {
  const { settings, paths } = session;
  if (settings.embeddingModel === undefined) return undefined;
  await createHome(paths);
  // biome-ignore lint/nursery/useDisposables: the stack disposes of it
  const store = parts.use(openSpendStore(paths.spending));
  const budget = new BudgetLedger({ store, limits: settings.budget, prices: settings.prices });
  const purse = { endpoint: settings.base, budget, lockOf: endpointLocks(settings.parallel) };
  return toolEmbeddings(session, purse, parts);
}

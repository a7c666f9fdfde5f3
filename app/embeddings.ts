/** Wires searches to an embedding model: the one that a person has named, else that of the built-in engine. */
import { BudgetLedger } from "#core/budget-ledger.ts";
import type { ChannelLock } from "#core/channel-lock.ts";
import { endpointLocks } from "#core/endpoint-locks.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { createHome, type HomePaths } from "#home/home-paths.ts";
import type { Settings } from "#home/settings/settings.ts";
import { openSpendStore } from "#home/spend-store.ts";
import { centred } from "#language/centred.ts";
import type { Embedder } from "#language/embedder.ts";
import type { TextModel } from "#memory/note-embedder.ts";
import { EMBEDDING_MODEL } from "#models/engine/catalogue.ts";
import { EngineEmbedder } from "#models/engine/engine-embedder.ts";
import { readEmbeddings } from "#models/engine/installed.ts";
import { startEngine } from "#models/engine/process.ts";
import { Restarts } from "#models/engine/restarts.ts";
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
export interface BillingContext {
  /** Where the models of the session are. */
  readonly endpoint: string;
  readonly lockOf: (endpoint: string) => ChannelLock;
  readonly budget: BudgetLedger;
}

/** The model of the engine, where it is installed and the user has named no other; its process starts with the first text. */
export async function engineEmbedder(
  { settings, flags, cleaner }: Omit<SearchSession, "paths">,
  parts: Pick<AsyncDisposableStack, "use">,
): Promise<EngineEmbedder | undefined> {
  if (settings.embeddingModel !== undefined || isTaped(flags)) return undefined;
  const found = await readEmbeddings(settings.engine.folder);
  if (found.state !== "installed") return undefined;
  const { engine } = found;
  const { home, engine: machine } = settings;
  const { contextTokens } = EMBEDDING_MODEL;
  const start = { engine, home, threads: machine.threads, contextTokens, conversations: 1 };
  // biome-ignore lint/nursery/useDisposables: the stack disposes of it
  const engines = parts.use(
    new Restarts((signal) => startEngine({ ...start, embeds: true }, signal)),
  );
  return new EngineEmbedder({ engines, cleaner });
}

/** What is recorded or played back is a conversation; nothing may pass by the tape. */
export function isTaped(flags: ReadonlyMap<string, string>): boolean {
  return flags.has("record") || flags.has("cassette");
}

/** @returns undefined where no embedding model is named. */
function namedEmbedder(
  { settings, flags, cleaner }: SearchSession,
  { endpoint, lockOf, budget }: BillingContext,
): Embedder | undefined {
  const { base, isBaseExplicit, apiKey, keyOverHttp, embeddingModel: model } = settings;
  const { firstByteMs, idleMs } = settings;
  if (model === undefined || isTaped(flags)) return undefined;
  const server = openAiEmbeddings({
    ...{ baseUrl: isBaseExplicit ? base : endpoint, apiKey, keyOverHttp, cleaner },
    timeouts: { firstByteMs, idleMs },
  });
  const lock = lockOf(server.endpoint);
  return paidEmbedder({ server, model, lock, account: budget.account("search", "search") });
}

/**
 * The named model for notes: its cosines mean what those of the engine's model mean.
 *
 * @returns undefined where no embedding model is named.
 * @throws {OrgError} what the server throws.
 */
export async function namedModel(
  session: SearchSession,
  billing: BillingContext,
  signal: AbortSignal,
): Promise<TextModel | undefined> {
  const embedder = namedEmbedder(session, billing);
  return embedder && (await centred(embedder, signal));
}

/**
 * @param engine that of the built-in engine, for those who named none.
 * @param parts disposes of what it needs.
 * @returns undefined where there is no embedding model.
 */
export function toolEmbeddings(
  session: SearchSession,
  { engine, ...billing }: BillingContext & { readonly engine?: Embedder | undefined },
  parts: Pick<AsyncDisposableStack, "use">,
): ToolEmbeddings | undefined {
  const embedder = namedEmbedder(session, billing) ?? engine;
  if (embedder === undefined) return undefined;
  const cache = parts.use(new EmbeddingCache(session.paths.embeddings));
  return new ToolEmbeddings({ embedder, cache });
}

/** The same where no room is open. @param parts disposes of what it needs. */
export async function embeddingsAlone(
  session: SearchSession,
  parts: AsyncDisposableStack,
): Promise<ToolEmbeddings | undefined> {
  const { settings, paths } = session;
  const engine = await engineEmbedder(session, parts);
  if (settings.embeddingModel === undefined && engine === undefined) return undefined;
  await createHome(paths);
  // biome-ignore lint/nursery/useDisposables: the stack disposes of it
  const store = parts.use(openSpendStore(paths.spending));
  const budget = new BudgetLedger({ store, limits: settings.budget, prices: settings.prices });
  const lockOf = endpointLocks(settings.parallel);
  return toolEmbeddings(session, { endpoint: settings.base, budget, lockOf, engine }, parts);
}

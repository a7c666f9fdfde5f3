/** What `org models` asks: which models a server has, and what this home has learnt of them. */
import { OrgError } from "#core/errors.ts";
import type { ModelFacts, ModelReport, PullProgress } from "#core/model-facts.ts";
import { nearestNames } from "#core/nearest.ts";
import { echoed } from "#core/text/echoed.ts";
import { shellWord } from "#core/text/shell-word.ts";
import { homePaths } from "#home/home-paths.ts";
import { settingsOfModel } from "#home/settings/model-settings.ts";
import { knownModelsTable } from "#models/known-models.ts";
import { profileBook } from "#models/profile-book.ts";
import { profileReport } from "#models/profile-report.ts";
import { ProfileStore } from "#models/profile-store.ts";
import type { Provider } from "#models/provider.ts";
import { isSameModel } from "#models/same-model.ts";
import { openProvider } from "#models/servers/open-provider.ts";
import type { AppContext, AppParts } from "./context.ts";

/** What the command asks of a model server. */
export interface ModelSource {
  /** "http://127.0.0.1:11434". */
  readonly endpoint: string;
  /** @throws {OrgError} `PROVIDER_UNREACHABLE`, `PROVIDER_REFUSED` */
  list(): Promise<readonly ModelFacts[]>;
  /** @throws {OrgError} `MODEL_MISSING`, `PROVIDER_REFUSED`, `STREAM_CUT` … */
  pull(model: string): AsyncIterable<PullProgress>;
  /** All that is known of one, and what follows. @throws {OrgError} `MODEL_MISSING`, `PROVIDER_UNREACHABLE` */
  show(model: string): Promise<ModelReport>;
  /** Forgets what was learnt of one. @throws {OrgError} `MODEL_MISSING` where nothing is kept of it. */
  forget(model: string): Promise<void>;
  /** What is publicly known of the usual models, as a table in Markdown. */
  readonly table: string;
}

interface ModelContext extends Pick<AppContext, "settings" | "cleaner" | "signal"> {
  readonly app: Pick<AppParts, "providers">;
}

/**
 * The server of this home, or another one of its configuration.
 *
 * @param name of the other one. @throws {OrgError} `USAGE` for one that the configuration does not name.
 */
export async function modelSource(
  context: ModelContext,
  name: string | undefined,
): Promise<ModelSource> {
  const { signal } = context;
  const provider = await providerOf(context, name);
  return {
    endpoint: provider.endpoint,
    list: async () => {
      if (provider.describeModels !== undefined) return await provider.describeModels(signal);
      return (await provider.listModels(signal)).map((model) => ({ name: model }));
    },
    pull: (model) => provider.pull?.(model, signal) ?? cannotPull(provider),
    ...learntOf(provider, context),
    table: knownModelsTable(),
  };
}

/** What this home has learnt of the models of a server. */
function learntOf(
  provider: Provider,
  { settings, signal }: ModelContext,
): Pick<ModelSource, "show" | "forget"> {
  const { endpoint } = provider;
  const store = new ProfileStore(homePaths(settings.home).profiles);
  const byHand = (name: string) => settingsOfModel(settings.models, name);
  const book = profileBook({ provider, store, byHand });
  return {
    show: async (name) => {
      const names = await provider.listModels(signal);
      const model = names.find((one) => isSameModel(one, name));
      if (model === undefined) throw unknownModel(name, endpoint, names);
      const [facts, window] = await Promise.all([
        book.knowledgeOf(model, signal),
        provider.windowOf?.(model, signal),
      ]);
      return profileReport(facts, window);
    },
    forget: async (name) => {
      const names = await store.namesAt(endpoint);
      const model = names.find((one) => isSameModel(one, name));
      if (model === undefined) throw noModel(name, endpoint, names);
      await store.remove(endpoint, model);
    },
  };
}

function unknownModel(name: string, endpoint: string, names: readonly string[]): OrgError {
  const near = nearestNames(name, names);
  return new OrgError(`The server ${endpoint} has no model ${echoed(name)}`, {
    code: "MODEL_MISSING",
    why: names.length === 0 ? "it lists none" : `it lists ${names.slice(0, 8).join(", ")}`,
    remedies:
      near.length === 0
        ? ["org models list"]
        : near.map((one) => `org models show ${shellWord(one)}`),
    unchanged: "Nothing was changed.",
  });
}

function noModel(name: string, endpoint: string, names: readonly string[]): OrgError {
  const near = nearestNames(name, names);
  const listed = names.length === 0 ? "nothing" : `something of ${names.slice(0, 8).join(", ")}`;
  return new OrgError(`Nothing is known about the model ${echoed(name)} on ${endpoint}`, {
    code: "MODEL_MISSING",
    why: `this home keeps ${listed}`,
    remedies:
      near.length === 0
        ? ["org models list"]
        : near.map((one) => `org models forget ${shellWord(one)}`),
    unchanged: "Nothing was changed.",
  });
}

async function providerOf(
  { app, settings, cleaner }: ModelContext,
  name: string | undefined,
): Promise<Provider> {
  if (name === undefined) return (await app.providers()).main;
  const named = settings.providers[name];
  if (named === undefined) throw unknownProvider(name, Object.keys(settings.providers));
  const { base: baseUrl, ...server } = named;
  const { firstByteMs, idleMs } = settings;
  return openProvider({ ...server, baseUrl, cleaner, timeouts: { firstByteMs, idleMs } });
}

function unknownProvider(name: string, there: readonly string[]): OrgError {
  return new OrgError(`There is no provider ${echoed(name)}`, {
    code: "USAGE",
    why: `org.config names ${there.join(", ")}`,
    remedies: ["org config show"],
    unchanged: "Nothing was asked.",
  });
}

function cannotPull({ endpoint }: Provider): never {
  throw new OrgError(`The server ${endpoint} cannot fetch models`, {
    code: "PROVIDER_REFUSED",
    why: "only an Ollama server can; install the model on the server by hand",
    remedies: ["org models list"],
    unchanged: "Nothing was changed.",
  });
}

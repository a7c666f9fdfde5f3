import { OrgError } from "#core/errors.ts";
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
import type { CommandContext } from "../context.ts";
import { type ModelSource, runModels } from "../models-command.ts";

/** `org models`. @returns the exit code. */
export async function models(context: CommandContext): Promise<number> {
  const { line, cleaner, output, signal } = context;
  const provider = await providerOf(context);
  const source: ModelSource = {
    endpoint: provider.endpoint,
    list: async () => {
      if (provider.describeModels !== undefined) return await provider.describeModels(signal);
      return (await provider.listModels(signal)).map((name) => ({ name }));
    },
    pull: (model) => provider.pull?.(model, signal) ?? cannotPull(provider),
    ...learntOf(provider, context),
    table: knownModelsTable(),
  };
  const json = line.options.has("json");
  return await runModels(line.operands, { models: source, json, cleaner, output });
}

/** What this home has learnt of the models of a server. */
function learntOf(
  provider: Provider,
  { settings, signal }: CommandContext,
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
      const [known, window] = await Promise.all([
        book.knowledgeOf(model, signal),
        provider.windowOf?.(model, signal),
      ]);
      return profileReport(known, window);
    },
    forget: async (name) => {
      const names = await store.namesAt(endpoint);
      const model = names.find((one) => isSameModel(one, name));
      if (model === undefined) throw nothingKept(name, endpoint, names);
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

function nothingKept(name: string, endpoint: string, names: readonly string[]): OrgError {
  const near = nearestNames(name, names);
  const kept = names.length === 0 ? "nothing" : `something of ${names.slice(0, 8).join(", ")}`;
  return new OrgError(`Nothing is known about the model ${echoed(name)} on ${endpoint}`, {
    code: "MODEL_MISSING",
    why: `this home keeps ${kept}`,
    remedies:
      near.length === 0
        ? ["org models list"]
        : near.map((one) => `org models forget ${shellWord(one)}`),
    unchanged: "Nothing was changed.",
  });
}

async function providerOf({ app, line, settings, cleaner }: CommandContext): Promise<Provider> {
  const name = line.options.get("provider");
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

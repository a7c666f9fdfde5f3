import { OrgError } from "#core/errors.ts";
import { openProvider } from "#models/open-provider.ts";
import type { Provider } from "#models/provider.ts";
import { type ModelSource, runModels } from "#ui/models-command.ts";
import { openProviders } from "../wiring-providers.ts";
import type { CommandContext } from "./context.ts";

/** `org models`. @returns the exit code. */
export async function models(context: CommandContext): Promise<number> {
  const { line, cleaner, output, signal } = context;
  await using parts = new AsyncDisposableStack();
  const provider = await providerOf(context, parts);
  const source: ModelSource = {
    endpoint: provider.endpoint,
    list: async () => {
      if (provider.describeModels !== undefined) return await provider.describeModels(signal);
      return (await provider.listModels(signal)).map((name) => ({ name }));
    },
    pull: (model) => provider.pull?.(model, signal) ?? cannotPull(provider),
  };
  const json = line.options.has("json");
  return await runModels(line.operands, { models: source, json, cleaner, output });
}

async function providerOf(context: CommandContext, parts: AsyncDisposableStack): Promise<Provider> {
  const { line, settings, cleaner } = context;
  const flags = line.options;
  const name = flags.get("provider");
  if (name === undefined) return (await openProviders({ settings, flags, cleaner }, parts)).main;
  const named = settings.providers[name];
  if (named === undefined) throw unknownProvider(name, Object.keys(settings.providers));
  const { base: baseUrl, ...server } = named;
  const { firstByteMs, idleMs } = settings;
  return openProvider({ ...server, baseUrl, cleaner, timeouts: { firstByteMs, idleMs } });
}

function unknownProvider(name: string, there: readonly string[]): OrgError {
  return new OrgError(`There is no provider "${name.slice(0, 80)}"`, {
    code: "USAGE",
    why: `org.config names ${there.join(", ")}`,
    remedies: ["org config show"],
    left: "Nothing was asked.",
  });
}

function cannotPull({ endpoint }: Provider): never {
  throw new OrgError(`The server ${endpoint} fetches no models`, {
    code: "PROVIDER_REFUSED",
    why: "its models are there already, or a person installs them",
    remedies: ["org models list"],
    left: "Nothing was changed.",
  });
}

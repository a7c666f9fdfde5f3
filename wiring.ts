/** Wires the parts of a room together, out of settings and flags; the environment stays in main.ts. */
import { BudgetLedger } from "#core/budget-ledger.ts";
import { endpointLocks } from "#core/endpoint-locks.ts";
import type { Journal } from "#core/journal.ts";
import { RateLimits } from "#core/rate-limit.ts";
import { redactor } from "#core/redact.ts";
import { type CassetteMode, cassetteProvider } from "#models/cassette/cassette.ts";
import { ANY_MODEL, withDefaultModel } from "#models/default-model.ts";
import { readPersonaFiles } from "#models/persona-file.ts";
import { profileLearner } from "#models/profile-store.ts";
import type { Provider } from "#models/provider.ts";
import { resilient } from "#models/retry.ts";
import { homePaths } from "#platform/home.ts";
import { refuseExposedFiles } from "#platform/human-files.ts";
import { LeaseStore } from "#platform/lease-store.ts";
import { requirePolicyTests } from "#platform/permission-settings.ts";
import { resolveProgram } from "#platform/program-path.ts";
import type { Settings } from "#platform/settings.ts";
import { openSpendStore } from "#platform/spend-store.ts";
import { openWorkspace } from "#platform/workspace.ts";
import { allPersonas, castOf } from "#room/cast.ts";
import { Room } from "#room/room.ts";
import { toolFacts } from "#tools/call-guard.ts";
import { chatModeTool } from "#tools/chat-mode.ts";
import { pythonRunTool } from "#tools/python-run.ts";
import { shTool } from "#tools/sh.ts";
import { Toolbox } from "#tools/toolbox.ts";

/** Options of the command line by their long names. */
type Flags = ReadonlyMap<string, string>;

/** @throws {OrgError} `CONFIG_INVALID` when the rules do not do what they should, or could be changed. */
export function checkSettings(settings: Settings): void {
  const { personas, workspace } = homePaths(settings.home);
  refuseExposedFiles(settings.workspace ?? workspace, { ...settings, personas });
  const chatMode = chatModeTool(() => Promise.resolve());
  requirePolicyTests(settings, toolFacts([shTool(), pythonRunTool(), chatMode]));
}

/**
 * What all rooms of a process share, and how to open one of them.
 *
 * @param parts disposes of what the rooms need.
 */
export async function roomFactory(
  settings: Settings,
  flags: Flags,
  parts: AsyncDisposableStack,
): Promise<(id: string, journal: Journal) => Promise<Room>> {
  checkSettings(settings);
  const paths = homePaths(settings.home);
  const workspace = await openWorkspace(settings.workspace ?? paths.workspace);
  const sandbox = { workspace: workspace.root };
  const tools = new Toolbox([shTool(sandbox), pythonRunTool(sandbox)]);
  const own = readPersonaFiles(paths.personas, [...tools.names, "chat_mode"]);
  const provider = await providerOf(settings, flags, parts);
  const models = castOf(allPersonas(own), {
    provider,
    model: settings.model ?? ANY_MODEL,
    personaModels: settings.personaModels,
    windowTokens: settings.contextTokens,
    learnProfile: profileLearner(provider, paths.profiles),
  });
  const lockOf = endpointLocks(settings.parallel);
  const rates = new RateLimits(settings.rates);
  // biome-ignore lint/nursery/useDisposables: the stack disposes of it
  const leases = parts.use(new LeaseStore(paths));
  const permissions = { ...settings, resolveProgram, rates, leases };
  // biome-ignore lint/nursery/useDisposables: the stack disposes of it
  const store = parts.use(openSpendStore(paths.spending));
  const budget = new BudgetLedger({ store, limits: settings.budget, prices: settings.prices });
  const shared = { models, tools, lockOf, workspace, permissions, budget };
  return (id, journal) => Room.open({ id, journal, ...shared });
}

/** The provider of a session; what it needs beside itself is disposed with `parts`. */
export async function providerOf(
  settings: Settings,
  flags: Flags,
  parts: AsyncDisposableStack,
): Promise<Provider> {
  const { base: baseUrl, apiKey, firstByteMs, idleMs } = settings;
  const timeouts = { firstByteMs, idleMs };
  const redact = redactor(apiKey === undefined ? [] : [apiKey]);
  const [mode, path] = cassetteOf(flags);
  // biome-ignore lint/nursery/useDisposables: the stack disposes of it
  const server = parts.use(
    await cassetteProvider(mode, path, { baseUrl, apiKey, timeouts, redact }),
  );
  return withDefaultModel(resilient(server));
}

function cassetteOf(flags: Flags): readonly [CassetteMode, string] {
  const recording = flags.get("record");
  if (recording !== undefined) return ["record", recording];
  const playing = flags.get("cassette");
  if (playing === undefined) return ["off", ""];
  return [flags.has("strict") ? "strict" : "replay", playing];
}

/** Plays main's suite with main's tools and with a candidate's: real rooms, real tools, recorded words. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { compareArms, type OpenStage } from "#fitness/gate/compare.ts";
import type { GateRequest } from "#fitness/gate/gate.ts";
import { readSuite } from "#fitness/gate/read-suite.ts";
import { completionServer } from "#fitness/replay/completion-server.ts";
import { type ReadCassette, readScenarios } from "#fitness/replay/scenario.ts";
import { type HomePaths, homePaths } from "#home/home-paths.ts";
import type { Settings } from "#home/settings/settings.ts";
import { readCassette } from "#models/cassette/format.ts";
import { mainOf } from "#ops/release/transaction.ts";
import { openCheckout } from "#platform/git/repository.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { listenGeneration } from "#server/listen.ts";
import { ownHome } from "#server/socket/open-home.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import type { ToolsLocation } from "#tools/registry/open-registry.ts";
import type { AppContext } from "./context.ts";
import type { Participants } from "./rooms.ts";

/** What a comparison is made with. */
export interface ComparisonContext extends Pick<AppContext, "settings" | "cleaner" | "signal"> {
  /** Opens a process of its own for the rooms of one side. */
  readonly open: (side: {
    readonly settings: Settings;
    readonly cleaner: TextCleaner;
    readonly paths: HomePaths;
    readonly toolsLocation: ToolsLocation;
  }) => AsyncDisposable & { participants(): Promise<Participants> };
}

/**
 * @param place the checkout whose main brings the suite, and the database of earlier replays.
 * @returns nothing where main has no suite.
 */
export async function sideBySideIn(
  context: ComparisonContext,
  { checkout, ledger }: { readonly checkout: string; readonly ledger: string },
): Promise<GateRequest["sideBySide"]> {
  const repository = await openCheckout(checkout);
  const files = await readSuite(repository, await mainOf(repository));
  const scenarios = readScenarios(files, textOf);
  if (scenarios.length === 0) return undefined;
  const { signal } = context;
  const toolsLocation = {
    scenarios,
    ledger,
    openStage: stageOpener(context),
    signal,
    nowMs: Date.now(),
  };
  return (about) => async (arms) => await compareArms(arms, about, toolsLocation);
}

const textOf: ReadCassette = (text, name) =>
  readCassette(text, name)
    .filter(({ route }) => route.endsWith("/chat/completions"))
    .map(({ chunks }) => chunks.map((chunk) => chunk.text).join(""));

/** Each stage is a home of its own, which is gone afterwards: nothing of it is a person's. */
function stageOpener({ settings, cleaner, open }: ComparisonContext): OpenStage {
  return async (tools) => {
    await using parts = new AsyncDisposableStack();
    // biome-ignore lint/nursery/useDisposables: the stack disposes of it
    const { path: home } = parts.use(await temporaryFolder("stage"));
    // biome-ignore lint/nursery/useDisposables: the stack disposes of it
    const model = parts.use(completionServer());
    const paths = homePaths(home);
    const toolsLocation = { root: join(home, "tools"), isVerified: false };
    await writeTools(toolsLocation.root, tools);
    const own = { ...settings, ...recordedModel(model.url), home, workspace: undefined };
    // biome-ignore lint/nursery/useDisposables: the stack disposes of it
    const app = parts.use(open({ settings: own, cleaner, paths, toolsLocation }));
    const { signal } = new AbortController();
    const { service } = parts.use(
      await ownHome({
        ...{ paths, command: "org fitness", signal },
        openRoom: async (id, journal) => await (await app.participants()).open(id, journal),
      }),
    );
    const generation = { name: "candidate", commit: "", tools: () => [...tools.keys()] } as const;
    // biome-ignore lint/nursery/useDisposables: the stack disposes of it
    const { port } = parts.use(await listenGeneration({ generation, service, port: 0 }));
    const all = parts.move();
    return { port, model, [Symbol.asyncDispose]: () => all.disposeAsync() };
  };
}

/** Whatever the human has named: only the recording is asked. */
function recordedModel(base: string): Partial<Settings> {
  return {
    ...{
      base,
      isBaseExplicit: true,
      wire: "openai",
      apiKey: undefined,
      model: "m",
      personaModels: {},
    },
    ...{ providers: {}, personaProviders: {}, fallback: [], embeddingModel: undefined },
  };
}

async function writeTools(root: string, tools: ReadonlyMap<string, ToolFolder>): Promise<void> {
  await mkdir(root, { recursive: true });
  for (const { name, files } of tools.values()) {
    await mkdir(join(root, name));
    for (const [file, text] of files) await writeFile(join(root, name, file), text);
  }
}

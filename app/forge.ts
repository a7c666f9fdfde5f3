/** The forge: a model to ask, a judge, a place to deliver to. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Account } from "#core/budget-ledger.ts";
import { ChannelLock } from "#core/channel-lock.ts";
import { newId } from "#core/ids.ts";
import { ANY_MODEL } from "#core/model-facts.ts";
import { objectionsBeside } from "#fitness/gate/contract-objections.ts";
import { checkStatic } from "#fitness/static/check-static.ts";
import { createValidator } from "#fitness/validate-tool.ts";
import { settingsOfModel } from "#home/settings/model-settings.ts";
import { budgeted } from "#models/budgeted.ts";
import { completeText } from "#models/complete.ts";
import { estimateTokens } from "#models/context.ts";
import { derivedProfile } from "#models/derive-profile.ts";
import type { ModelProfile } from "#models/extract/extractor.ts";
import { toolsmith } from "#models/personas/toolsmith.ts";
import type { Provider } from "#models/provider.ts";
import { openCheckout } from "#platform/git/repository.ts";
import { readToolFolder } from "#tools/contract/read-folder.ts";
import type { ToolReport, ValidateTool, ValidationOptions } from "#tools/contract/validation.ts";
import type { Ask } from "#tools/forge/ask.ts";
import { forgeTool } from "#tools/forge/build-and-deliver.ts";
import { type Deliver, deliverInto } from "#tools/forge/deliver.ts";
import type { BuildTool } from "#tools/forge/run.ts";
import { openRunLog } from "#tools/forge/run-log.ts";
import type { RegisteredTool } from "#tools/registry/registered-tool.ts";
import type { AppParts } from "./context.ts";
import { firstBySearch } from "./gate.ts";
import type { Promoting } from "./promote.ts";

/** Whose home it is, what may become of a tool there, and what main's suite is played with. */
type ForgeApp = Omit<Promoting, "signal"> & Pick<AppParts, "paths">;

/** What the forge is built of; the same for the command line and for a room. */
export interface ForgeDependencies {
  readonly app: ForgeApp;
  readonly provider: Provider;
  /** Name of the model on the provider. */
  readonly model: string;
  /** The lock of the provider's endpoint; held while tokens flow and never while a tool is validated. */
  readonly lock: ChannelLock;
  /** Pays for the completions. */
  readonly account: Account;
  /** The other tools. */
  readonly others: readonly RegisteredTool[];
  /** What a person has set for a model. @default nothing */
  readonly byHand?: ((model: string) => ModelProfile | undefined) | undefined;
  /** @default the judge of this machine */
  readonly validate?: ValidateTool;
}

/** Each run has an id, a log and a folder of its own. */
export function toolBuilder(dependencies: ForgeDependencies): BuildTool {
  const { app, others, validate = toolValidator() } = dependencies;
  const { paths, cleaner } = app;
  const objectionsTo = objectionsBeside({ tools: others, firstHit: firstBySearch });
  const usedNames = others.map(({ name }) => name);
  return async (wish, { signal, onEvent, confirm, rounds, model = dependencies.model }) => {
    const run = newId("forge");
    await using log = await openRunLog(`${paths.forgeLogs}/${run}.jsonl`, run);
    const ask = askOf({ ...dependencies, model });
    // First: minutes of a model are lost on a tool that cannot be delivered.
    const deliver = await deliveryOf(app, run);
    const isSmall = await isSmallModel({ ...dependencies, model }, signal);
    const how = { signal, onEvent, confirm, rounds, model, isSmall };
    const judges = { validate, objectionsTo, usedNames };
    const parts = { ask, log, cleaner, ...judges, ...how };
    return await forgeTool(wish, parts, deliver);
  };
}

/** Longest wait for what a server tells of a model, in milliseconds: a busy one answers late, and a run takes minutes. */
const FACTS_MS = 10_000;

/** Whether a model does better with less to decide. One of which nothing is known counts as a large one. */
async function isSmallModel(
  { provider, model, byHand }: ForgeDependencies,
  signal: AbortSignal,
): Promise<boolean> {
  const until = AbortSignal.any([signal, AbortSignal.timeout(FACTS_MS)]);
  const server = await provider.factsOf?.(model, until);
  signal.throwIfAborted();
  // Which model is the first one of the server is known only now.
  const name = provider.modelName?.(model) ?? model;
  return derivedProfile({ name, server, byHand: byHand?.(name) }).lean ?? false;
}

/** A home that is a checkout gets a candidate; any other one a folder. @throws {OrgError} there is no main. */
async function deliveryOf(app: ForgeApp, run: string): Promise<Deliver> {
  const { paths } = app;
  if (!existsSync(join(paths.root, ".git"))) return deliverInto(paths.forge, run);
  const { mainOf } = await import("#ops/release/transaction.ts");
  await mainOf(await openCheckout(paths.root));
  // The gate is loaded when there is something to judge.
  return async (finished) => await (await import("./promote.ts")).deliverCandidate(app, finished);
}

/** The forge of the command line. @param namedModel the model that was named for this run. */
export function openForge(
  app: AppParts,
  namedModel: string | undefined,
): { readonly build: BuildTool; readonly logs: string } {
  const { settings, paths } = app;
  const build: BuildTool = async (wish, options) => {
    const [budget, { main, own }, registry] = await Promise.all([
      app.budget(),
      app.providers(),
      app.registry(),
    ]);
    const dependencies: ForgeDependencies = {
      app,
      provider: own.get(toolsmith.id) ?? main,
      byHand: (name) => settingsOfModel(settings.models, name),
      model: namedModel ?? settings.personaModels[toolsmith.id] ?? settings.model ?? ANY_MODEL,
      lock: new ChannelLock(),
      account: budget.account("forge", toolsmith.id),
      others: await registry.list(),
    };
    return await toolBuilder(dependencies)(wish, options);
  };
  return { build, logs: paths.forgeLogs };
}

/**
 * Validates a folder that a person wrote.
 *
 * @throws {OrgError} `TOOL_INVALID` for a folder that cannot be one of a tool.
 */
export async function judgeTool(
  path: string,
  options: ValidationOptions,
): Promise<ToolReport & { readonly name: string }> {
  const folder = await readToolFolder(path);
  return { name: folder.name, ...(await toolValidator()(folder, options)) };
}

/** Judges tools in the sandbox of this machine. */
function toolValidator(): ValidateTool {
  return createValidator({ checkStatic });
}

/** Code wants the likely word, not the interesting one. */
const TEMPERATURE = 0.2;

function askOf({ provider, model, lock, account }: ForgeDependencies): Ask {
  const paid = budgeted(provider, account);
  return async ({ messages, shape, maxTokens, temperature = TEMPERATURE }, signal) => {
    const wait = { owner: toolsmith.id, signal };
    using _lock = await lock.waitForLock(Number.POSITIVE_INFINITY, wait);
    const request = { model, messages, tools: [], temperature, shape, maxTokens };
    const maxCharacters = maxTokens * MOST_CHARACTERS;
    const { text, end, usage } = await completeText(paid, request, { signal, maxCharacters });
    const tokens = usage?.completionTokens ?? estimateTokens(text);
    return { text, tokens, isCut: end !== "stop" };
  };
}

/** Of one token: some servers do not obey `max_tokens`, and then the connection is closed. */
const MOST_CHARACTERS = 12;

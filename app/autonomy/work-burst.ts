/** The process of a burst: what it opens, and what ends it. None of the databases that the owner has locked is among that. */

import { OrgError } from "#core/errors.ts";
import { ANY_MODEL } from "#core/model-facts.ts";
import { echoed } from "#core/text/echoed.ts";
import { AutonomyStore } from "#home/autonomy/autonomy-store.ts";
import { offFile } from "#home/autonomy/autonomy-switch.ts";
import { burstAccount } from "#home/autonomy/burst-account.ts";
import { beatFile } from "#home/autonomy/burst-beat.ts";
import type { BurstReport } from "#home/autonomy/burst-report.ts";
import { AUTONOMY } from "#home/settings/autonomy-settings.ts";
import { settingsOfModel } from "#home/settings/model-settings.ts";
import { contextModel } from "#models/context-model.ts";
import { profileBook } from "#models/profile-book.ts";
import { ProfileStore } from "#models/profile-store.ts";
import type { Provider } from "#models/provider.ts";
import { BurstLife } from "#ops/autonomy/burst-life.ts";
import { AUTONOMY_ROLE } from "#ops/processes/home-processes.ts";
import { describeOwner } from "#platform/owner.ts";
import { processClock } from "#platform/process-clock.ts";
import { recordService } from "#platform/process-record.ts";
import type { CycleModel } from "#room/cycles/ask.ts";
import { remoteBurst } from "#server/socket/burst-service.ts";
import type { Call } from "#server/socket/home-wire.ts";
import { askOwner } from "#server/socket/owner-client.ts";
import { runBurst } from "./burst.ts";
import { type BurstApp, burstTools } from "./burst-tools.ts";

export interface BurstWork {
  readonly id: string;
  /** What the owner says to the process. */
  readonly input: AsyncIterable<Uint8Array>;
  /** Aborts when the process is told to leave. */
  readonly signal: AbortSignal;
}

/** @throws {OrgError} `USAGE` where the owner has not begun such a burst. */
export async function workBurst(app: BurstApp, work: BurstWork): Promise<BurstReport> {
  const { settings, paths } = app;
  const { home } = settings;
  const { id } = work;
  using life = new BurstLife({
    ...{ owner: work.input, offFile: offFile(home), beatFile: beatFile(home) },
  });
  const signal = AbortSignal.any([life.signal, work.signal]);
  await using _record = await recordService(home, {
    ...{ role: AUTONOMY_ROLE, command: `org auto burst ${id}` },
  });
  using store = new AutonomyStore(paths.autonomy);
  const row = store.get(id);
  if (row === undefined || row.endedAt !== undefined) throw unknownBurst(id);
  const call: Call = (name, body, stop) =>
    askOwner(
      paths.socket,
      { name, body },
      { signal: stop, owner: () => describeOwner(paths.ownerRecord) },
    );
  const owner = remoteBurst(call, signal);
  const budget = await app.budget();
  const account = burstAccount(budget, `autonomy:${id}`);
  const tools = await burstTools(app, { id, owner, account });
  // Before all else that asks a model: an engine of its own would take the memory a second time.
  const { main } = await app.providers(() => owner.engine(id, signal));
  const model = modelOf(app, main, account);
  const { autonomy } = settings;
  return await runBurst({
    ...{
      id,
      store,
      owner,
      model,
      tools,
      signal,
      clock: processClock,
      settings: autonomy,
      now: Date.now,
    },
  });
}

function modelOf(app: BurstApp, provider: Provider, account: CycleModel["account"]): CycleModel {
  const { settings, cleaner, paths } = app;
  const name = settings.autonomy.model ?? settings.model ?? ANY_MODEL;
  const byHand = (model: string) => settingsOfModel(settings.models, model);
  const book = profileBook({ provider, store: new ProfileStore(paths.profiles), byHand });
  const persona = { id: AUTONOMY, description: "", prompt: "", tools: [] };
  return {
    model: contextModel(persona, {
      ...{ provider, name, windowTokens: settings.contextTokens, others: [] },
      ...{ learnProfile: book.profileOf, observe: book.note },
    }),
    ...{ owner: AUTONOMY, lock: app.lockOf(provider.endpoint), cleaner, account },
    prices: settings.prices,
  };
}

function unknownBurst(id: string): OrgError {
  return new OrgError(`No burst ${echoed(id)} waits to be worked on`, {
    code: "USAGE",
    why: "the process that owns the home begins bursts, and starts what works on them",
    remedies: ["org auto status", "org auto on"],
    unchanged: "Nothing was asked.",
  });
}

/** The engine of this machine, as commands ask for it. */

import type { Settings } from "#home/settings/settings.ts";
import { RUNTIME_BYTES } from "#models/engine/catalogue.ts";
import { installEngine, removeEngine } from "#models/engine/install/install.ts";
import { readEngine } from "#models/engine/installed.ts";
import { offeredModel } from "#models/engine/offer.ts";
import { readServices } from "#platform/process-record.ts";
import type { CommandContext } from "../context.ts";
import type { EngineSource, EngineStatus } from "../engine-command.ts";

/** The engine of this machine. */
export function engineSource({ settings, signal }: CommandContext): EngineSource {
  const { folder, choice, memoryBytes, hub } = settings.engine;
  return {
    status: () => statusOf(settings),
    offer: (wanted) => {
      const model = offeredModel(wanted ?? choice, memoryBytes);
      return { ...model, bytes: model.bytes + RUNTIME_BYTES };
    },
    install: async ({ from, choice: wanted, model: other }, onStep) => {
      const model = other ?? offeredModel(wanted ?? choice, memoryBytes);
      return (await installEngine({ folder, from, model, hub, onStep, signal })).name;
    },
    remove: () => removeEngine(folder),
  };
}

async function statusOf({ engine: { folder }, home }: Settings): Promise<EngineStatus> {
  const found = await readEngine(folder);
  const engines = (await readServices(home)).filter(({ role }) => role === "engine");
  const processes = engines.map(({ pid }) => pid);
  if (found.state === "missing") return { state: "missing", folder, processes };
  if (found.state === "damaged") return { ...found, folder, processes };
  const { name: model, takesTools } = found.engine.model;
  return { state: "installed", folder, model, takesTools, processes };
}

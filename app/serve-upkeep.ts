/** What a process that serves does for the supervisor of its home. */
import { ANY_MODEL } from "#core/model-facts.ts";
import { completeText } from "#models/complete.ts";
import type { OpenLog } from "#platform/log/log.ts";
import type { OwnHome } from "#server/socket/open-home.ts";
import type { Handlers } from "#server/socket/owner-server.ts";
import { type Upkeep, upkeepHandlers } from "#server/socket/upkeep-service.ts";
import type { App } from "./app.ts";
import type { JobsEndpoint } from "./jobs.ts";
import { reloadHandlers } from "./mcp-reload.ts";

/** A job that has given no sign of life for so long hangs, in milliseconds. */
const SILENT_MS = 300_000;

interface UpkeepResources {
  readonly app: Pick<App, "providers" | "mcpServers" | "settings">;
  readonly endpoint: Pick<JobsEndpoint, "figures" | "dropSilent" | "checkpoint">;
  readonly log: Pick<OpenLog, "sample">;
}

export class ServeUpkeep {
  /** For the socket of the home, which is opened before it is known what is asked there. */
  readonly handlers: Handlers;
  readonly #home = Promise.withResolvers<Pick<OwnHome, "checkpoint" | "service">>();

  constructor({ app, endpoint, log }: UpkeepResources) {
    const upkeep: Upkeep = {
      queue: () => endpoint.figures(),
      checkpoint: async () => {
        await (await this.#home.promise).checkpoint();
        endpoint.checkpoint();
      },
      probe: async (signal) => await (await app.providers()).probeMain(signal),
      provider: async (signal) => await (await app.providers()).checkMain(signal),
      shrinkEngine: async () => await (await app.providers()).shrinkEngine(),
      tryModel: async (signal) => await answers(app, signal),
      restartWorkers: () => endpoint.dropSilent(SILENT_MS),
      sampleLog: async () => log.sample(),
      tell: async (text) => (await this.#home.promise).service.notify({ level: "warning", text }),
    };
    this.handlers = { ...upkeepHandlers(upkeep), ...reloadHandlers(app) };
  }

  /** The home is open. */
  owns(home: Pick<OwnHome, "checkpoint" | "service">): void {
    this.#home.resolve(home);
  }
}

/** As short as a completion is: it counts that there is one. */
const MOST_TOKENS = 16;

async function answers(app: UpkeepResources["app"], signal: AbortSignal): Promise<boolean> {
  const { main } = await app.providers();
  const messages = [{ role: "user", content: "Say: ready" }] as const;
  const model = app.settings.model ?? ANY_MODEL;
  const wish = { model, messages, tools: [], temperature: 0, maxTokens: MOST_TOKENS };
  return (await completeText(main, wish, { signal })).text !== "";
}

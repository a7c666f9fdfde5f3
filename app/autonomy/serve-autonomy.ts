/** Autonomy in the process that serves a home: it begins bursts, answers them, and ends them. */
import { existsSync } from "node:fs";
import type { Journal } from "#core/journal.ts";
import type { Memory } from "#core/memory.ts";
import { AutonomyStore, type BurstRow } from "#home/autonomy/autonomy-store.ts";
import { type AutonomyState, autonomyState, isOn } from "#home/autonomy/autonomy-switch.ts";
import { endedBurst, reportText } from "#home/autonomy/burst-report.ts";
import type { GenerationName } from "#home/home-paths.ts";
import { Autonomy, type RunningBurst } from "#ops/autonomy/autonomy.ts";
import { BurstProcess } from "#ops/autonomy/burst-process.ts";
import { endProcesses } from "#ops/processes/end.ts";
import { AUTONOMY_ROLE } from "#ops/processes/home-processes.ts";
import type { Log } from "#platform/log/log.ts";
import { processOf, readServices } from "#platform/process-record.ts";
import { type BurstService, burstHandlers } from "#server/socket/burst-service.ts";
import { observedJournal } from "#server/socket/observed-journal.ts";
import type { Handlers } from "#server/socket/owner-server.ts";
import type { RoomHost } from "#server/socket/room-host.ts";
import type { AppParts } from "../context.ts";
import { modelArguments } from "../task-job.ts";
import { BurstKnowledge } from "./burst-knowledge.ts";
import { reportOfSteps, stepsOf } from "./burst-steps.ts";
import { cosinesBy } from "./cosines.ts";

/** How often it is looked whether something is to begin or to end, in milliseconds. */
const LOOK_MS = 1000;
/** What a process that was left over by another owner may take to go, in milliseconds. */
const LEFT_OVER_MS = 5000;

export interface ServeAutonomyOptions {
  readonly app: Pick<
    AppParts,
    "settings" | "paths" | "flags" | "memory" | "textModel" | "providers"
  >;
  /** A candidate does nothing by itself. */
  readonly name: GenerationName;
  readonly log: Pick<Log, "info">;
  readonly report: (error: unknown) => void;
  /** Starts a burst. @default in a process of its own, by the same program */
  readonly start?: ((id: string) => RunningBurst) | undefined;
}

export class ServeAutonomy {
  readonly #options: ServeAutonomyOptions;
  #autonomy: Autonomy | undefined;
  #knowledge: BurstKnowledge | undefined;
  /** For the socket of the home, which is opened before it is known what is asked there. */
  readonly handlers: Handlers;

  constructor(options: ServeAutonomyOptions) {
    this.#options = options;
    const remote = (): BurstService => {
      if (this.#knowledge === undefined) throw new Error("No burst runs here");
      return this.#knowledge;
    };
    this.handlers = burstHandlers({
      brief: async (burst) => await remote().brief(burst),
      isRelevant: async (burst, text) => await remote().isRelevant(burst, text),
      search: async (burst, query) => await remote().search(burst, query),
      keep: async (burst, text) => await remote().keep(burst, text),
      engine: async (burst, signal) => await remote().engine(burst, signal),
    });
  }

  /** The same journal, of which every new event is seen. */
  observed(journal: Journal): Journal {
    return observedJournal(journal, (event) => this.#autonomy?.see(event));
  }

  /** Looks from now on, until what is returned is disposed of, which ends what runs. */
  start(home: OwnedHome): AsyncDisposable {
    const { name, report } = this.#options;
    const parts = new DisposableStack();
    let looking: Promise<void> | undefined;
    const look = (): void => {
      this.#autonomy ??= this.#isNeeded ? this.#open(home, parts) : undefined;
      looking ??= this.#autonomy
        ?.look()
        .catch(report)
        .finally(() => {
          looking = undefined;
        });
    };
    const timer = name === "candidate" ? undefined : setInterval(look, LOOK_MS);
    return {
      [Symbol.asyncDispose]: async () => {
        clearInterval(timer);
        await looking;
        await this.#autonomy?.leave();
        parts.dispose();
      },
    };
  }

  /** A home in which nothing is done by itself has no file for it. */
  get #isNeeded(): boolean {
    const { paths } = this.#options.app;
    return isOn(this.#state()) || existsSync(paths.autonomy);
  }

  #state(): AutonomyState {
    const { settings } = this.#options.app;
    return autonomyState(settings.home, settings.autonomy.isEnabled);
  }

  #open({ journal, service }: OwnedHome, parts: DisposableStack): Autonomy {
    const { app, report } = this.#options;
    const { settings, paths, flags } = app;
    // biome-ignore lint/nursery/useDisposables: the stack disposes of it
    const store = parts.use(new AutonomyStore(paths.autonomy));
    const command = { home: settings.home, program: Bun.main };
    const ownProcess = (id: string): RunningBurst =>
      new BurstProcess({ ...command, words: ["auto", "burst", id, ...modelArguments(flags)] });
    const autonomy = new Autonomy({
      ...{ store, journal, pace: settings.autonomy, report, state: () => this.#state() },
      start: this.#options.start ?? ownProcess,
      livesElsewhere: async () => await isLeftOver(settings.home),
      close: (id, why) => {
        store.finish(id, endedBurst(reportOfSteps(stepsOf(store, id), why), Date.now()));
      },
      tell: (id, what) => this.#tell(store.get(id), what, service),
      clock: { now: Date.now, mono: () => performance.now() },
    });
    this.#knowledge = new BurstKnowledge({
      ...{ journal, now: Date.now, running: () => autonomy.running },
      memory: async () => await this.#memory(journal),
      cosines: cosinesBy(() => app.textModel()),
      lend: async (signal) => await (await app.providers()).lendEngine(signal),
    });
    return autonomy;
  }

  async #memory(journal: Journal): Promise<Memory> {
    const memory = await this.#options.app.memory.learning(journal, true);
    if (memory === undefined) throw new Error("A memory that is needed is opened");
    return memory;
  }

  #tell(row: BurstRow | undefined, what: "began" | "ended", service: RoomHost): void {
    const { log, report } = this.#options;
    log.info(`a burst ${what}`, { event: `burst-${what}`, id: row?.id, end: row?.end });
    const [first = ""] = row === undefined ? [] : reportText(row).split("\n");
    const text = what === "began" ? BEGAN : `autonomy: ${first}  → org auto status`;
    service.notify({ level: "info", text }).catch(report);
  }
}

interface OwnedHome {
  readonly journal: Journal;
  readonly service: RoomHost;
}

const BEGAN =
  "autonomy: works a little while you are away; a line of yours ends it, and /auto off for good";

/** Whether a burst of another owner still lives. One that does not end by itself is killed. */
async function isLeftOver(home: string): Promise<boolean> {
  const found = (await readServices(home)).find(({ role }) => role === AUTONOMY_ROLE);
  const info = found && (await processOf(found));
  if (info === undefined) return false;
  const { left } = await endProcesses([info], { graceMs: LEFT_OVER_MS });
  return left.length > 0;
}

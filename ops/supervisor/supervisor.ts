/** The loop of the supervisor: looks, decides, and sleeps until the next look. */
import { join } from "node:path";
import type { FixPolicy } from "#home/settings/config-schema.ts";
import { readBootId } from "#platform/process-info.ts";
import { Controller } from "./controller.ts";
import { type DayReport, dayReport } from "./day-report.ts";
import { type AskModel, diagnose } from "./diagnosis.ts";
import { DiskReserve, isDiskFull } from "./disk-reserve.ts";
import type { FixRecord } from "./fix-record.ts";
import { endBurst } from "./fixes/burst.ts";
import { restoreDamaged } from "./fixes/damaged.ts";
import { releaseFixes } from "./fixes/release.ts";
import { servingFixes } from "./fixes/serving.ts";
import { storageFixes } from "./fixes/storage.ts";
import type { Clock } from "./log-tail.ts";
import type { Observation } from "./observation.ts";
import { HomeWatcher } from "./observe/home-watcher.ts";
import { systemClock } from "./observe/machine.ts";
import type { OwnerPort } from "./owner-port.ts";
import type { Finding, Fix, FixName } from "./pattern.ts";
import { PATTERNS } from "./patterns/all.ts";
import { MAX_RECORDS, SupervisorStore } from "./supervisor-store.ts";

/** From one look to the next, in milliseconds. */
const PERIOD_MS = 5000;

export interface SupervisorOptions {
  readonly home: string;
  /** The main.ts of this process. */
  readonly program: string;
  readonly owner: OwnerPort;
  readonly policy: FixPolicy;
  /** Asks a model about what no pattern knows. @default none is asked */
  readonly ask?: AskModel | undefined;
  /** Tells a person. Must not throw. */
  readonly tell: (record: FixRecord, text: string) => void;
  /** Called once for each day that has ended. Must not throw. @default no call */
  readonly report?: ((report: DayReport) => void) | undefined;
  readonly signal: AbortSignal;
  /** @default that of the machine */
  readonly clock?: (() => Promise<Clock>) | undefined;
  /** @default {@link PERIOD_MS} */
  readonly periodMs?: number | undefined;
}

/** Where the supervisor keeps what it knows. */
export function supervisorPath(home: string): string {
  return join(home, ".org", "state", "supervisor.sqlite");
}

function reservePath(home: string): string {
  return join(home, ".org", "state", "supervisor.reserve");
}

/** @throws {OrgError} `JOURNAL_CORRUPT`, `FILE_FAILED` */
export async function openSupervisorStore(home: string): Promise<SupervisorStore> {
  return new SupervisorStore(supervisorPath(home), await readBootId());
}

/** Looks after a home. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #watcher: HomeWatcher;
  readonly #controller: Controller;
  readonly #store: SupervisorStore;
  readonly #reserve: DiskReserve;
  #seen: Observation | undefined;
  /** A model that is being asked: no look waits for it. */
  #asking: Promise<void> | undefined;

  constructor(options: SupervisorOptions, store: SupervisorStore) {
    this.#options = options;
    this.#store = store;
    this.#reserve = new DiskReserve(reservePath(options.home));
    const { home, program, owner, policy, tell, signal } = options;
    const { clock = systemClock, periodMs = PERIOD_MS } = options;
    const watcher = new HomeWatcher({ home, store, owner, clock, periodMs, signal });
    this.#watcher = watcher;
    const serving = {
      ...{ home, owner, program, store, startOf: (role: string) => watcher.startOf(role) },
      now: async () => (await clock()).at,
      hasServed: (pid: number, startTime: number) => watcher.hasServed({ pid, startTime }),
    };
    const warningsSince = (source: string, at: number) =>
      this.#seen?.unread.has(source) === false ? countWarnings(this.#seen, source, at) : undefined;
    const fixes: readonly Fix[] = [
      ...servingFixes(serving),
      ...releaseFixes(serving),
      ...[restoreDamaged(serving), endBurst(home)],
      ...storageFixes({ home, program, owner, warningsSince, now: serving.now }),
    ];
    const byName = new Map<FixName, Fix>(fixes.map((fix) => [fix.name, fix]));
    this.#controller = new Controller({
      patterns: PATTERNS,
      fixes: byName,
      store,
      policy,
      tell,
      signal,
    });
  }

  /** One look, and one step of what follows from it. */
  async beat(): Promise<readonly Finding[]> {
    try {
      return await this.#beat();
    } catch (error) {
      if (!isDiskFull(error) || !this.#reserve.release()) throw error;
      return await this.#beat();
    }
  }

  async #beat(): Promise<readonly Finding[]> {
    this.#seen = await this.#watcher.look();
    const findings = await this.#controller.beat(this.#seen);
    if (findings.length === 0) this.#diagnose(this.#seen);
    this.#report(this.#seen.looks.at(-1)?.wall);
    await this.#watcher.over();
    this.#reserve.keep(this.#seen.looks.at(-1)?.disk.free ?? 0);
    return findings;
  }

  /** The model that is being asked has answered, if there is one. */
  async answered(): Promise<void> {
    await this.#asking;
  }

  #report(wall: number | undefined): void {
    const day = wall === undefined ? undefined : this.#store.days.takeEnded(wall);
    if (day !== undefined) this.#options.report?.(reportOf(this.#store, day));
  }

  #diagnose({ lines, looks }: Observation): void {
    const { ask, policy, signal } = this.#options;
    const last = looks.at(-1);
    if (ask === undefined || policy === "off" || last === undefined || this.#asking !== undefined)
      return;
    const { at: now, wall } = last;
    this.#asking = diagnose(lines, { store: this.#store, ask, wall, signal })
      .then((found) => found && this.#controller.propose(found, { now, wall }))
      // A model that does not answer is not a failure of the home; another one may be asked later.
      .catch(() => undefined)
      .finally(() => {
        this.#asking = undefined;
      });
  }

  /**
   * Until the signal aborts.
   *
   * @param onBeat called for each look.
   * @param onError called for a look that failed; the next one comes all the same.
   */
  async run(
    onBeat: (findings: readonly Finding[]) => void,
    onError: (error: unknown) => void,
  ): Promise<void> {
    const { signal, periodMs = PERIOD_MS } = this.#options;
    while (!signal.aborted) {
      const start = performance.now();
      await this.beat().then(onBeat, onError);
      await pause(Math.max(0, periodMs - (performance.now() - start)), signal);
    }
  }
}

/** The report of a day, which may not be over. @param day in UTC, as 2026-01-31. */
export function reportOf(store: SupervisorStore, day: string): DayReport {
  const givenUp = store.givenUp().map(({ role }) => role);
  const records = store.all(MAX_RECORDS);
  return dayReport(day, { figures: store.days.of(day), records, givenUp });
}

function countWarnings({ lines }: Observation, source: string, at: number): number {
  return lines.filter((one) => one.source === source && one.level !== "info" && one.at > at).length;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  const over = Promise.withResolvers<void>();
  const timer = setTimeout(over.resolve, ms);
  const end = (): void => over.resolve();
  signal.addEventListener("abort", end, { once: true });
  if (!signal.aborted) await over.promise;
  signal.removeEventListener("abort", end);
  clearTimeout(timer);
}

/** The current generation watches how its tools fare, and has a promotion reverted that did harm. */
import type { JournaledEvent } from "#core/events.ts";
import type { WatchAlarm } from "#fitness/statistics/use-watch.ts";
import { UseStore } from "#home/use-store.ts";
import { openWatch, type TimedUse } from "#ops/release/watch.ts";
import type { HomeService } from "#server/socket/home-service.ts";
import { isBreakdown } from "#tools/generated-tool.ts";
import type { SeeCall } from "./home-tools.ts";

export interface WatchOptions {
  /** ORG_HOME. */
  readonly home: string;
  /** What was used before, out of its rooms. */
  readonly service: HomeService;
  /** Names that are not watched: those tools were never promoted. */
  readonly builtIn: ReadonlySet<string>;
  /** Told of every alarm before anything is done about it. Must not throw. */
  readonly onAlarm: (alarm: WatchAlarm, text: string) => void;
  /** Has a promotion reverted, by a process of its own: it restarts this one. @param tag of the promotion. */
  readonly revert: (tag: string) => void;
  readonly signal: AbortSignal;
}

/** Takes the uses of tools as they are written to the journal, and keeps those that no room writes down. */
export class UseObserver implements Disposable {
  readonly #store: UseStore;
  #take: ((use: TimedUse) => void) | undefined;

  /**
   * @param path of the database of uses outside of rooms; a missing one is made.
   * @throws {OrgError} `JOURNAL_CORRUPT` for a damaged file, `FILE_FAILED` when the system refuses.
   */
  constructor(path: string) {
    this.#store = new UseStore(path);
  }

  /** Takes an event that has just been written. */
  readonly see = (event: JournaledEvent): void => {
    const use = useOf(event, Date.now());
    if (use !== undefined) this.#take?.(use);
  };

  /** Takes a call over HTTP or of a job that has just ended; one that was refused before it ran is none. */
  readonly seeCall: SeeCall = ({ name: tool, ok, ms, outcome }) => {
    if (ms === 0) return;
    const at = Date.now();
    this.#store.add({ tool, ok, outcome, at });
    this.#take?.({ tool, ok, brokeDown: outcome === "breakdown", at });
  };

  /** Begins to watch; what the journal holds already is counted first. */
  async watch({ home, service, builtIn, onAlarm, revert, signal }: WatchOptions): Promise<void> {
    const all = [...(await usesIn(service, signal)), ...this.#outsideOfRooms()];
    const before = all.filter(({ tool }) => !builtIn.has(tool));
    const watch = await openWatch(home, before);
    const act = (alarm: typeof watch.left): void => {
      if (alarm === undefined) return;
      const { why, rollBack } = alarm;
      const text =
        rollBack === undefined ? `alarm: ${why}` : `alarm: ${why}; ${rollBack} is reverted`;
      onAlarm(alarm, text);
      if (rollBack !== undefined) revert(rollBack);
    };
    act(watch.left);
    this.#take = (use) => builtIn.has(use.tool) || act(watch.push(use));
  }

  [Symbol.dispose](): void {
    this.#store[Symbol.dispose]();
  }

  #outsideOfRooms(): readonly TimedUse[] {
    return this.#store.all().map(({ tool, ok, outcome, at }) => {
      return { tool, ok, brokeDown: outcome === "breakdown", at };
    });
  }
}

async function usesIn(service: HomeService, signal: AbortSignal): Promise<readonly TimedUse[]> {
  const uses: TimedUse[] = [];
  for (const { room } of await service.rooms(signal)) {
    for await (const { at, event } of service.entries({ kind: "named", id: room }, signal)) {
      const use = useOf(event, at);
      if (use !== undefined) uses.push(use);
    }
  }
  return uses;
}

function useOf(event: JournaledEvent, at: number): TimedUse | undefined {
  // A result without time is one of a call that was refused before it ran.
  if (event.type !== "tool-result" || event.ms === 0) return undefined;
  const { name, ok, output = "" } = event;
  return { tool: name, ok, brokeDown: !ok && isBreakdown({ name, output }), at };
}

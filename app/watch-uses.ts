/** The current generation watches how its tools fare, and has a promotion reverted that did harm. */
import type { JournaledEvent } from "#core/events.ts";
import type { WatchAlarm } from "#fitness/statistics/use-watch.ts";
import { type StoredUse, UseStore } from "#home/use-store.ts";
import { readAlarms } from "#ops/release/alarms.ts";
import { openWatch, type TimedUse } from "#ops/release/watch.ts";
import { keyOf } from "#room/entries.ts";
import type { HomeService } from "#server/socket/home-service.ts";
import { isBreakdown } from "#tools/generated-tool.ts";
import type { SeeCall } from "./home-tools.ts";

export interface WatchOptions {
  /** ORG_HOME. */
  readonly home: string;
  /** What was used before, out of its rooms. */
  readonly service: HomeService;
  /** Told of every alarm before anything is done about it. Must not throw. */
  readonly onAlarm: (alarm: WatchAlarm, text: string) => void;
  /** Has a promotion reverted, by a process of its own: it restarts this one. @param tag of the promotion. */
  readonly revert: (tag: string) => void;
  readonly signal: AbortSignal;
}

/** A use, and in a room the key of its event. */
interface ObservedUse extends TimedUse {
  readonly key?: string;
}

/** Takes the uses of tools as they are written to the journal, and keeps those that no room writes down. */
export class UseObserver implements Disposable {
  readonly #store: UseStore;
  readonly #builtIn: ReadonlySet<string>;
  #take: ((use: ObservedUse) => void) | undefined;
  #isFailing = false;

  /**
   * @param path of the database of uses outside of rooms; a missing one is made.
   * @param builtIn names of tools that are neither watched nor kept: they were never promoted.
   * @throws {OrgError} `JOURNAL_CORRUPT` for a damaged file, `FILE_FAILED` when the system refuses.
   */
  constructor(path: string, builtIn: ReadonlySet<string>) {
    this.#store = new UseStore(path);
    this.#builtIn = builtIn;
  }

  /** Takes an event that has just been written. */
  readonly see = (event: JournaledEvent): void => {
    const use = useOf(event, Date.now());
    if (use !== undefined && !this.#builtIn.has(use.tool)) this.#take?.(use);
  };

  /**
   * Takes a call over HTTP or of a job that has just ended; one that was refused before it ran is none.
   *
   * @throws what keeps the use from being written: once, until one is written again. The watch has it all the same.
   */
  readonly seeCall: SeeCall = ({ name: tool, ok, ms, outcome }) => {
    if (ms === 0 || this.#builtIn.has(tool)) return;
    const at = Date.now();
    this.#take?.({ tool, ok, brokeDown: outcome === "breakdown", at });
    this.#keep({ tool, ok, outcome, at });
  };

  /** Begins to watch; what the journal holds already is counted first, and what comes meanwhile behind that. */
  async watch({ home, service, onAlarm, revert, signal }: WatchOptions): Promise<void> {
    // Nothing is awaited between these two: a use is in the one or in the other.
    const outsideUses = this.#outsideOfRooms();
    const meanwhile: ObservedUse[] = [];
    this.#take = (use) => void meanwhile.push(use);
    const inRooms = await usesIn(service, signal);
    const before = [...inRooms.values(), ...outsideUses].filter(
      ({ tool }) => !this.#builtIn.has(tool),
    );
    const watch = await openWatch(home, before);
    const act = (alarm: typeof watch.pending, isReported = false): void => {
      if (alarm === undefined) return;
      const { why, rollBack } = alarm;
      const text =
        rollBack === undefined ? `alarm: ${why}` : `alarm: ${why}; ${rollBack} is reverted`;
      if (!isReported) onAlarm(alarm, text);
      if (rollBack !== undefined) revert(rollBack);
    };
    // Where its rollback fails, it is left again at every start: that is tried anew, and the alarm is not raised anew.
    const alarms = watch.pending === undefined ? [] : await readAlarms(home);
    act(
      watch.pending,
      alarms.some(({ reverts }) => reverts === watch.pending?.rollBack),
    );
    this.#take = (use) => act(watch.push(use));
    for (const use of meanwhile) {
      // A room may have been read after the call in it.
      if (use.key === undefined || !inRooms.has(use.key)) this.#take(use);
    }
  }

  [Symbol.dispose](): void {
    this.#store[Symbol.dispose]();
  }

  #keep(use: StoredUse): void {
    try {
      this.#store.add(use);
      this.#isFailing = false;
    } catch (error) {
      // A full disk would be told of at every call.
      if (this.#isFailing) return;
      this.#isFailing = true;
      throw error;
    }
  }

  #outsideOfRooms(): readonly ObservedUse[] {
    return this.#store.all().map(({ tool, ok, outcome, at }) => {
      return { tool, ok, brokeDown: outcome === "breakdown", at };
    });
  }
}

/** @returns them by the keys of their events. */
async function usesIn(
  service: HomeService,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ObservedUse>> {
  const uses = new Map<string, ObservedUse>();
  for (const { room } of await service.rooms(signal)) {
    for await (const { at, event } of service.entries({ kind: "named", id: room }, signal)) {
      const use = useOf(event, at);
      if (use !== undefined) uses.set(use.key, use);
    }
  }
  return uses;
}

function useOf(event: JournaledEvent, at: number): Required<ObservedUse> | undefined {
  // A result without time is one of a call that was refused before it ran.
  if (event.type !== "tool-result" || event.ms === 0) return undefined;
  const { name, ok, output = "" } = event;
  const brokeDown = !ok && isBreakdown({ name, output });
  return { tool: name, ok, brokeDown, at, key: keyOf(event) };
}

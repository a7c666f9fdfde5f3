/** The current generation watches how its tools fare, and has a promotion reverted that did harm. */
import type { JournaledEvent } from "#core/events.ts";
import type { WatchAlarm } from "#fitness/statistics/use-watch.ts";
import { openWatch, type TimedUse } from "#ops/release/watch.ts";
import type { HomeService } from "#server/socket/home-service.ts";
import { isBreakdown } from "#tools/generated-tool.ts";

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

/** Takes the uses of tools as they are written to the journal. */
export class UseObserver {
  #take: ((use: TimedUse) => void) | undefined;

  /** Takes an event that has just been written. */
  see(event: JournaledEvent): void {
    const use = useOf(event, Date.now());
    if (use !== undefined) this.#take?.(use);
  }

  /** Begins to watch; what the journal holds already is counted first. */
  async watch({ home, service, builtIn, onAlarm, revert, signal }: WatchOptions): Promise<void> {
    const before = (await usesIn(service, signal)).filter(({ tool }) => !builtIn.has(tool));
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

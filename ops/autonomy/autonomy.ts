/** When a home works by itself: bursts begin while nothing happens, one at a time, and end at once when a person is there. */
import { type BurstPace, untilBurst } from "#core/autonomy/burst-schedule.ts";
import type { JournaledEvent } from "#core/events.ts";
import { newId } from "#core/ids.ts";
import type { Journal } from "#core/journal.ts";
import type { AutonomyStore } from "#home/autonomy/autonomy-store.ts";
import { type AutonomyState, isOn } from "#home/autonomy/autonomy-switch.ts";
import type { BurstStop } from "./burst-life.ts";

/** A burst that runs. */
export interface RunningBurst {
  /** Tells it to end. @returns when nothing of it is left. */
  end(why: BurstStop): Promise<void>;
  /** Resolves when it is gone. */
  readonly gone: Promise<void>;
}

export interface AutonomyOptions {
  readonly store: AutonomyStore;
  readonly journal: Pick<Journal, "rooms">;
  readonly pace: BurstPace & { readonly lengthMs: number };
  readonly state: () => AutonomyState;
  /** Starts a burst in a process of its own. */
  readonly start: (id: string) => RunningBurst;
  /** Whether a process of a burst lives that another owner has started. */
  readonly livesElsewhere: () => Promise<boolean>;
  /** Writes down what a burst came to that did not do so itself. */
  readonly close: (id: string, why: BurstStop | "killed") => void;
  /** Told when a burst begins, and when it has ended. */
  readonly tell: (id: string, what: "began" | "ended") => void;
  readonly report: (error: unknown) => void;
  /** Milliseconds since the epoch, and of a clock that no one sets. */
  readonly clock: { readonly now: () => number; readonly mono: () => number };
}

/** More bursts than a day has, and than bring nothing in a row until the next one waits for a day. */
const REMEMBERED = 100;
/** Further than the end of its work a burst is not waited for, in milliseconds. */
const OVERTIME_MS = 5000;

/** An event, as far as it is looked at. */
type SeenEvent = Pick<JournaledEvent, "type"> & {
  readonly phase?: unknown;
  readonly state?: unknown;
};

interface Running {
  readonly id: string;
  readonly burst: RunningBurst;
  readonly untilMs: number;
  why: BurstStop | undefined;
}

export class Autonomy {
  readonly #options: AutonomyOptions;
  #running: Running | undefined;
  /** On the monotonic clock. */
  #quietSince: number | undefined;
  #over: Promise<void> | undefined;
  #isLeaving: boolean = false;

  constructor(options: AutonomyOptions) {
    this.#options = options;
  }

  /** The burst that may still ask and keep; not one that was told to end. */
  get running(): string | undefined {
    return this.#running?.why === undefined ? this.#running?.id : undefined;
  }

  /** Takes what happens in a room: a user who says something there, or sets a goal, wants the home for themselves. */
  see(event: SeenEvent): void {
    // What the home tells its rooms by itself is not their life.
    if (event.type === "notice") return;
    this.#quietSince = this.#options.clock.mono();
    if (event.type === "message" || beginsGoal(event)) this.#end("human");
  }

  /** Looks once: ends what is to end, and begins what may begin. Called each second. */
  async look(): Promise<void> {
    const { state, clock } = this.#options;
    const running = this.#running;
    if (running !== undefined) {
      if (!isOn(state())) this.#end("stopped");
      else if (clock.mono() > running.untilMs) this.#end("time");
      return;
    }
    await this.#closeLost();
    if (!this.#isLeaving && isOn(state()) && (await this.#isTime())) this.#begin();
  }

  /** Ends what runs, and begins nothing more. @returns when nothing of it is left. */
  async leave(): Promise<void> {
    this.#isLeaving = true;
    this.#end("owner");
    await this.#over;
  }

  /** Of a process that was killed, or whose owner was: told once. */
  async #closeLost(): Promise<void> {
    const { store, livesElsewhere, close } = this.#options;
    const lost = store.since(Number.MAX_SAFE_INTEGER);
    if (lost.length === 0 || (await livesElsewhere())) return;
    for (const { id } of lost) close(id, "killed");
  }

  async #isTime(): Promise<boolean> {
    const { store, pace, clock } = this.#options;
    if (store.since(Number.MAX_SAFE_INTEGER).length > 0) return false;
    const quietMs = clock.mono() - (await this.#quietFrom());
    if (quietMs < pace.idleMs) return false;
    const now = clock.now();
    return untilBurst(store.past(REMEMBERED), pace, { now, quietMs }) === 0;
  }

  /** Before this process looked only the time of the last entry is known. */
  async #quietFrom(): Promise<number> {
    if (this.#quietSince !== undefined) return this.#quietSince;
    const { journal, clock } = this.#options;
    const last = Math.max(0, ...(await journal.rooms()).map(({ lastAt }) => lastAt));
    // A home without a line of its user has nothing to think about.
    if (last === 0) return clock.mono();
    const quietMs = Math.max(0, clock.now() - last);
    this.#quietSince ??= clock.mono() - quietMs;
    return this.#quietSince;
  }

  #begin(): void {
    const { store, start, pace, tell, clock, report } = this.#options;
    const id = newId("burst");
    store.begin(id, clock.now());
    const burst = start(id);
    const untilMs = clock.mono() + pace.lengthMs + OVERTIME_MS;
    const running: Running = { id, burst, untilMs, why: undefined };
    this.#running = running;
    tell(id, "began");
    this.#over = burst.gone.then(() => this.#ended(running)).catch(report);
  }

  #ended({ id, why }: Running): void {
    const { close, tell } = this.#options;
    this.#running = undefined;
    // It has written down itself how it ended, unless it was killed.
    close(id, why ?? "killed");
    tell(id, "ended");
  }

  #end(why: BurstStop): void {
    if (this.#running === undefined || this.#running.why !== undefined) return;
    this.#running.why = why;
    this.#running.burst.end(why).catch(this.#options.report);
  }
}

/** Bursts write their own steps elsewhere, so that a goal in the journal is the user's. */
function beginsGoal({ type, phase, state }: SeenEvent): boolean {
  return type === "goal" && phase === "goal" && state === "begun";
}

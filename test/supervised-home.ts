/** A home with a supervisor in this process, on a clock that goes five seconds a look. */
import { appendFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ownerPort } from "#app/owner-port.ts";
import type { FixPolicy } from "#home/settings/config-schema.ts";
import type { FixRecord } from "#ops/supervisor/fix-record.ts";
import {
  openSupervisorStore,
  Supervisor,
  type SupervisorOptions,
} from "#ops/supervisor/supervisor.ts";
import type { SupervisorStore } from "#ops/supervisor/supervisor-store.ts";
import { PROGRAM } from "./program.ts";

/** A file that gets one line for each finding, with how long it took; for the table in docs/operations.md. */
const TIMES = Bun.env["ORG_SUPERVISOR_TIMES"];
/** What a look takes on the clock of the supervisor, in milliseconds. */
const STEP_MS = 5000;

export interface Told {
  readonly pattern: string;
  readonly subject: string;
  readonly state: string;
  readonly text: string;
}

export class SupervisedHome implements AsyncDisposable {
  readonly home: string;
  readonly store: SupervisorStore;
  readonly told: Told[] = [];
  readonly #supervisor: Supervisor;
  readonly #stop = new AbortController();
  at = 1e9;
  wallOffset = 0;
  stepMs: number = STEP_MS;
  /** When the looks began that a test waits for: right after something was broken. */
  #from = 0;
  readonly #foundAfter = new Map<number, number>();

  private constructor(home: string, store: SupervisorStore, options: Partial<SupervisorOptions>) {
    this.home = home;
    this.store = store;
    const clock = async () => ({ at: this.at, wall: Date.now() + this.wallOffset });
    this.#supervisor = new Supervisor(
      {
        ...{ home, program: PROGRAM, owner: ownerPort(home), policy: "auto" as FixPolicy, clock },
        tell: ({ pattern, subject, state }: FixRecord, text) =>
          void this.told.push({ pattern, subject, state, text }),
        signal: this.#stop.signal,
        ...options,
      },
      store,
    );
  }

  static async open(
    home: string,
    options: Partial<SupervisorOptions> = {},
  ): Promise<SupervisedHome> {
    await mkdir(join(home, ".org", "run"), { recursive: true });
    return new SupervisedHome(home, await openSupervisorStore(home), options);
  }

  /** Another supervisor of the same home, which knows what is on disk, on the same clock. */
  async reopened(options: Partial<SupervisorOptions> = {}): Promise<SupervisedHome> {
    await this[Symbol.asyncDispose]();
    const { at, wallOffset, stepMs } = this;
    return Object.assign(await SupervisedHome.open(this.home, options), { at, wallOffset, stepMs });
  }

  /** Looks until something is so, or so many times. @returns how many looks it took. */
  async beats(most: number, isSo: () => boolean = () => false): Promise<number> {
    this.#from = this.at;
    for (let beat = 1; beat <= most; beat += 1) {
      this.at += this.stepMs;
      await this.#supervisor.beat();
      for (const { id, found } of TIMES === undefined ? [] : this.records()) {
        if (!this.#foundAfter.has(id)) this.#foundAfter.set(id, found - this.#from);
      }
      if (isSo()) return beat;
    }
    return most + 1;
  }

  records(): readonly FixRecord[] {
    return this.store.all(100);
  }

  /** What has been found of a pattern, as its newest state; undefined: nothing. */
  stateOf(pattern: string): string | undefined {
    return this.records().find((one) => one.pattern === pattern)?.state;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    for (const { id, pattern, state, fix, found, changed } of TIMES === undefined
      ? []
      : this.records()) {
      const foundMs = this.#foundAfter.get(id);
      const line = { pattern, state, fix, foundMs, fixedMs: changed - found };
      await appendFile(TIMES ?? "", `${JSON.stringify(line)}\n`);
    }
    this.store[Symbol.dispose]();
  }
}

/** Writes what a process of the home could have written to its log. */
export async function logLines(
  home: string,
  source: string,
  lines: readonly Readonly<Record<string, unknown>>[],
): Promise<void> {
  const folder = join(home, ".org", "logs");
  await mkdir(folder, { recursive: true });
  const time = new Date().toISOString();
  const text = lines.map((line) => `${JSON.stringify({ level: "info", time, pid: 1, ...line })}\n`);
  await appendFile(join(folder, `${source}.ndjson`), text.join(""));
}

/**
 * What ends a burst, seen from its own process: the owner says so, a person made the file, or the owner is silent. It waits
 * for no other process: an owner that hangs cannot keep it alive. That it does not hang itself the supervisor sees by its
 * beats.
 */
import { existsSync } from "node:fs";
import { writeBeat } from "#home/autonomy/burst-beat.ts";
import { descendantsOf, signalAll } from "../processes/process-tree.ts";

/** `human`: a line of a person; `stopped`: a person switched it off; `time`: as long as a burst may be; `owner`: it is silent. */
export type BurstStop = (typeof BURST_STOPS)[number];

const BURST_STOPS = ["human", "stopped", "time", "owner"] as const;

/** Why the work of a burst was aborted. */
export class BurstStopped extends Error {
  override readonly name = "BurstStopped";
  readonly why: BurstStop;
  constructor(why: BurstStop) {
    super(`The burst was ended: ${why}`);
    this.why = why;
  }
}

/** So long the owner may say nothing, and how often that and the file are looked at, in milliseconds. */
const SILENCE_MS = 2000;
const LOOK_MS = 250;
/** How long what was aborted may take, in milliseconds. */
const GRACE_MS = 2000;

export interface BurstLifeOptions {
  /** What the owner says, line by line. */
  readonly owner: AsyncIterable<Uint8Array>;
  /** Absolute path of the file that switches autonomy off. */
  readonly offFile: string;
  /** Absolute path of the file that its signs of life go to. */
  readonly beatFile: string;
  /** Ends the process at once, with what it started. @default it is killed */
  readonly leave?: (() => Promise<void>) | undefined;
}

export class BurstLife implements Disposable {
  readonly #stop = new AbortController();
  readonly #options: BurstLifeOptions;
  readonly #looks: ReturnType<typeof setInterval>;
  #heardAt: number = performance.now();
  #beats = 0;
  #deadline: ReturnType<typeof setTimeout> | undefined;

  constructor(options: BurstLifeOptions) {
    this.#options = options;
    this.#beat();
    this.#looks = setInterval(() => this.#look(), LOOK_MS);
    void this.#listen().finally(() => this.#end("owner"));
  }

  /** Aborts with a {@link BurstStopped}. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#looks);
    clearTimeout(this.#deadline);
  }

  #beat(): void {
    this.#beats += 1;
    writeBeat(this.#options.beatFile, this.#beats);
  }

  #look(): void {
    this.#beat();
    if (existsSync(this.#options.offFile)) this.#end("stopped");
    else if (performance.now() - this.#heardAt > SILENCE_MS) this.#end("owner");
  }

  /** A pipe that is closed is silence, too. */
  async #listen(): Promise<void> {
    const decoder = new TextDecoder();
    let text = "";
    for await (const bytes of this.#options.owner) {
      this.#heardAt = performance.now();
      const lines = (text + decoder.decode(bytes, { stream: true })).split("\n");
      text = lines.pop() ?? "";
      for (const line of lines) {
        const why = BURST_STOPS.find((one) => line === `end ${one}`);
        if (why !== undefined) this.#end(why);
      }
    }
  }

  #end(why: BurstStop): void {
    if (this.#stop.signal.aborted) return;
    clearInterval(this.#looks);
    const { leave = killAll } = this.#options;
    this.#deadline = setTimeout(() => void leave(), GRACE_MS);
    this.#stop.abort(new BurstStopped(why));
  }
}

async function killAll(): Promise<void> {
  await signalAll(await descendantsOf([process.pid]), "SIGKILL").catch(() => undefined);
  process.kill(process.pid, "SIGKILL");
}

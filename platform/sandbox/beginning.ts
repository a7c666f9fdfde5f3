/**
 * When a program in a sandbox begins.
 *
 * Org can be killed at any time. Bubblewrap's init asks for its parent-death signal late, right before it takes its
 * filter of system calls: what began earlier would outlive org, and no limit of time or memory would hold.
 */
import { readFileSync, writeSync } from "node:fs";
import { errnoOf } from "../files.ts";

export interface BeginningPipes {
  /** Says a line when everything is set up but the program. */
  readonly readyFd: number;
  /** The program begins once a line is written here, and never when this is closed before. */
  readonly startFd: number;
}

/** Lets the program begin when it is ready, its init ends with org, and all is prepared that it needs. */
export class Beginning {
  /** Resolves when the sandbox can say no more, whether its program began or not. */
  readonly settled: Promise<void>;
  readonly #startFd: number;
  readonly #allowed = Promise.withResolvers<number>();

  constructor({ readyFd, startFd }: BeginningPipes) {
    this.#startFd = startFd;
    this.settled = this.#read(readyFd);
  }

  /** Tells that all is prepared. @param init process id of the sandbox's init. */
  allow(init: number): void {
    this.#allowed.resolve(init);
  }

  /** To the end of the pipe: one that was given up would be closed twice. */
  async #read(readyFd: number): Promise<void> {
    let isReady = false;
    for await (const _line of Bun.file(readyFd).stream()) {
      if (!isReady) void this.#begin();
      isReady = true;
    }
  }

  async #begin(): Promise<void> {
    const init = await this.#allowed.promise;
    const own = filtersOf("self") ?? 0;
    for (;;) {
      const filters = filtersOf(init);
      // It is gone: its status tells how it ended.
      if (filters === undefined) return;
      // Linux before 5.9 does not count them: then nothing can be waited for.
      if (!(filters <= own)) break;
      await Bun.sleep(1);
    }
    say(this.#startFd);
  }
}

/**
 * How many filters of system calls a process has, NaN where the kernel does not tell; `undefined` when there is no such
 * process.
 *
 * @see https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
 */
function filtersOf(pid: number | "self"): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "latin1");
    return Number(/^Seccomp_filters:\s*(\d+)$/m.exec(status)?.[1]);
  } catch {
    return undefined;
  }
}

/** Writes a line to a sandbox that may be gone already; how it ended is told elsewhere. */
export function say(fd: number): void {
  try {
    writeSync(fd, "\n");
  } catch (error) {
    if (errnoOf(error) !== "EPIPE") throw error;
  }
}

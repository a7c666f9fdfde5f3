/** The process of a burst, as the owner of the home sees it: it lives while it is told so, and is killed when it does not go. */

import { readProcessInfo } from "#platform/process-info.ts";
import { endProcesses } from "../processes/end.ts";
import type { BurstStop } from "./burst-life.ts";

/** How often the owner says that it is there, in milliseconds. */
const BEAT_MS = 500;
/** How long a burst that was told to end may take before it is killed with all that it started, in milliseconds. */
const KILL_MS = 2000;

export interface BurstCommand {
  /** ORG_HOME */
  readonly home: string;
  /** The program: what Bun was started with. */
  readonly program: string;
  readonly words: readonly string[];
}

export class BurstProcess {
  readonly #child: Bun.Subprocess<"pipe", "inherit", "inherit">;
  readonly #beats: ReturnType<typeof setInterval>;
  #ending: Promise<void> | undefined;
  /** Resolves when it is gone. */
  readonly gone: Promise<void>;

  constructor({ home, program, words }: BurstCommand) {
    this.#child = Bun.spawn(
      [process.execPath, "--no-env-file", "--no-install", program, ...words],
      {
        cwd: home,
        env: { ...Bun.env, ORG_HOME: home },
        stdin: "pipe",
        stdout: "inherit",
        stderr: "inherit",
      },
    );
    this.#beats = setInterval(() => this.#say("beat"), BEAT_MS);
    this.#beats.unref();
    this.#say("beat");
    this.gone = this.#child.exited.then(() => clearInterval(this.#beats));
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Tells it to end, and kills what is left of it after {@link KILL_MS}. @returns when nothing of it is left. */
  async end(why: BurstStop): Promise<void> {
    this.#ending ??= this.#end(why);
    await this.#ending;
  }

  async #end(why: BurstStop): Promise<void> {
    const info = await readProcessInfo(this.pid);
    this.#say(`end ${why}`);
    const late = Promise.withResolvers<"late">();
    const timer = setTimeout(() => late.resolve("late"), KILL_MS);
    const first = await Promise.race([this.gone, late.promise]);
    clearTimeout(timer);
    if (first === "late" && info !== undefined) await endProcesses([info], { graceMs: 0 });
    await this.gone;
  }

  #say(line: string): void {
    // It may have gone in between; what it reads then is not important.
    try {
      const written = this.#child.stdin.write(`${line}\n`);
      if (written instanceof Promise) written.catch(() => undefined);
      const flushed = this.#child.stdin.flush();
      if (flushed instanceof Promise) flushed.catch(() => undefined);
    } catch {
      clearInterval(this.#beats);
    }
  }
}

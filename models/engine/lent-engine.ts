/** An engine of another process of the home: two would take the memory of a model twice. */
import { OrgError } from "#core/errors.ts";
import type { LentEngine } from "#core/model-facts.ts";
import type { RunningEngine } from "./process.ts";
import type { Started } from "./restarts.ts";

/** @returns nothing where the lending process does not use the built-in engine. */
export type EngineLender = (signal: AbortSignal) => Promise<LentEngine | undefined>;

/** What a provider needs of the child that it asks; nothing of it is this process's to end. */
export type EngineHandle = Omit<RunningEngine, "pid">;

export class BorrowedEngines {
  readonly #lend: EngineLender;
  #running: EngineHandle | undefined;

  constructor(lend: EngineLender) {
    this.#lend = lend;
  }

  get running(): EngineHandle | undefined {
    return this.#running;
  }

  /** Requested each time: the lender starts another one when the first has ended. @throws {OrgError} `ENGINE_FAILED` */
  async get(signal: AbortSignal): Promise<Started<EngineHandle>> {
    const lent = await this.#lend(signal);
    if (lent === undefined) throw notLent();
    // The process that started it reports how it ended.
    this.#running = { ...lent, ended: new Promise<string>(() => undefined) };
    return { process: this.#running, notice: undefined };
  }
}

function notLent(): OrgError {
  return new OrgError("The built-in engine is not available to other processes", {
    code: "ENGINE_FAILED",
    why: "the process that owns the home uses another model server, and only that process may start the engine",
    remedies: ["org restart current", "ollama serve"],
    unchanged: "Nothing was sent, and no engine was started.",
  });
}

/** What another process asks of the one that owns a home, to keep it going. */
export interface UpkeepCalls {
  /** Moves the logs of its databases into them. */
  checkpoint(signal: AbortSignal): Promise<void>;
  /** Whether the model server answers; nothing changes by it. */
  probe(signal: AbortSignal): Promise<boolean>;
  /** Asks the model server: turns are let through to it again, or fail at once while it does not answer. */
  provider(signal: AbortSignal): Promise<"up" | "paused">;
  /** Starts the built-in engine with half of its context from now on, the second time not any more. */
  shrinkEngine(signal: AbortSignal): Promise<"halved" | "off" | "none">;
  /** Whether the model answers with a few words. */
  tryModel(signal: AbortSignal): Promise<boolean>;
  /** Takes jobs that give no sign of life away from their workers. @returns how many. */
  restartWorkers(signal: AbortSignal): Promise<number>;
  /** Writes one of a hundred of the messages that are written again and again. */
  sampleLog(signal: AbortSignal): Promise<void>;
  /** Tells all who have a room open. */
  tell(text: string, signal: AbortSignal): Promise<void>;
}

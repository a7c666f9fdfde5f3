/** What the room's screens need of a terminal and of the process, so that tests can stand in for both. */

export interface TerminalInput {
  setRawMode(raw: boolean): unknown;
  on(event: "data", handler: (chunk: Uint8Array) => void): unknown;
  on(event: "end", handler: () => void): unknown;
  off(event: "data", handler: (chunk: Uint8Array) => void): unknown;
  off(event: "end", handler: () => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

export interface TerminalOutput {
  /** Width of the window in columns; absent while the terminal does not say. */
  readonly columns?: number;
  /** Height of the window in rows; absent while the terminal does not say. */
  readonly rows?: number;
  /**
   * Asks the terminal for its size: the signal that says so may come later than the next frame. Node.js
   * and Bun have it on every `tty.WriteStream`, and call it at that signal.
   */
  readonly _refreshSize?: () => void;
  /** @returns false when it is better to wait for `drain` before writing more. */
  write(text: string): boolean;
  on(event: "resize" | "drain" | "error", handler: () => void): unknown;
  off(event: "resize" | "drain" | "error", handler: () => void): unknown;
}

/**
 * `exit`: the process ends without asking anybody; the last chance to tidy up, at once. The other two are
 * bugs of ours: while a module waits at its top level, Bun 1.4.5 prints such an error and goes on.
 */
export type ProcessEvent =
  | "SIGINT"
  | "SIGTERM"
  | "SIGHUP"
  | "SIGCONT"
  | "exit"
  | "uncaughtException"
  | "unhandledRejection";

export interface ProcessSignals {
  /** Calls back at every such event, until it is disposed; a bug comes with its error. */
  on(event: ProcessEvent, handler: (error: unknown) => void): Disposable;
  /** Stops the process and those around it as Ctrl-Z does; `SIGCONT` follows when it goes on. */
  suspend(): void;
}

/** The part of `process` that {@link signalsOf} uses. */
export interface ProcessLike {
  on(event: ProcessEvent, handler: (error: unknown) => void): unknown;
  off(event: ProcessEvent, handler: (error: unknown) => void): unknown;
  kill(pid: number, signal: "SIGTSTP"): unknown;
}

/** The signals of this process. */
export function signalsOf(process: ProcessLike): ProcessSignals {
  return {
    on: (event, handler) => {
      process.on(event, handler);
      return { [Symbol.dispose]: () => process.off(event, handler) };
    },
    // 0 is the whole group: a script that started us is part of the same job of the shell.
    suspend: () => process.kill(0, "SIGTSTP"),
  };
}

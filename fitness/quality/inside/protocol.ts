/** What passes between the host and the programs that try a tool out in the sandbox. */

/** To `ask-all`: one program, many inputs. */
export interface AskAllRequest {
  /** Secret of this run: a line without it was not written by our program. */
  readonly nonce: string;
  /** Path of the tool inside. */
  readonly path: string;
  readonly inputs: readonly unknown[];
  readonly nowMs: number;
}

/** One line for each input, in order. */
export interface AskAllAnswer {
  readonly nonce: string;
  readonly index: number;
  readonly value?: unknown;
  /** How it failed: a code, and the message that may begin with one. */
  readonly failure?: { readonly code: string; readonly message: string };
}

/** To `run-tests`. */
export interface TestsRequest {
  readonly nonce: string;
  /** Folder of the tool inside. */
  readonly folder: string;
  /** Names of the test files in it; the last one is ours when the lines that run are asked for. */
  readonly files: readonly string[];
  /** Whether the lines that run are told, and the declared inputs run too. */
  readonly withCoverage: boolean;
  /** The declared inputs, for a language whose tests run in the same process. */
  readonly inputs: readonly unknown[];
}

/** The only line of `run-tests`. */
export interface TestsAnswer {
  readonly nonce: string;
  /** Absent when the tests ended before the runner had counted them. */
  readonly counts?: TestCounts;
  /** Exit code of the runner. */
  readonly exit: number | null;
  /** Lines of the tool from 1: those that ran, and those that could. */
  readonly lines?: readonly ModuleLines[];
  /** End of what the runner printed. */
  readonly log: string;
  /** The package that this machine lacks. */
  readonly missing?: string;
}

/** Of one module. */
export interface ModuleLines {
  readonly file: string;
  readonly ran: readonly number[];
  readonly all: readonly number[];
}

export interface TestCounts {
  readonly tests: number;
  readonly failures: number;
  readonly skipped: number;
  readonly assertions: number;
}

/** To `program.py`. */
export interface ProgramRequest {
  readonly nonce: string;
  readonly source: string;
  /** What the stubs return, each as JSON. */
  readonly results: readonly string[];
}

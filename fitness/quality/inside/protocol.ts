/** What passes between the host and the programs that try a tool out in the sandbox. */

/** To `ask-all`: one program, many inputs. */
export interface AskAllRequest {
  /** Secret of this run: a line without it was not written by our program. */
  readonly nonce: string;
  /** Path of the tool inside. */
  readonly path: string;
  readonly inputs: readonly unknown[];
  readonly nowMs: number;
  /** What each input sees of its environment. @default an empty environment of its own, at `nowMs` */
  readonly scenes?: readonly Scene[] | undefined;
  /** The files of each environment that scenes name. */
  readonly worlds?: readonly Readonly<Record<string, string>>[] | undefined;
  /** What the memory of each of them begins with. @default nothing */
  readonly memories?: readonly Readonly<Record<string, unknown>>[] | undefined;
  /** Processor time of each input, in milliseconds; the first one that takes more is the last that is asked. */
  readonly mostMs?: readonly number[] | undefined;
  /** Whether the regular expressions that are made or used are reported, each once, before the answers. */
  readonly tellsPatterns?: boolean | undefined;
  /** The name that a watched program gives to what it reports its ways to. @default no ways are reported */
  readonly reporter?: string | undefined;
}

/** A line of `ask-all` where patterns are reported. */
export interface PatternAnswer {
  readonly nonce: string;
  readonly pattern: { readonly source: string; readonly flags: string };
}

export interface Scene {
  readonly nowMs: number;
  /** What chance gives to TypeScript, from the beginning again behind the last. @default evenly spread */
  readonly draws?: readonly number[] | undefined;
  /** What chance is made of in Python. @default evenly spread */
  readonly seed?: readonly number[] | undefined;
  /** Index of an environment; the calls that name it see what those before them left there. */
  readonly world: number;
}

/** What a call found, or left when it was the last one of its environment. */
export interface EnvironmentState {
  /** Files that are new or changed. */
  readonly files: Readonly<Record<string, string>>;
  readonly memory: Readonly<Record<string, unknown>>;
}

/** One line for each input, in order. */
export interface AskAllAnswer {
  readonly nonce: string;
  readonly index: number;
  readonly value?: unknown;
  /** How it failed: a code, and the message that may begin with one. */
  readonly failure?: { readonly code: string; readonly message: string };
  /** Of the first failure in an environment what the call found, of the last of its calls what it left. */
  readonly state?: EnvironmentState;
  /** Processor time that it took, where that was more than it may take; in milliseconds. */
  readonly slowMs?: number;
  /** The ways that a watched program went: a point, and where it went there. */
  readonly ways?: readonly string[];
}

/** To `run-tests`. */
export interface TestsRequest {
  readonly nonce: string;
  /** Folder of the tool inside. */
  readonly folder: string;
  /** Names of the test files in it; the last one is ours when the lines that run are requested. */
  readonly files: readonly string[];
  /** Whether the lines that run are reported, and the declared inputs run too. */
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
  /** The name of what a watched program tells its ways to. */
  readonly reporter: string;
}

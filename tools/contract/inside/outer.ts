/**
 * What the realm of the tool gets from the program around it. These functions, and the objects that they
 * give, are of another realm: our code in the realm of the tool keeps them to itself. None of them throws.
 */
export interface Outer {
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** From 0 up to, but not including, 1. */
  readonly random: () => number;
  /** To the log of the call. */
  readonly log: (text: string) => void;
  /** The tool uses what its contract does not name: the call is lost, whatever it does next. */
  readonly violate: (what: string) => void;
  /** Asks the host; the answer is an `AskAnswer` as JSON. */
  readonly ask: (operation: string, argument: string, onAnswer: (text: string) => void) => void;
  /** Takes an `Answer`, as JSON, and ends the program. */
  readonly finish: (answer: string) => void;
  /** Writes UTF-8 into `bytes`. */
  readonly encode: (text: string, bytes: Uint8Array) => Encoded;
  /** Reads bytes in an encoding; undefined when they are none of it. */
  readonly decode: (bytes: Uint8Array, options: DecodeOptions) => string | undefined;
  /** The hash as hexadecimal text; undefined for an algorithm that is not known. */
  readonly digest: (algorithm: string, bytes: Uint8Array) => string | undefined;
  readonly parseUrl: (text: string, base: string | undefined) => URL | undefined;
  readonly parseQuery: (text: string) => URLSearchParams;
  /** @returns a number for {@link stopTimer}. */
  readonly startTimer: (run: () => void, delayMs: number) => number;
  readonly stopTimer: (timer: number) => void;
}

export interface Encoded {
  /** UTF-16 units. */
  readonly read: number;
  /** Bytes. */
  readonly written: number;
}

export interface DecodeOptions {
  /** As the Encoding Standard calls it. */
  readonly label: string;
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;
}

/** What the contract decides. */
export interface RealmSettings {
  readonly capabilities: readonly string[];
}

/** The way back: functions of the realm of the tool that the program around it calls. */
export interface Guest {
  /** Loads the tool by `evaluate`, which gives the promise of its evaluation, and calls it. */
  readonly call: (evaluate: () => Promise<unknown>, tool: () => unknown, args: string) => void;
  /** Ends the call because of an uncaught error. */
  readonly crash: (error: unknown) => void;
}

/** What the realm of the tool gets from the program around it. No tool ever sees one of these functions. */
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
}

/** What the contract decides. */
export interface RealmSettings {
  readonly capabilities: readonly string[];
}

/** The way back: functions of the realm of the tool that the program around it calls. */
export interface Guest {
  /** Loads the tool by `evaluate`, which gives the promise of its evaluation, and calls it. */
  readonly call: (evaluate: () => Promise<unknown>, tool: () => unknown, args: string) => void;
  /** Ends the call because of an error that nobody caught. */
  readonly crash: (error: unknown) => void;
}

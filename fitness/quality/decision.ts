/** A point where a program decides, with its condition forced one way. */
export interface Decision {
  /** From 1. */
  readonly line: number;
  /** The condition as it stands in the program. */
  readonly text: string;
  /** What it is forced to. */
  readonly to: boolean;
  /** The same for both ways of one condition, and for no other condition of its module. */
  readonly place: string;
  readonly source: string;
  /** The same program, failing where the condition is not what it is forced to. @default there is no such program */
  readonly probe?: string | undefined;
}

/** A decision of a tool that may have several modules. */
export interface ModuleDecision extends Decision {
  /** The module that it stands in; `source` is that module. */
  readonly file: string;
}

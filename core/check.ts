/** One thing that `org doctor` looks at. */
export interface Check {
  readonly name: string;
  run(signal: AbortSignal): Promise<Finding>;
}

export interface Finding {
  /** `warning`: org works, but less of it or less well. */
  readonly state: "ok" | "warning" | "fault";
  /** The observation, with numbers. */
  readonly detail: string;
  /** What to do; empty when all is well. */
  readonly remedies: readonly string[];
}

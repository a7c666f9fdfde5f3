/** How far an installation is. */
export interface InstallStep {
  readonly part: "runtime" | "model";
  /** For a person. */
  readonly text: string;
  /** Bytes that are there, and that there will be; absent where a step cannot be counted. */
  readonly bytes?: number | undefined;
  readonly total?: number | undefined;
}

export interface InstallContext {
  readonly onStep: (step: InstallStep) => void;
  readonly signal: AbortSignal;
}

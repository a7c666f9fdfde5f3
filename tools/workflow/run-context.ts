/** What a run needs around it. */
import type { Scope } from "./expression.ts";
import type { WorkflowTools } from "./tool-port.ts";
import type { StepRecord, WorkflowEvent } from "./trace.ts";
import type { Step } from "./workflow.ts";
import type { WorkflowSet } from "./workflow-set.ts";

/** The finished steps of one run. */
export interface StepRecords {
  /** How many there are. */
  readonly size: number;
  find(path: string): StepRecord | undefined;
  /** On disk when it returns. Called once for a path. */
  save(path: string, record: StepRecord): void;
}

export interface RunContext {
  readonly run: string;
  readonly set: WorkflowSet;
  readonly tools: WorkflowTools;
  readonly records: StepRecords;
  readonly signal: AbortSignal;
  readonly onEvent: (event: WorkflowEvent) => void;
  /** Waits between two tries. @default a timer */
  readonly sleep?: ((ms: number, signal: AbortSignal) => Promise<void>) | undefined;
}

/** A step with its path and its scope in a run. */
export interface ScopedStep {
  readonly step: Step;
  readonly path: string;
  readonly scope: Scope;
}

/** What is written down of a run of cycles: what it wants, what it did, what it took, and why it ended. */

/** What was spent of the limits of a run of cycles, what is reserved at the moment included. */
export interface Spent {
  readonly cycles: number;
  /** Milliseconds. */
  readonly ms: number;
  readonly tokens: number;
  /** Millionths of the currency's unit. */
  readonly micros: number;
  readonly calls: number;
  readonly actions: number;
}

/** Why a run of cycles ended. `done` is the model's word; code decides all others. */
export type GoalEnd =
  | "done"
  | "cycles"
  | "time"
  | "tokens"
  | "money"
  | "calls"
  | "actions"
  /** The model chose the same action for the third time. */
  | "loop"
  /** Five cycles brought nothing new. */
  | "stalled"
  | "stopped"
  /** A line of a person was more important. */
  | "human"
  /** A budget of the home is spent. */
  | "budget"
  | "error";

const ENDS: Readonly<Record<GoalEnd, 0>> = {
  ...{ done: 0, cycles: 0, time: 0, tokens: 0, money: 0, calls: 0, actions: 0 },
  ...{ loop: 0, stalled: 0, stopped: 0, human: 0, budget: 0, error: 0 },
};

export function isGoalEnd(text: unknown): text is GoalEnd {
  return typeof text === "string" && Object.hasOwn(ENDS, text);
}

/** What a cycle of a goal wants to do. */
export interface GoalAction {
  /** Of a tool, or "done". */
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** As the model wrote it. */
  readonly why: string;
}

/** One phase of a cycle of a goal, or the goal itself; on disk before what it begins, and after what it did. */
export interface GoalStep {
  readonly type: "goal";
  /** Id of the goal. */
  readonly goal: string;
  /** From 1; 0 for the goal as a whole. */
  readonly cycle: number;
  readonly phase: "goal" | "intent" | "execution" | "summary";
  readonly state: "begun" | "done";
  /** How often the phase has begun, from 1: after a crash it begins once more. */
  readonly attempt: number;
  /** The goal, what a tool gave, what the cycle brought, or the report. */
  readonly text?: string | undefined;
  /** Of an intent that could be read. */
  readonly action?: GoalAction | undefined;
  /** Of an execution. `interrupted`: the process ended meanwhile, and its effects until then are unknown. */
  readonly outcome?: "done" | "failed" | "refused" | "interrupted" | undefined;
  /** Of the goal. */
  readonly end?: GoalEnd | undefined;
  /** What the goal has spent so far; when a phase begins, with what is reserved for it. */
  readonly spent: Spent;
  /** Milliseconds of the monotonic clock of the machine. */
  readonly mono: number;
}

/** The stages of the gate, and what each of them says. */

/**
 * In this order, the cheapest first: intake, diff policy, static checks, load, oracle, test quality,
 * regression, side by side, budgets, promotion, watch.
 */
export const GATE_STAGES = [
  "S0",
  "S1",
  "S2",
  "S3",
  "S4",
  "S5",
  "S6",
  "S7",
  "S8",
  "S9",
  "S10",
] as const;

export type GateStage = (typeof GATE_STAGES)[number];

/** What each of them asks of a candidate, for a person. */
export const STAGE_ASKS: Readonly<Record<GateStage, string>> = {
  S0: "where it comes from",
  S1: "which files it changes",
  S2: "what its code says",
  S3: "whether it loads",
  S4: "what it answers",
  S5: "whether its tests bite",
  S6: "what main could do before",
  S7: "side by side with main",
  S8: "what it costs",
  S9: "promotion",
  S10: "watch",
};

export interface StageResult {
  readonly id: GateStage;
  /** `hold`: nothing wrong was found, and a human has to decide. */
  readonly result: "pass" | "fail" | "hold";
  readonly ms: number;
  /** One line for a person; absent when it passed. */
  readonly reason?: string | undefined;
  /** What exactly is wrong, a line each; never anything of hidden cases. */
  readonly details: readonly string[];
}

/** Why something is not let through, in one line and in all its lines. */
export interface Objection {
  /** `hold`: there is not enough to decide. @default "fail" */
  readonly result?: "fail" | "hold" | undefined;
  readonly reason: string;
  readonly details: readonly string[];
}

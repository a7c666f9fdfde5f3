/** Judges one candidate: the stages in their order, the cheapest first, until one of them objects. */

import type { Repository } from "#platform/git/wrapper.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import type {
  StageReport,
  ToolReport,
  ToolStage,
  ValidateTool,
} from "#tools/contract/validation.ts";
import { type BudgetReport, checkBudgets } from "../budgets/budgets.ts";
import { type Measure, measureCall } from "../budgets/usage.ts";
import { GATE_STAGES, type GateStage, type Objection, type StageResult } from "../stages.ts";
import { type Admission, admit } from "./admission.ts";
import { type Lineage, readHistory } from "./intake.ts";
import { findRegression } from "./regression.ts";
import { reviewDocuments } from "./review-documents.ts";
import type { FirstHit } from "./shadowing.ts";
import { readTreeTools } from "./tree-tools.ts";

export interface JudgeOptions {
  /** Brings the candidate into the gate's repository, or says why not; part of S0. */
  readonly fetchCandidate?: (() => Promise<Objection | undefined>) | undefined;
  /** Names of the tools that were requested. */
  readonly intent: readonly string[];
  /** How a tool is judged beside the other tools that there would be, by name. */
  readonly validatorOf: (others: ReadonlyMap<string, ToolFolder>) => ValidateTool;
  readonly firstHit?: FirstHit | undefined;
  /** Capabilities that a new tool may have without a human. @default none that reaches out */
  readonly approvedCapabilities?: readonly string[] | undefined;
  /** Plays main's suite with the tools of main and with those that there would be. @default there is no S7 */
  readonly sideBySide?: CompareArms | undefined;
  /** How the calls of S8 are measured. @default in the sandbox */
  readonly measure?: Measure | undefined;
  /** The last stage to run. @default "S6" */
  readonly until?: GateStage | undefined;
  readonly signal: AbortSignal;
  readonly onStage?: ((result: StageResult) => void) | undefined;
}

/** The tools of both sides, by name. */
export interface Arms {
  readonly before: ReadonlyMap<string, ToolFolder>;
  readonly after: ReadonlyMap<string, ToolFolder>;
}

/** What was measured, and an objection where it does not suffice. */
export type Measured = { readonly evidence: object } & (object | Objection);

export type CompareArms = (arms: Arms) => Promise<Measured>;

export interface Judgement {
  readonly verdict: "promote" | "reject" | "hold";
  /** The stage that decided; absent when all passed. */
  readonly stage?: GateStage | undefined;
  /** One line for a person. */
  readonly reason: string;
  readonly stages: readonly StageResult[];
  /** The tree that main would have; absent when it was not let in. */
  readonly tree?: string | undefined;
  readonly class?: Admission["class"] | undefined;
  /** What was measured of each tool that it changes. */
  readonly tools: Readonly<Record<string, ToolReport>>;
  /** Numbers of the stages that compare, by stage. */
  readonly measured?: { readonly S7?: object; readonly S8?: BudgetReport["evidence"] } | undefined;
}

const STAGE_OF: Readonly<Record<ToolStage, GateStage>> = {
  static: "S2",
  load: "S3",
  oracle: "S4",
  "test-quality": "S5",
};

/**
 * Main must be in the gate's repository already, and the candidate, where nothing takes it in.
 *
 * @throws {OrgError} `SANDBOX_UNAVAILABLE` when nothing can be tried here: no verdict is given then.
 */
export async function judge(
  gate: Repository,
  lineage: Lineage,
  options: JudgeOptions,
): Promise<Judgement> {
  const run = new Run(options);
  const history = await run.stage(
    "S0",
    async () => (await options.fetchCandidate?.()) ?? (await readHistory(gate, lineage)),
  );
  if (history === undefined) return run.judgement();
  const admitted = await run.stage("S1", () =>
    admit(gate, lineage, { history, intent: options.intent }),
  );
  if (admitted === undefined) return run.judgement();
  run.admitted = admitted;
  if (admitted.class === "core") return run.holdCore(admitted);
  if (admitted.class === "document") {
    const review = await run.stage("S1", async () => (await reviewDocuments(gate, admitted)) ?? {});
    // No tool changes: there is nothing to load, to ask or to play.
    if (review !== undefined) run.passAll();
    return run.judgement();
  }
  const [before, after] = await Promise.all([
    readTreeTools(gate, lineage.main),
    readTreeTools(gate, admitted.tree),
  ]);
  if (!(await run.validate(admitted.tools, after))) return run.judgement();
  const regressionResult = await run.stage(
    "S6",
    async () =>
      withHeld(await findRegression(before, after, options), run.heldBeside(before)) ?? {
        ok: true,
      },
  );
  // What a human has to decide is measured all the same: it is part of the evidence.
  if (regressionResult !== undefined || run.isHeld)
    await run.compare({ before, after }, admitted.tools);
  return run.judgement();
}

/** An objection with what the tools themselves leave to a human, if either. */
function withHeld(found: Objection | undefined, held: readonly string[]): Objection | undefined {
  const [reason] = held;
  if (reason === undefined) return found;
  if (found === undefined) return { result: "hold", reason, details: held };
  return { ...found, details: [...found.details, ...held] };
}

class Run {
  admitted: Admission | undefined;
  readonly #options: JudgeOptions;
  readonly #stages: StageResult[] = [];
  readonly #tools: Record<string, ToolReport> = {};
  readonly #measured: { S7?: object; S8?: BudgetReport["evidence"] } = {};

  constructor(options: JudgeOptions) {
    this.#options = options;
  }

  /** @returns what the stage found out; `undefined` when it objects. */
  async stage<Found extends object>(
    id: GateStage,
    look: () => Promise<Found | Objection>,
  ): Promise<Found | undefined> {
    if (this.#isOver(id)) return undefined;
    const start = performance.now();
    const found = await look();
    const ms = Math.round(performance.now() - start);
    if ("reason" in found) {
      this.#add({
        id,
        result: found.result ?? "fail",
        ms,
        reason: found.reason,
        details: found.details,
      });
      return undefined;
    }
    this.#add({ id, result: "pass", ms, details: [] });
    return found;
  }

  /** Stages S2 to S5 for every tool that changed; the first that fails ends it. */
  async validate(
    names: readonly string[],
    tools: ReadonlyMap<string, ToolFolder>,
  ): Promise<boolean> {
    if (this.#isOver("S2")) return false;
    const { signal, validatorOf } = this.#options;
    const validate = validatorOf(tools);
    for (const folder of names.flatMap((name) => tools.get(name) ?? [])) {
      const onStage = (report: StageReport): void => this.#addTool(folder.name, report);
      const report = await validate(folder, { signal, onStage });
      this.#tools[folder.name] = report;
      if (!report.ok) return false;
    }
    return true;
  }

  /** Stages S7 and S8, both against main as it is. */
  async compare(arms: Arms, names: readonly string[]): Promise<void> {
    const { sideBySide, signal, measure = measureCall } = this.#options;
    if (sideBySide !== undefined) {
      const played = await this.stage("S7", async () => {
        const found = await sideBySide(arms);
        this.#measured.S7 = found.evidence;
        return found;
      });
      if (played === undefined) return;
    }
    const tools = names.flatMap((name) => {
      const after = arms.after.get(name);
      return after === undefined ? [] : [{ before: arms.before.get(name), after }];
    });
    await this.stage("S8", async () => {
      const found = await checkBudgets(tools, { signal, measure });
      this.#measured.S8 = found.evidence;
      return found;
    });
  }

  /** What the tools that it changes leave to a human and main does not have, with the name of each. */
  heldBeside(main: Arms["before"]): readonly string[] {
    return Object.entries(this.#tools).flatMap(([name, { held = [] }]) => {
      const mainText = [...(main.get(name)?.files.values() ?? [])].join("\n");
      return held
        .filter(({ text }) => !mainText.includes(JSON.stringify(text).slice(1, -1)))
        .map(({ message }) => `${name}: ${message}`);
    });
  }

  /** Whether all that objected so far leaves the decision to a human. */
  get isHeld(): boolean {
    return this.#stages.every(({ result }) => result !== "fail");
  }

  /** The stages that have nothing to look at. */
  passAll(): void {
    for (const id of GATE_STAGES.slice(2, 9)) {
      if (!this.#isOver(id)) this.#add({ id, result: "pass", ms: 0, details: [] });
    }
  }

  holdCore({ changes }: Pick<Admission, "changes">): Judgement {
    const details = changes.map(({ path }) => `${path} is neither of a tool nor a document`);
    const reason = `it changes code, prompts or what programs read, ${changes[0]?.path}: a human decides`;
    this.#add({ id: "S1", result: "hold", ms: 0, reason, details });
    return this.judgement();
  }

  judgement(): Judgement {
    const decisive =
      this.#stages.find(({ result }) => result === "fail") ??
      this.#stages.find(({ result }) => result === "hold");
    const verdicts = { fail: "reject", hold: "hold", pass: "promote" } as const;
    return {
      verdict: verdicts[decisive?.result ?? "pass"],
      stage: decisive?.id,
      reason: decisive?.reason ?? "every stage passed",
      stages: this.#stages,
      tree: this.admitted?.tree,
      class: this.admitted?.class,
      tools: this.#tools,
      ...(Object.keys(this.#measured).length > 0 ? { measured: this.#measured } : {}),
    };
  }

  #addTool(tool: string, { stage, ok, ms, reason, details }: StageReport): void {
    const result = ok ? "pass" : "fail";
    const toolReason = reason === undefined ? undefined : `${tool}: ${reason}`;
    this.#add({ id: STAGE_OF[stage], result, ms, reason: toolReason, details });
  }

  #add(result: StageResult): void {
    this.#stages.push(result);
    this.#options.onStage?.(result);
  }

  #isOver(id: GateStage): boolean {
    return Number(id.slice(1)) > Number((this.#options.until ?? "S6").slice(1));
  }
}

/** Judges a tool by itself, cheapest stage first; the process that calls it never loads the tool. */
import { sanitize } from "#core/sanitize.ts";
import type { SandboxHost } from "#platform/sandbox/host.ts";
import type { ToolCase } from "#tools/contract/cases.ts";
import { contentHash } from "#tools/contract/content-hash.ts";
import type { ToolTests } from "#tools/contract/metadata.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import type {
  HeldText,
  StageReport,
  ToolReport,
  ToolStage,
  ValidateTool,
  ValidationOptions,
} from "#tools/contract/validation.ts";
import { BudgetedCalls, BudgetSpent } from "./budgeted-calls.ts";
import { checkLoad, type Finding } from "./oracle/load.ts";
import { checkOracle } from "./oracle/oracle.ts";
import { heldAsSkipped, type OnSkipped } from "./oracle/skipped.ts";
import { openTool, type ToolUnderTest } from "./oracle/tool-under-test.ts";
import {
  askMany,
  type ManyAnswer,
  type ManyAnswers,
  type ManyInputs,
  performPlay,
  reportSkipped,
} from "./quality/ask-many.ts";
import { environmentHolds } from "./quality/environment-holds.ts";
import { type ProgramParts, partsOf } from "./quality/program-parts.ts";
import { checkTestQuality } from "./quality/test-quality.ts";
import { triesOf } from "./quality/try-patterns.ts";
import { unshownWays } from "./quality/unshown-ways.ts";
import { checkStatic } from "./static/check-static.ts";
import { outputToRead } from "./static/text/texts-to-read.ts";

export interface ValidatorOptions {
  /** What the sandbox is built with, where it is not what the host's PATH has. */
  readonly host?: SandboxHost | undefined;
  /** The first stage. @default the one of this project */
  readonly checkStatic?: typeof checkStatic | undefined;
  /** Cases of a tool, by its name, that its maker has not seen: only whether they pass is reported. */
  readonly hiddenCases?: ((name: string) => readonly ToolCase[]) | undefined;
  /** Processor time of all calls of one tool, in milliseconds. @default 90,000 */
  readonly callBudgetMs?: number | undefined;
  /** The other tools that laws such as `round-trip:decode` may name, by name. */
  readonly others?: ReadonlyMap<string, ToolFolder> | undefined;
}

/** Processor time of some hundred inputs in one process; an ordinary tool takes a tenth of a second. */
const MANY_CPU_MS = 6000;
/** So often a further process goes on behind an input that ended one: together they would spend the budget. */
const MANY_STARTS = 15;
/** The same where an ordinary tool takes a tenth of the first one: the rest is reported. */
const FEW_STARTS = 4;

/** No human reads more answers of one tool. */
const MOST_HELD = 5;

/** @throws {OrgError} what the function returns throws when this machine cannot judge tools. */
export function createValidator(options: ValidatorOptions = {}): ValidateTool {
  return async (folder, validation) => await new Validation(folder, options, validation).run();
}

/** What a stage has found: nothing, or why the tool is refused. */
type StageResult = Finding | undefined;

class Validation {
  readonly #folder: ToolFolder;
  readonly #options: ValidatorOptions;
  readonly #validation: ValidationOptions;
  readonly #stages: StageReport[] = [];
  #parts: Promise<ProgramParts> | undefined;
  /** Texts of answers that a human has to read, by the message about them. */
  readonly #held = new Map<string, HeldText>();
  readonly #calls: BudgetedCalls;

  constructor(folder: ToolFolder, options: ValidatorOptions, validation: ValidationOptions) {
    this.#folder = folder;
    this.#options = options;
    this.#validation = validation;
    this.#calls = new BudgetedCalls({ ...this.#inside, budgetMs: options.callBudgetMs });
  }

  async run(): Promise<ToolReport> {
    const check = this.#options.checkStatic ?? checkStatic;
    const { capabilities, held, ...report } = await check(this.#folder, this.#inside);
    this.#tell(report);
    const tests = report.ok ? await this.#judge(capabilities) : undefined;
    const all = [...(held ?? []), ...this.#held.values()];
    return { ok: tests !== undefined, stages: this.#stages, tests, capabilities, held: all };
  }

  /** The figures of a tool that passes every stage behind "static". */
  async #judge(capabilities: readonly string[]): Promise<ToolTests | undefined> {
    const tool = openTool(this.#folder);
    const isLoaded = await this.#stage("load", async () =>
      "contract" in tool
        ? await checkLoad(tool, this.#calls.askerOf(tool.folder), capabilities)
        : { reason: tool[0] ?? "", details: tool },
    );
    if (!(isLoaded && "contract" in tool)) return;
    if (!(await this.#stage("oracle", () => this.#oracle(tool)))) return;
    let tests: ToolTests | undefined;
    await this.#stage("test-quality", async () => {
      const quality = await checkTestQuality(tool, await this.#partsOf(tool), this.#inside);
      if ("reason" in quality) return quality;
      await this.#holdWhatNothingShows(tool);
      tests = quality;
      return;
    });
    return tests;
  }

  async #holdWhatNothingShows(tool: ToolUnderTest): Promise<void> {
    const { decisions, watched, relaxed } = await this.#partsOf(tool);
    const [seed, inside] = [this.#seed, this.#inside];
    const environments = await environmentHolds(tool, { decisions, relaxed, seed, inside });
    const ways = await unshownWays(tool, { watched, relaxed, seed, inside });
    for (const hold of [...environments, ...ways]) this.#held.set(hold.text, hold);
  }

  /** Of the bytes that are judged: no tool can wait for a seed, and the same tool is asked the same. */
  get #seed(): number {
    return Number.parseInt(contentHash(this.#folder).slice(0, 8), 16);
  }

  async #oracle(tool: ToolUnderTest): Promise<StageResult> {
    const { hiddenCases, others = new Map() } = this.#options;
    return await checkOracle(tool, {
      askerOf: (folder) => this.#calls.askerOf(folder),
      literals: async () => (await this.#partsOf(tool)).literals,
      seed: this.#seed,
      hidden: hiddenCases?.(tool.contract.name) ?? [],
      others,
      askMany: async (inputs, options) => await this.#askMany(tool, inputs, options),
      onAnswer: (input, output) => this.#read(tool, input, output),
      trials: triesOf((inputs) => this.#try(tool, inputs)),
      askerIn: (environment) => this.#calls.askerOf(tool.folder, environment),
      onSkipped: this.#onSkipped,
      perform: async (play) => {
        const played = await performPlay(tool, { play, cpuMs: MANY_CPU_MS }, this.#inside);
        reportSkipped(played, "calls in other worlds", this.#onSkipped);
        return played.answers;
      },
    });
  }

  /** A tool that takes long is asked all inputs, or spends the budget; or the rest is reported. */
  async #askMany(
    tool: ToolUnderTest,
    inputs: readonly unknown[],
    { mayBeCutShort } = { mayBeCutShort: false },
  ): Promise<readonly ManyAnswer[]> {
    const many = { inputs, cpuMs: MANY_CPU_MS };
    const result = mayBeCutShort
      ? await askMany(tool, { ...many, starts: FEW_STARTS }, this.#inside)
      : await this.#counted(tool, { ...many, starts: MANY_STARTS });
    const what = mayBeCutShort ? "inputs in another order or process" : "inputs of its range";
    reportSkipped(result, what, this.#onSkipped);
    return result.answers;
  }

  /** What ends a trial is looked at by itself; where patterns are only watched for, nothing looks again. */
  async #try(tool: ToolUnderTest, many: ManyInputs): Promise<ManyAnswers> {
    if (many.tellsPatterns !== true) return await this.#counted(tool, many);
    const watched = await this.#counted(tool, { ...many, cpuMs: MANY_CPU_MS, starts: FEW_STARTS });
    reportSkipped(watched, "inputs with which its regular expressions are seen", this.#onSkipped);
    return watched;
  }

  readonly #onSkipped: OnSkipped = (what) => {
    const hold = heldAsSkipped(what);
    this.#held.set(hold.text, hold);
  };

  /** Counts as calls do. */
  async #counted(tool: ToolUnderTest, many: ManyInputs): Promise<ManyAnswers> {
    const result = await askMany(tool, many, this.#inside);
    this.#calls.add(many.inputs.length, result.cpuMs);
    return result;
  }

  #read({ contract }: ToolUnderTest, input: unknown, output: unknown): void {
    if (this.#held.size >= MOST_HELD) return;
    const onSkipped = this.#onSkipped;
    const found = outputToRead(input, output, { contract, onSkipped });
    for (const held of found) this.#held.set(held.text, held);
  }

  /** Runs one stage and tells how it ended. */
  async #stage(stage: ToolStage, check: () => Promise<StageResult>): Promise<boolean> {
    const startMs = performance.now();
    const finding = await this.#within(check);
    this.#tell({
      stage,
      ok: finding === undefined,
      ms: Math.round(performance.now() - startMs),
      ...(finding === undefined ? {} : { reason: sanitize(finding.reason) }),
      details: (finding?.details ?? []).map(sanitize),
    });
    return finding === undefined;
  }

  /** A stage that spends the rest of the budget ends there, and says so. */
  async #within(check: () => Promise<StageResult>): Promise<StageResult> {
    try {
      return await check();
    } catch (error) {
      if (!(error instanceof BudgetSpent)) throw error;
      return this.#calls.findingWhenSpent;
    }
  }

  #tell(report: StageReport): void {
    this.#stages.push(report);
    this.#validation.onStage?.(report);
  }

  #partsOf(tool: ToolUnderTest): Promise<ProgramParts> {
    this.#parts ??= partsOf(tool, this.#inside);
    return this.#parts;
  }

  get #inside(): { signal: AbortSignal; host: SandboxHost | undefined; onSkipped: OnSkipped } {
    return {
      signal: this.#validation.signal,
      host: this.#options.host,
      onSkipped: this.#onSkipped,
    };
  }
}

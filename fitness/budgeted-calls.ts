/** The calls of a tool that is judged: how they are made, and what all of them may take. */
import type { SandboxHost } from "#platform/sandbox/host.ts";
import { POLICIES, type SandboxPolicy } from "#platform/sandbox/policy.ts";
import { callTool } from "#tools/contract/call.ts";
import type { Grants } from "#tools/contract/call-options.ts";
import { callTogether } from "#tools/contract/call-together.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import type { AskTogether, AskTool } from "./oracle/ask.ts";
import { emptyEnvironment } from "./oracle/grants.ts";
import { type Finding, LOAD_CPU_MS } from "./oracle/load.ts";

/** Processor time of all calls together, in milliseconds; those of an ordinary tool take a fifth of it. */
const VERDICT_CPU_MS = 90_000;

/** No reader needs more of one call. */
const LOG_BYTES = 16 * 1024;

/**
 * As a call in use, but for less processor time: an endless loop is to end soon, also eight of them. The
 * other clock is so far away that a busy machine does not decide which of the two is met.
 */
const BUDGETED_CALL: SandboxPolicy = {
  ...POLICIES.generatedTool,
  cpuMs: LOAD_CPU_MS,
  wallMs: 60_000,
  outputBytes: { ...POLICIES.generatedTool.outputBytes, stderr: LOG_BYTES },
};

/** Several calls in one process: an ordinary tool takes a fifth of a second for eight. */
const CALLED_TOGETHER: SandboxPolicy = { ...BUDGETED_CALL, cpuMs: 1000 };

/** The calls of one tool took more than a verdict may. */
export class BudgetSpent extends Error {}

export interface BudgetedCallsOptions {
  readonly signal: AbortSignal;
  readonly host: SandboxHost | undefined;
  /** Processor time of all calls, in milliseconds. @default 90,000 */
  readonly budgetMs?: number | undefined;
}

/** Those of one verdict. */
export class BudgetedCalls {
  readonly #options: BudgetedCallsOptions;
  #count = 0;
  #spentMs = 0;
  /** Whether several can be made in one process. */
  #areMadeTogether = true as boolean;

  constructor(options: BudgetedCallsOptions) {
    this.#options = options;
  }

  /** The finding about a tool whose calls took too much. */
  get findingWhenSpent(): Finding {
    const seconds = (this.#spentMs / 1000).toFixed(0);
    return {
      reason: `The budget of a verdict is spent: ${this.#count} calls took ${seconds} s of processor time`,
      details: [
        `${this.#budgetMs / 1000} s are the budget, ${(this.#spentMs / this.#count).toFixed(0)} ms is the mean of a call; look for a loop that grows with its input, and for bounds that the input schema should name`,
      ],
    };
  }

  get #budgetMs(): number {
    return this.#options.budgetMs ?? VERDICT_CPU_MS;
  }

  /** Counts calls that were made elsewhere. @throws {BudgetSpent} */
  add(calls: number, cpuMs: number): void {
    this.#count += calls;
    this.#spentMs += cpuMs;
    this.#throwIfSpent();
  }

  /** @param environment what its calls see. @default each an empty environment of its own */
  askerOf(folder: ToolFolder, environment?: Grants): AskTool {
    const { signal, host } = this.#options;
    const ask: AskTool = async (input, { seed, nowMs }) => {
      this.#throwIfSpent();
      this.#count += 1;
      const outcome = await callTool(folder, input, {
        ...{ signal, host, seed, nowMs },
        policy: BUDGETED_CALL,
        capabilities: environment ?? emptyEnvironment(),
        onCost: (cost) => this.#spend(cost),
      });
      // A call that was aborted says nothing about the tool.
      signal.throwIfAborted();
      return outcome;
    };
    return environment === undefined
      ? Object.assign(ask, { together: this.#togetherOf(folder) })
      : ask;
  }

  #togetherOf(folder: ToolFolder): AskTogether {
    const { signal, host } = this.#options;
    return async (asks) => {
      if (!this.#areMadeTogether) return [];
      this.#throwIfSpent();
      this.#count += asks.length;
      const calls = asks.map(({ input, circumstances }) => ({ args: input, ...circumstances }));
      const onCost = (cost: { readonly cpuMs: number }) => this.#spend(cost);
      const outcomes = await callTogether(folder, calls, {
        ...{ signal, host, onCost },
        policy: CALLED_TOGETHER,
      });
      signal.throwIfAborted();
      // What ends such a process once would end most of them, and every one is paid for.
      this.#areMadeTogether = outcomes.every((outcome) => outcome !== undefined);
      return outcomes;
    };
  }

  #spend({ cpuMs }: { readonly cpuMs: number }): void {
    this.#spentMs += cpuMs;
  }

  #throwIfSpent(): void {
    if (this.#spentMs > this.#budgetMs) throw new BudgetSpent();
  }
}

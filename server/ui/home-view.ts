/** What the screens about tools, health and budgets show and do; the home behind them is opened elsewhere. */
import type { BudgetLimits } from "#core/budget.ts";
import type { ToolListing } from "#core/tool-listing.ts";
import type { Health } from "#home/health-file.ts";
import type { SpentByPersona } from "#home/spend-store.ts";

/** How far a tool is trusted, by what became of its calls. */
export interface TrustView {
  /** Above 0 and below 1; 0.5 is a tool that was not used for long. */
  readonly score: number;
  readonly calls: number;
  readonly failures: number;
  /** Milliseconds since the epoch. */
  readonly lastUsedAt?: number | undefined;
}

/** A hundred calls, or fewer in the newest window. */
export interface UseWindow {
  /** When the last one was made, in milliseconds since the epoch. */
  readonly to: number;
  readonly calls: number;
  /** Those that did not break down. */
  readonly good: number;
}

export interface ToolRow extends ToolListing {
  readonly trust: TrustView;
  /** Why a person might want it to go. */
  readonly whyGo: string | undefined;
}

/** A declared example, as JSON. */
export interface CaseView {
  readonly input: string;
  /** What it gives, or the name of the failure. */
  readonly gives: string;
  readonly isFailure: boolean;
}

/** All texts are clean. */
export interface ToolDetails extends ToolRow {
  /** What the gate knows of it: contract, tests and origin, as plain data; empty for a built-in tool. */
  readonly contract: Readonly<Record<string, unknown>>;
  /** What its contract says that it gives; empty for a built-in tool. */
  readonly cases: readonly CaseView[];
  /** Its calls by the hundred, the oldest first. */
  readonly windows: readonly UseWindow[];
}

interface ToolList {
  /** Built-in tools, then the generated ones by name. */
  readonly tools: readonly ToolRow[];
  /** Calls of all generated tools by the hundred, the oldest first. */
  readonly windows: readonly UseWindow[];
}

export interface ToolsSource {
  list(signal: AbortSignal): Promise<ToolList>;
  /** Names of those that can be called, best first. */
  search(query: string, signal: AbortSignal): Promise<readonly string[]>;
  /** @throws {OrgError} `TOOL_UNKNOWN` */
  details(name: string, signal: AbortSignal): Promise<ToolDetails>;
  /** @throws {OrgError} `TOOL_UNKNOWN`, `USAGE` for a built-in one. */
  switch(name: string, on: boolean): Promise<void>;
  /** Begins to make a candidate without the tool, in a process of its own. @throws {OrgError} `TOOL_UNKNOWN` */
  retire(name: string): Promise<void>;
}

export interface ProcessRow {
  readonly role: string;
  readonly pid: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly port?: number | undefined;
  readonly what: string;
  readonly isStopped: boolean;
  /** How many it has started. */
  readonly children: number;
}

export interface FixRow {
  readonly id: number;
  readonly pattern: string;
  readonly subject: string;
  readonly why: string;
  readonly fix: string | undefined;
  readonly state: string;
  /** Milliseconds since the epoch. */
  readonly foundAt: number;
  readonly note: string | undefined;
}

export interface BackupRow {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** undefined: its manifest is damaged. */
  readonly bytes: number | undefined;
}

export interface HealthView {
  /** What the owner wrote last; undefined where it writes none. */
  readonly beat: (Health & { readonly isAlive: boolean }) | undefined;
  readonly processes: readonly ProcessRow[];
  /** Process of the supervisor; undefined: none runs. */
  readonly supervisor: number | undefined;
  /** The newest first. */
  readonly fixes: readonly FixRow[];
  readonly abandoned: readonly { readonly role: string; readonly why: string }[];
  /** The newest first. */
  readonly backups: readonly BackupRow[];
  /** Kinds of jobs that no worker takes. */
  readonly paused: readonly string[];
  readonly tasks: readonly {
    readonly name: string;
    readonly cron: string;
    readonly zone: string;
  }[];
}

export interface HealthSource {
  /** All texts are clean. */
  read(): Promise<HealthView>;
  /** Hands a task to the jobs now. @returns the id of the job. @throws {OrgError} `INPUT_MISSING`, as `submit`. */
  runTask(name: string): Promise<string>;
  /** @param id of the fix. @throws {OrgError} `FIX_UNKNOWN` */
  answerFix(id: string, state: "approved" | "rejected"): Promise<void>;
  /** Lets a role be started again. @throws {OrgError} `FIX_UNKNOWN` */
  resumeRole(role: string): Promise<void>;
  /** Lets workers take a kind of jobs again. @returns whether it was paused. */
  resumeKind(kind: string): Promise<boolean>;
  /** Begins to end or to restart what has a role, in a process of its own. @throws {OrgError} `INPUT_MISSING` */
  control(role: string, what: "stop" | "restart"): Promise<void>;
}

export interface BudgetView {
  /** This day in UTC: "2026-11-24". */
  readonly day: string;
  readonly limits: BudgetLimits;
  /** That of autonomy, which always has a limit. */
  readonly autonomyTokens: number;
  /** Of the last days: the newest first, and there who spent most. */
  readonly spent: readonly SpentByPersona[];
}

export interface BudgetSource {
  read(): BudgetView;
}

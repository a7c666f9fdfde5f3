/** What judging a tool by itself says; the forge repairs by it, the gate decides by it. */
import type { ToolTests } from "./metadata.ts";
import type { ToolFolder } from "./tool-folder.ts";

/** In this order: each costs more than the one before, and the first that fails ends it. */
export type ToolStage = "static" | "load" | "oracle" | "test-quality";

export interface StageReport {
  readonly stage: ToolStage;
  readonly ok: boolean;
  readonly ms: number;
  /** One line for a person; absent when it passed. */
  readonly reason?: string | undefined;
  /** What exactly failed, for the maker of the tool: the failing case, the line, the mutant that survived. */
  readonly details: readonly string[];
}

/** A text of a tool that no rule can judge. */
export interface HeldText {
  readonly text: string;
  /** The text, where it stands, why it is held and what its maker can do; one line. */
  readonly message: string;
  /** An input of which no case says what is right; one for it would settle what is held. */
  readonly input?: unknown;
}

export interface ToolReport {
  readonly ok: boolean;
  /** Those that ran, in order. */
  readonly stages: readonly StageReport[];
  /** Present when all stages passed. */
  readonly tests?: ToolTests | undefined;
  /** What its code was seen to use. */
  readonly capabilities: readonly string[];
  /** Nothing wrong, and a human's to decide. @default nothing */
  readonly held?: readonly HeldText[] | undefined;
}

export interface ValidationOptions {
  readonly signal: AbortSignal;
  readonly onStage?: ((report: StageReport) => void) | undefined;
}

/** Never loads the tool into the process that calls it. */
export type ValidateTool = (folder: ToolFolder, options: ValidationOptions) => Promise<ToolReport>;

/** What a tool is, to the room. */
import type { z } from "zod";
import type { FailedOutcome, ProgramLimit, ToolSchema } from "#core/calls.ts";
import type { NamedImage } from "#core/image-type.ts";
import type { Capability } from "#core/policy/policy.ts";

/** What a tool can change: the policy and the repair rules depend on it. */
export type ToolEffect = "none" | "room" | "execute";

export interface ToolOutput {
  readonly ok: boolean;
  /** What the model reads. */
  readonly output: string;
  /** What a model that sees is shown behind it. */
  readonly images?: readonly NamedImage[] | undefined;
  /** It looked for something and found nothing. @default false */
  readonly isEmpty?: boolean | undefined;
  /** Exit code of the program, where the tool ran one. */
  readonly exit?: number | undefined;
  /** Present where a generated tool was not ok. */
  readonly outcome?: FailedOutcome | undefined;
  /** The limit at which its program was stopped. */
  readonly killed?: ProgramLimit | undefined;
}

/** Takes time for a long text, in which everything else of the process goes on. */
export type CleanText = (text: string) => string | Promise<string>;

export interface ToolContext {
  readonly signal: AbortSignal;
  /** Id of the persona that calls. */
  readonly persona: string;
  /** Id of the turn that the call belongs to. @default it belongs to none */
  readonly turn?: string | undefined;
  /** Id of the room that the call belongs to. @default it belongs to none */
  readonly room?: string | undefined;
  /**
   * Takes control characters and secrets out of a text. All output passes through it in the end; a tool
   * that cuts its output does so before, for a cut through a secret would leave half of it.
   */
  readonly clean?: CleanText | undefined;
  /**
   * The calling model is held to a shape: what it leaves out of a file, as such models do, is put in.
   * @default false: a file holds what was written
   */
  readonly mends?: boolean | undefined;
}

export interface Tool {
  readonly name: string;
  readonly effect: ToolEffect;
  /** What it can touch. @default nothing; what executes is taken for a shell */
  readonly capabilities?: readonly Capability[] | undefined;
  /** What it changes is there for the next call, so that the same call may have another result then. @default false */
  readonly lasts?: boolean | undefined;
  /**
   * A turn begins with it: until something was called, a model whose replies are held to a shape can call nothing else, and
   * cannot answer. @default false
   */
  readonly isFirst?: boolean | undefined;
  /** The only program that it starts, whatever its arguments. */
  readonly program?: string | undefined;
  /** What it reaches is not for its arguments to say: others wrote it. @default false */
  readonly hidesHosts?: boolean | undefined;
  /** Hosts that the user approved for a persona, for as long as what the tool keeps open lasts. @default it keeps nothing */
  readonly approvedHosts?: ((persona: string) => readonly string[]) | undefined;
  /** Ends what it keeps open, when its room closes. @default it keeps nothing */
  readonly close?: (() => Promise<void>) | undefined;
  readonly schema: ToolSchema;
  /**
   * The arguments as {@link run} will read them; those that fit the schema are returned unchanged. What
   * judges a call looks at these, so that what is checked is what runs. @default they are read as they came
   */
  readonly fit?: ((args: unknown) => unknown) | undefined;
  /**
   * Checks the arguments, then runs. A failure of the tool is data, because the model should read it.
   *
   * @throws {OrgError} only for what the model cannot mend, such as a missing sandbox.
   */
  run(args: unknown, context: ToolContext): Promise<ToolOutput>;
}

export interface ToolSpec<Input> {
  readonly name: string;
  readonly description: string;
  readonly effect: ToolEffect;
  readonly capabilities?: readonly Capability[];
  readonly lasts?: boolean;
  readonly program?: string;
  readonly input: z.ZodType<Input>;
  /** Names of optional arguments that are read where a model sends them, and that no model is told of. */
  readonly unlisted?: readonly string[];
  /** Arguments that fit, shown to a model whose own do not. @default made of the schema */
  readonly example?: Readonly<Record<string, unknown>>;
  readonly run: (input: Input, context: ToolContext) => Promise<ToolOutput>;
}

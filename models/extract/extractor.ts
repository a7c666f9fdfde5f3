/** The entry to the extraction of tool calls, reasoning and prose out of what a model writes. */
import type { ToolSchema } from "#core/calls.ts";
import type { CALL_STYLES } from "#core/model-facts.ts";

/** A call found in the text. */
export interface ExtractedCall {
  /** As written, after name resolution where a declared tool matches. */
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Which dialect it was written in, for example "hermes". */
  readonly dialect: string;
  /**
   * Exactly what the model wrote, markers included. Of several calls in one unit of markup the first
   * has it and the others are empty, so that no byte appears twice.
   */
  readonly raw: string;
  /** An id that the dialect carries in the text, where it does. */
  readonly id?: string | undefined;
  /** The arguments were not strict JSON and have been read leniently. */
  readonly repaired?: boolean | undefined;
  /** The end of the answer cut the call off, or may have done so: its arguments may be incomplete. */
  readonly truncated?: boolean | undefined;
  /** Its arguments cannot be read: what they hold is not what the model meant, and it must not run. */
  readonly invalid?: boolean | undefined;
  /** An explicit call of a tool that does not exist. */
  readonly unknown?: boolean | undefined;
}

export type ExtractEvent =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "reasoning"; readonly text: string }
  | { readonly type: "call"; readonly call: ExtractedCall }
  /**
   * What was emitted as text since the start of the answer was reasoning after all; calls found in it
   * were rehearsals and must not run.
   */
  | { readonly type: "reclassify" }
  /** Markup that is neither prose nor a call, or was over a limit. */
  | { readonly type: "dropped"; readonly why: string; readonly raw: string };

/**
 * How a model is given its tools. `template`: in the server's `tools` field. `text`: described in the prompt, and its calls
 * are found in the text. `shape`: each reply is held to one JSON object, which is an action or the answer.
 */
export type CallStyle = (typeof CALL_STYLES)[number];

/** Facts about how a model writes, and about what helps it. */
export interface ModelProfile {
  /** @default "template" */
  readonly calls?: CallStyle | undefined;
  /** Its server takes a grammar, which holds the raw reply: quotation marks and escapes included. @default false */
  readonly rawShapes?: boolean | undefined;
  /** It gets the short prompt: models below about 4 billion parameters do less well with more rules. */
  readonly lean?: boolean | undefined;
  /** Weights of the model, in billions. */
  readonly billions?: number | undefined;
  /** 0 to 2, where a person has set it for the model; a persona's own holds against it. */
  readonly temperature?: number | undefined;
  /** How many prompts its server keeps in its cache at once. */
  readonly slots?: number | undefined;
  /** The chat template opens `<think>` by itself, so that the answer starts inside it. */
  readonly thinkOpen?: boolean | undefined;
  /** Id of the dialect that the chat template teaches it to call tools in. */
  readonly dialect?: string | undefined;
}

/** How the answer ended, as far as the server says. */
export interface EndOptions {
  /**
   * `true`: a limit or a broken connection ended it. `false`: the model stopped by itself, so that a bracket which is missing at
   * the very end was forgotten.
   *
   * @default unknown: every call that is still open counts as cut off
   */
  readonly cut?: boolean | undefined;
}

/** Splits one answer. Feeding it whole or in any pieces gives the same events, joined. */
export interface Extractor {
  push(text: string): readonly ExtractEvent[];
  end(options?: EndOptions): readonly ExtractEvent[];
}

export interface ExtractorOptions {
  readonly tools: readonly ToolSchema[];
  readonly profile?: ModelProfile | undefined;
}

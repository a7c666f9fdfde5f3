import type { ErrorCode } from "#core/error-codes.ts";
import { OrgError } from "#core/errors.ts";

/** Why an answer of the model cannot be used; the model hears it and may try once more. */
export interface Refusal {
  /** `PATH_REFUSED`: it touches what the task does not let it touch. */
  readonly code: Extract<ErrorCode, "ANSWER_UNUSABLE" | "PATH_REFUSED">;
  /** One sentence without its full stop, with the path where there is one. */
  readonly why: string;
}

export type Outcome<Value> = { readonly value: Value } | { readonly refused: Refusal };

export function unusable(why: string): { readonly refused: Refusal } {
  return { refused: { code: "ANSWER_UNUSABLE", why } };
}

export function offLimits(path: string, why: string): { readonly refused: Refusal } {
  return {
    refused: { code: "PATH_REFUSED", why: `${JSON.stringify(path.slice(0, 200))}: ${why}` },
  };
}

/** The message when the last try is refused. */
export function refusalError({ code, why }: Refusal, tries: number): OrgError {
  const isPath = code === "PATH_REFUSED";
  const what = isPath ? "changes what it may not change" : "cannot be used";
  return new OrgError(`The answer of the model ${what}`, {
    code,
    why: `${why} (after ${tries} tries)`,
    remedies: isPath
      ? [
          "name the path under outputs, if the task is to change it",
          "docs/exec.md says what is refused",
        ]
      : ["say in the prompt what was missing", "ask a larger model: --model NAME"],
    unchanged: "Nothing was printed and nothing was changed.",
  });
}

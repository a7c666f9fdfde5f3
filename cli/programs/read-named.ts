import { OrgError } from "#core/errors.ts";
import { readInput } from "#platform/read-input.ts";

interface NamedInput {
  /** What the file holds, in a word. */
  readonly what: string;
  /** More is not read to its end. */
  readonly maxBytes: number;
  readonly unchanged: string;
  readonly signal: AbortSignal;
}

/** The text of a file that an operand or an option names, or of standard input for `-`. @throws {OrgError} `INPUT_MISSING`, `INPUT_INVALID` */
export async function readNamed(
  path: string,
  { what, maxBytes, unchanged, signal }: NamedInput,
): Promise<string> {
  return await readInput(path, { maxBytes, signal }).catch((cause: unknown) => {
    if (cause instanceof OrgError || signal.aborted) throw cause;
    throw new OrgError(`The ${what} "${path}" cannot be read`, {
      code: "INPUT_MISSING",
      remedies: ["name a file, or - for standard input"],
      unchanged,
      cause,
    });
  });
}

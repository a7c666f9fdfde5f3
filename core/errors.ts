/**
 * The one error type of the project.
 *
 * Every failure that a person can meet says what happened, why (with numbers and names), what to
 * paste, and what is unchanged. Bugs of ours stay plain exceptions: they should crash loudly.
 */

import { ERROR_EXIT, type ErrorCode, EXIT } from "./error-codes.ts";

export interface OrgErrorOptions {
  readonly code: ErrorCode;
  /** The reason, with numbers and names; one line. */
  readonly why?: string;
  /** What to do next, most likely first: commands to paste, or one imperative sentence each. */
  readonly remedies: readonly string[];
  /** What is as it was before, for example "Nothing was changed.". */
  readonly unchanged?: string;
  readonly cause?: unknown;
}

export class OrgError extends Error {
  override readonly name = "OrgError";
  readonly code: ErrorCode;
  readonly why: string | undefined;
  readonly remedies: readonly string[];
  readonly unchanged: string | undefined;

  // The shape of `new Error(message, options)`, so that people and linters read it at sight.
  constructor(message: string, options: OrgErrorOptions) {
    super(message, { cause: options.cause });
    this.code = options.code;
    this.why = options.why;
    this.remedies = options.remedies;
    this.unchanged = options.unchanged;
  }
}

/** The exit code of a failure: an {@link OrgError} has its own, everything else is a bug of ours. */
export function exitCodeOf(error: unknown): number {
  const explained = isOutOfFiles(error) ? tooFewFiles(error) : error;
  return explained instanceof OrgError ? ERROR_EXIT[explained.code] : EXIT.bug;
}

/** Whether the system refuses to open one more file, pipe or connection. */
export function isOutOfFiles(error: unknown): boolean {
  return (
    error instanceof Error &&
    !(error instanceof OrgError) &&
    /\b(?:EMFILE|ENFILE)\b|too many open files/i.test(error.message)
  );
}

/** What helps where {@link isOutOfFiles}. */
export const MORE_FILES: readonly string[] = [
  "ulimit -n 1024   # in the shell that starts org; more for many rooms and connections at once",
  "LimitNOFILE=1024   # in the unit, where systemd starts org",
];

function tooFewFiles(cause: unknown): OrgError {
  return new OrgError("This process may open too few files", {
    code: "FILE_FAILED",
    why: reasonOf(cause),
    remedies: MORE_FILES,
    unchanged: "What was confirmed earlier is safe.",
    cause,
  });
}

/**
 * Renders a failure for a person: what happened, why, `→` what to do, and what is unchanged.
 *
 * @param verbose also prints the chain of causes and the stack.
 */
export function explain(error: unknown, verbose = false): string {
  const explained = isOutOfFiles(error) ? tooFewFiles(error) : error;
  const lines = explained instanceof OrgError ? explainOrgError(explained) : explainBug(explained);
  if (verbose) lines.push(...causes(error));
  return lines.join("\n");
}

function explainOrgError(error: OrgError): string[] {
  const lines = [`${error.message}${behindMessage(error.code)}`];
  if (error.why !== undefined) lines.push(error.why);
  lines.push(...error.remedies.map((remedy) => `→ ${remedy}`));
  if (error.unchanged !== undefined) lines.push(error.unchanged);
  return lines;
}

function behindMessage(code: string): string {
  return ` [${code}]`;
}

/** What {@link explain} made of a failure with this code, for where the code stands beside it. */
export function withoutCode(text: string, code: string): string {
  const [message = "", ...rest] = text.split("\n");
  const end = behindMessage(code);
  return message.endsWith(end) ? [message.slice(0, -end.length), ...rest].join("\n") : text;
}

function explainBug(error: unknown): string[] {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return [
    "org met a bug of its own.",
    text,
    "→ run the same command with -v and report what it prints",
  ];
}

function causes(error: unknown): string[] {
  const lines: string[] = [];
  for (let e: unknown = error; e instanceof Error && lines.length < 8; e = e.cause) {
    lines.push(e.stack ?? `${e.name}: ${e.message}`);
  }
  return lines;
}

/** What an error says of itself in one line, for a `why`. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Marks a branch that the types say cannot be reached; a new union member turns it into a compile error. */
export function unreachable(value: never): never {
  throw new Error(`Unreachable case: ${JSON.stringify(value)}`);
}

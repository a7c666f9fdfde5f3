/**
 * The one error type of the project.
 *
 * Every failure that a person can meet says what happened, why (with numbers and names), what to
 * paste, and what is unchanged. Bugs of ours stay plain exceptions: they should crash loudly.
 * Each code has an entry in docs/errors.md; a test keeps the two lists equal.
 */

/** Exit codes of the command line, after sysexits.h; see `org help exit-codes`. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 64,
  badData: 65,
  noInput: 66,
  unreachable: 69,
  bug: 70,
  cannotCreate: 73,
  fileTrouble: 74,
  busy: 75,
  notAllowed: 77,
  configuration: 78,
  timeout: 124,
  interrupted: 130,
  terminated: 143,
} as const;

/** Every failure a person can meet. */
export type ErrorCode =
  | "USAGE"
  | "PERSONA_UNKNOWN"
  | "MODE_INVALID"
  | "ROOM_UNKNOWN"
  | "INPUT_MISSING"
  | "INPUT_INVALID"
  | "PERSONA_INVALID"
  | "CONFIG_INVALID"
  | "PROVIDER_UNREACHABLE"
  | "PROVIDER_REFUSED"
  | "PROVIDER_BUSY"
  | "PROVIDER_PAUSED"
  | "MODEL_MISSING"
  | "MODEL_WITHOUT_TOOLS"
  | "CONTEXT_OVERFLOW"
  | "STREAM_ERROR"
  | "STREAM_CUT"
  | "STREAM_SILENT"
  | "CASSETTE_INVALID"
  | "CASSETTE_MISS"
  | "FORGE_REFUSED"
  | "APPROVAL_NEEDED"
  | "POLICY_PROGRAM"
  | "MCP_UNREACHABLE"
  | "MCP_CHANGED"
  | "MCP_REFUSED"
  | "TOKEN_MISSING"
  | "BUDGET_SPENT"
  | "SANDBOX_UNAVAILABLE"
  | "CONTAINER_REFUSED"
  | "BROWSER_MISSING"
  | "BROWSER_FAILED"
  | "BROWSER_GONE"
  | "PATH_REFUSED"
  | "NETWORK_REFUSED"
  | "NETWORK_FAILED"
  | "DOWNLOAD_FAILED"
  | "ENGINE_FAILED"
  | "FILE_FAILED"
  | "JOURNAL_CORRUPT"
  | "JOURNAL_FAILED"
  | "DATABASE_UNREACHABLE"
  | "DATABASE_REFUSED"
  | "DATABASE_READ_ONLY"
  | "DATABASE_OLD"
  | "DATABASE_NEW"
  | "DATABASE_FAILED"
  | "COPY_UNFINISHED"
  | "REMOTE_UNREACHABLE"
  | "REMOTE_REFUSED"
  | "NODE_TWICE"
  | "HOME_BUSY"
  | "OWNER_LOST"
  | "LOCK_HELD"
  | "PROCESS_FAILED"
  | "TOOL_INVALID"
  | "TOOL_UNKNOWN"
  | "WORKFLOW_INVALID"
  | "WORKFLOW_UNKNOWN"
  | "WORKFLOW_FAILED"
  | "JOB_UNKNOWN"
  | "JOB_CONFLICT"
  | "JOB_REFUSED"
  | "TASK_INVALID"
  | "ANSWER_UNUSABLE"
  | "CANDIDATE_REFUSED"
  | "CANDIDATE_STALE"
  | "PROMOTION_REVERTED"
  | "CANDIDATE_CONFLICT"
  | "TESTER_MISSING"
  | "MEMORY_SECRET"
  | "MEMORY_TOO_LONG"
  | "MEMORY_LIMIT"
  | "MEMORY_UNKNOWN"
  | "MEMORY_TRUST"
  | "MEMORY_DAMAGED"
  | "CRON_INVALID"
  | "CRON_NEVER"
  | "BACKUP_DAMAGED"
  | "SUPERVISOR_RUNNING"
  | "FIX_UNKNOWN"
  | "RULE_UNKNOWN"
  | "TELEGRAM_REFUSED"
  | "TELEGRAM_TAKEN"
  | "DEMO_FAILED";

/** The exit code that a headless command ends with. */
export const ERROR_EXIT: Readonly<Record<ErrorCode, number>> = {
  USAGE: EXIT.usage,
  PERSONA_UNKNOWN: EXIT.usage,
  MODE_INVALID: EXIT.usage,
  ROOM_UNKNOWN: EXIT.noInput,
  INPUT_MISSING: EXIT.noInput,
  INPUT_INVALID: EXIT.badData,
  PERSONA_INVALID: EXIT.configuration,
  CONFIG_INVALID: EXIT.configuration,
  PROVIDER_UNREACHABLE: EXIT.unreachable,
  PROVIDER_REFUSED: EXIT.unreachable,
  PROVIDER_BUSY: EXIT.unreachable,
  PROVIDER_PAUSED: EXIT.unreachable,
  MODEL_MISSING: EXIT.unreachable,
  MODEL_WITHOUT_TOOLS: EXIT.unreachable,
  CONTEXT_OVERFLOW: EXIT.failed,
  STREAM_ERROR: EXIT.failed,
  STREAM_CUT: EXIT.failed,
  STREAM_SILENT: EXIT.timeout,
  CASSETTE_INVALID: EXIT.badData,
  CASSETTE_MISS: EXIT.unreachable,
  FORGE_REFUSED: EXIT.failed,
  APPROVAL_NEEDED: EXIT.notAllowed,
  POLICY_PROGRAM: EXIT.notAllowed,
  MCP_UNREACHABLE: EXIT.unreachable,
  MCP_CHANGED: EXIT.notAllowed,
  MCP_REFUSED: EXIT.badData,
  TOKEN_MISSING: EXIT.notAllowed,
  BUDGET_SPENT: EXIT.notAllowed,
  SANDBOX_UNAVAILABLE: EXIT.notAllowed,
  CONTAINER_REFUSED: EXIT.notAllowed,
  BROWSER_MISSING: EXIT.unreachable,
  BROWSER_FAILED: EXIT.failed,
  BROWSER_GONE: EXIT.failed,
  PATH_REFUSED: EXIT.notAllowed,
  NETWORK_REFUSED: EXIT.notAllowed,
  NETWORK_FAILED: EXIT.unreachable,
  DOWNLOAD_FAILED: EXIT.unreachable,
  ENGINE_FAILED: EXIT.unreachable,
  FILE_FAILED: EXIT.fileTrouble,
  JOURNAL_CORRUPT: EXIT.badData,
  JOURNAL_FAILED: EXIT.fileTrouble,
  DATABASE_UNREACHABLE: EXIT.unreachable,
  DATABASE_REFUSED: EXIT.notAllowed,
  DATABASE_READ_ONLY: EXIT.unreachable,
  DATABASE_OLD: EXIT.configuration,
  DATABASE_NEW: EXIT.configuration,
  DATABASE_FAILED: EXIT.fileTrouble,
  COPY_UNFINISHED: EXIT.configuration,
  REMOTE_UNREACHABLE: EXIT.unreachable,
  REMOTE_REFUSED: EXIT.notAllowed,
  NODE_TWICE: EXIT.busy,
  HOME_BUSY: EXIT.busy,
  OWNER_LOST: EXIT.busy,
  LOCK_HELD: EXIT.busy,
  PROCESS_FAILED: EXIT.failed,
  TOOL_INVALID: EXIT.badData,
  TOOL_UNKNOWN: EXIT.noInput,
  WORKFLOW_INVALID: EXIT.badData,
  WORKFLOW_UNKNOWN: EXIT.noInput,
  WORKFLOW_FAILED: EXIT.failed,
  JOB_UNKNOWN: EXIT.noInput,
  JOB_CONFLICT: EXIT.failed,
  JOB_REFUSED: EXIT.busy,
  TASK_INVALID: EXIT.badData,
  ANSWER_UNUSABLE: EXIT.badData,
  CANDIDATE_REFUSED: EXIT.failed,
  CANDIDATE_STALE: EXIT.busy,
  PROMOTION_REVERTED: EXIT.failed,
  CANDIDATE_CONFLICT: EXIT.failed,
  TESTER_MISSING: EXIT.unreachable,
  MEMORY_SECRET: EXIT.badData,
  MEMORY_TOO_LONG: EXIT.badData,
  MEMORY_LIMIT: EXIT.notAllowed,
  MEMORY_UNKNOWN: EXIT.noInput,
  MEMORY_TRUST: EXIT.notAllowed,
  MEMORY_DAMAGED: EXIT.badData,
  CRON_INVALID: EXIT.badData,
  CRON_NEVER: EXIT.badData,
  BACKUP_DAMAGED: EXIT.badData,
  SUPERVISOR_RUNNING: EXIT.busy,
  FIX_UNKNOWN: EXIT.noInput,
  RULE_UNKNOWN: EXIT.noInput,
  TELEGRAM_REFUSED: EXIT.notAllowed,
  TELEGRAM_TAKEN: EXIT.busy,
  DEMO_FAILED: EXIT.failed,
};

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
  const known = isOutOfFiles(error) ? tooFewFiles(error) : error;
  return known instanceof OrgError ? ERROR_EXIT[known.code] : EXIT.bug;
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
  const known = isOutOfFiles(error) ? tooFewFiles(error) : error;
  const lines = known instanceof OrgError ? explainOrgError(known) : explainBug(known);
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

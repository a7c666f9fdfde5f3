/** Git with any arguments, for what simple-git has no words for: standard input, bytes, exit codes. */
import { processFailed } from "#core/process-failure.ts";
import { type Repository, startFolder, WRAPPER, wrapperEnvironment } from "./wrapper.ts";

const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;

export interface GitOptions {
  /** What Git reads from its standard input; nothing when left out. */
  readonly stdin?: string | Uint8Array | undefined;
  /** Ends Git; the call then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Longest life in milliseconds.
   *
   * @default 60_000
   */
  readonly timeoutMs?: number | undefined;
  /**
   * Most bytes of output; Git is ended when it writes more.
   *
   * @default 67_108_864
   */
  readonly maxBytes?: number | undefined;
  /**
   * Exit codes that are answers: 1 of `merge-base --is-ancestor` means no.
   *
   * @default [0]
   */
  readonly exitCodes?: readonly number[] | undefined;
}

export interface GitOutput {
  readonly exitCode: number;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

/**
 * Runs Git. Revisions and names among the arguments must be validated by the caller (`validRefName`,
 * `isObjectId`), and paths stand behind `--`; what looks like a path pattern is taken as it is written.
 *
 * @throws {OrgError} `PROCESS_FAILED` for any other exit code, a time-out or too much output; it says which.
 */
export async function gitRaw(
  repository: Repository,
  args: readonly string[],
  options: GitOptions = {},
): Promise<GitOutput> {
  const { stdin, signal, timeoutMs = DEFAULT_TIMEOUT_MS, maxBytes = DEFAULT_MAX_BYTES } = options;
  signal?.throwIfAborted();
  const start = performance.now();
  await using child = Bun.spawn([...WRAPPER, ...args], {
    env: wrapperEnvironment(repository),
    cwd: startFolder(repository),
    stdin: stdin === undefined ? "ignore" : bytesOf(stdin),
    stdout: "pipe",
    stderr: "pipe",
    timeout: timeoutMs,
    maxBuffer: maxBytes,
    killSignal: "SIGKILL",
    ...(signal === undefined ? {} : { signal }),
  });
  const [stdout, stderr, exitCode] = await Promise.all([
    child.stdout.bytes(),
    child.stderr.text(),
    child.exited,
  ]);
  signal?.throwIfAborted();
  if ((options.exitCodes ?? [0]).includes(exitCode)) return { exitCode, stdout, stderr };
  throw processFailed(["git", ...args], {
    ...{ exitCode, signal: child.signalCode, stderr, timeoutMs, maxBytes },
    ms: performance.now() - start,
    bytes: stdout.byteLength,
  });
}

/** The output of {@link gitRaw} as text, without the line end behind it. */
export async function gitText(
  repository: Repository,
  args: readonly string[],
  options: GitOptions = {},
): Promise<string> {
  const { stdout } = await gitRaw(repository, args, options);
  return new TextDecoder().decode(stdout).replace(/\n+$/, "");
}

function bytesOf(stdin: string | Uint8Array): Uint8Array {
  return typeof stdin === "string" ? new TextEncoder().encode(stdin) : stdin;
}

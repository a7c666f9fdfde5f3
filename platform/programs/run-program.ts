/** The one way to run a program of this machine that is trusted, with limits, to its end. */
import { processFailed } from "#core/process-failure.ts";

const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;

/** What is run, and where. */
export interface Program {
  readonly command: readonly string[];
  /** How an error names it. @default the command */
  readonly displayCommand?: readonly string[];
  /** Absolute path of the folder it starts in. */
  readonly cwd: string;
  /** All the variables it gets. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface RunOptions {
  /** What the program reads from its standard input; nothing when left out. */
  readonly stdin?: string | Uint8Array | undefined;
  /** Ends the program; the call then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Longest life in milliseconds.
   *
   * @default 60_000
   */
  readonly timeoutMs?: number | undefined;
  /**
   * Most bytes of output; the program is ended when it writes more.
   *
   * @default 67_108_864
   */
  readonly maxBytes?: number | undefined;
  /**
   * Exit codes that are answers: 1 of `git merge-base --is-ancestor` means no.
   *
   * @default [0]
   */
  readonly exitCodes?: readonly number[] | undefined;
  /** Told the output piece by piece, which is then nowhere else: a listing may be longer than what is wanted of it. */
  readonly onOutput?: ((piece: Uint8Array) => void) | undefined;
}

export interface ProgramOutput {
  readonly exitCode: number;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

/** @throws {OrgError} `PROCESS_FAILED` for any other exit code, a time-out or too much output; it says which. */
export async function runProgram(
  { command, displayCommand = command, cwd, environment }: Program,
  options: RunOptions = {},
): Promise<ProgramOutput> {
  const { stdin, signal, timeoutMs = DEFAULT_TIMEOUT_MS, maxBytes = DEFAULT_MAX_BYTES } = options;
  signal?.throwIfAborted();
  const start = performance.now();
  await using child = Bun.spawn([...command], {
    env: environment,
    cwd,
    stdin: stdin === undefined ? "ignore" : bytesOf(stdin),
    stdout: "pipe",
    stderr: "pipe",
    timeout: timeoutMs,
    maxBuffer: maxBytes,
    killSignal: "SIGKILL",
    ...(signal === undefined ? {} : { signal }),
  });
  let bytes = 0;
  const onOutput = (piece: Uint8Array): void => {
    bytes += piece.byteLength;
    options.onOutput?.(piece);
  };
  const [stdout, stderr, exitCode] = await Promise.all([
    options.onOutput === undefined ? child.stdout.bytes() : collect(child.stdout, onOutput),
    child.stderr.text(),
    child.exited,
  ]);
  signal?.throwIfAborted();
  bytes += stdout.byteLength;
  // A short program may have come to its end before it could be ended for what it wrote.
  const isWithin = bytes <= maxBytes;
  if (isWithin && (options.exitCodes ?? [0]).includes(exitCode)) {
    return { exitCode, stdout, stderr };
  }
  throw processFailed(displayCommand, {
    ...{ exitCode, signal: child.signalCode, stderr, timeoutMs, maxBytes },
    ms: performance.now() - start,
    bytes,
  });
}

function bytesOf(stdin: string | Uint8Array): Uint8Array {
  return typeof stdin === "string" ? new TextEncoder().encode(stdin) : stdin;
}

async function collect(
  output: ReadableStream<Uint8Array>,
  onOutput: (piece: Uint8Array) => void,
): Promise<Uint8Array> {
  for await (const piece of output) onOutput(piece);
  return new Uint8Array();
}

/** Runs a contestant's program to its end. */

export interface ChildOptions {
  readonly cwd: string;
  /** All that it sees of the environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Ends the program for good. */
  readonly signal: AbortSignal;
}

export interface ChildOutcome {
  readonly stdout: string;
  readonly stderr: string;
  /** 128 and more after a signal. */
  readonly exit: number;
}

export async function runChild(
  command: readonly string[],
  { cwd, env, signal }: ChildOptions,
): Promise<ChildOutcome> {
  const child = Bun.spawn([...command], {
    cwd,
    env: { ...env },
    stdio: ["ignore", "pipe", "pipe"],
    signal,
    killSignal: "SIGKILL",
  });
  const [stdout, stderr, exit] = await Promise.all([
    child.stdout.text(),
    child.stderr.text(),
    child.exited,
  ]);
  return { stdout, stderr, exit };
}

/** Runs the package clients of the machine, which know the person's index, proxy and certificates. */
import { OrgError, reasonOf } from "#core/errors.ts";

export interface ClientRun {
  readonly cwd: string;
  readonly signal: AbortSignal;
}

export interface ClientEnd {
  /** 127: there is no such program. */
  readonly exitCode: number;
  /** The last lines of what it printed to both sides. */
  readonly output: string;
}

/** A client that cannot reach its index says so of each of a hundred packages. */
const LAST_LINES = 6;
const LONGEST_LINE = 300;

/** @throws the reason of `signal`. */
export async function runClient(
  command: readonly string[],
  { cwd, signal }: ClientRun,
): Promise<ClientEnd> {
  signal.throwIfAborted();
  try {
    await using child = Bun.spawn([...command], {
      cwd,
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      signal,
      killSignal: "SIGKILL",
    });
    const [out, errors, exitCode] = await Promise.all([
      child.stdout.text(),
      child.stderr.text(),
      child.exited,
    ]);
    signal.throwIfAborted();
    return { exitCode, output: lastLines(`${out}\n${errors}`) };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    return { exitCode: 127, output: reasonOf(error) };
  }
}

function lastLines(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const last = lines.slice(-LAST_LINES).map((line) => line.trim().slice(0, LONGEST_LINE));
  return last.join("\n");
}

/** What a client could not fetch. */
export function clientFailed(
  what: string,
  { output }: ClientEnd,
  remedies: readonly string[],
): OrgError {
  return new OrgError(`Could not fetch ${what}`, {
    code: "DOWNLOAD_FAILED",
    why: output === "" ? "the package client gave no reason" : output,
    remedies,
    unchanged: "Nothing was installed.",
  });
}

/** Programs that org needs, and their versions. */
import type { Finding } from "#core/check.ts";

/** Longest a program may take to answer, in milliseconds. */
const ANSWER_MS = 5000;

/** What a program printed, without the space around it. `undefined`: it failed. */
export async function answerOf(
  command: readonly string[],
  { signal, cwd = "/" }: { readonly signal: AbortSignal; readonly cwd?: string },
): Promise<string | undefined> {
  const { text, code } = await outputOf(command, { signal, cwd });
  return code === 0 ? text.trim() : undefined;
}

/** @throws what the system says where the program cannot be started. */
export async function outputOf(
  command: readonly string[],
  { signal, cwd }: { readonly signal: AbortSignal; readonly cwd: string },
): Promise<{ readonly text: string; readonly code: number }> {
  await using child = Bun.spawn([...command], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "ignore",
    timeout: ANSWER_MS,
    killSignal: "SIGKILL",
    signal,
    cwd,
  });
  const [text, code] = await Promise.all([child.stdout.text(), child.exited]);
  return { text, code };
}

export function ok(detail: string): Finding {
  return { state: "ok", detail, remedies: [] };
}

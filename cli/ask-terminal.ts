import { createInterface } from "node:readline";
import { isatty } from "node:tty";
import type { AskHuman } from "./forge-questions.ts";

/** The part of `process` that a question needs. */
export interface QuestionTerminal {
  readonly stdin: NodeJS.ReadStream & { readonly fd: number };
  readonly stderr: NodeJS.WriteStream;
}

export interface Stopping {
  /** Rejects a question with its reason. */
  readonly signal: AbortSignal;
  /** In a question Ctrl-C is a key; it means what it means everywhere else. @default SIGINT to this process */
  readonly interrupt?: () => void;
}

/** How often a question looks whether its terminal is still there, in milliseconds. */
const LOOK_MS = 1000;

/**
 * Asks at the terminal, one line at a time. Esc and Ctrl-D answer nothing. Between questions the terminal
 * is as it was, so that Ctrl-C is a signal of the system again.
 */
export function askAtTerminal(
  { stdin, stderr }: QuestionTerminal,
  { signal, interrupt = () => process.kill(process.pid, "SIGINT") }: Stopping,
): AskHuman {
  return async (question) => {
    signal.throwIfAborted();
    const lines = createInterface({ input: stdin, output: stderr, terminal: true });
    const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
    const onAbort = () => reject(signal.reason);
    const onKey = (_text: unknown, key: { readonly name?: string } | undefined) => {
      if (key?.name === "escape") lines.close();
    };
    signal.addEventListener("abort", onAbort, { once: true });
    stdin.on("keypress", onKey);
    lines.on("close", () => resolve(undefined));
    lines.on("SIGINT", interrupt);
    lines.question(question, resolve);
    // A terminal that goes without being the controlling one sends no signal, and no end of the input either.
    const look = setInterval(() => isatty(stdin.fd) || interrupt(), LOOK_MS);
    try {
      const answer = await promise;
      if (answer === undefined) stderr.write("\n");
      return answer;
    } finally {
      clearInterval(look);
      signal.removeEventListener("abort", onAbort);
      stdin.off("keypress", onKey);
      lines.close();
    }
  };
}

import { createInterface } from "node:readline";
import type { AskHuman } from "./forge-questions.ts";

/** The part of `process` that a question needs. */
export interface QuestionTerminal {
  readonly stdin: NodeJS.ReadStream;
  readonly stderr: NodeJS.WriteStream;
}

/**
 * Asks at the terminal, one line at a time. Esc and Ctrl-D answer nothing; Ctrl-C calls `interrupt`.
 * Between questions the terminal is as it was, so that Ctrl-C is a signal again.
 */
export function askAtTerminal(
  { stdin, stderr }: QuestionTerminal,
  interrupt: () => void,
): AskHuman {
  return async (question) => {
    const lines = createInterface({ input: stdin, output: stderr, terminal: true });
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    const onKey = (_text: unknown, key: { readonly name?: string } | undefined) => {
      if (key?.name === "escape") lines.close();
    };
    stdin.on("keypress", onKey);
    lines.on("close", () => resolve(undefined));
    lines.on("SIGINT", () => {
      interrupt();
      lines.close();
    });
    lines.question(question, resolve);
    const answer = await promise;
    stdin.off("keypress", onKey);
    lines.close();
    if (answer === undefined) stderr.write("\n");
    return answer;
  };
}

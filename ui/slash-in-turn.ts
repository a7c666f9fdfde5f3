/** Commands that take their time: in their turn among the answers, and ended by what stops an answer. */
import type { Outcome, Run, SlashContext } from "./slash-command.ts";

/**
 * Runs words of the command line so that the room does not change meanwhile, and shows what they report at once.
 *
 * @param stopped shown once it was stopped. @default nothing
 */
export function runInTurn(
  { room, sources, say }: SlashContext,
  words: readonly string[],
  stopped?: string,
): Outcome {
  const show = (text: string) => say?.(room.cleaner.clean(text).trimEnd());
  const done = room.during(async (signal) => {
    try {
      show(await sources.runCommand(words, { signal, say: show }));
    } catch (error) {
      if (!signal.aborted) throw error;
      if (stopped !== undefined) show(stopped);
    }
  });
  return { done };
}

/**
 * @param name of the slash command.
 * @param words what it means; operands stand behind them.
 */
export function inTurn(name: string, words: readonly string[]): Run {
  return (context, operand) =>
    runInTurn(context, [...words, ...wordsOf(operand)], `Stopped: /${name}`);
}

/** All of the operand is what the user wants to have looked at. */
export function review(context: SlashContext, about: string): Outcome {
  const operands = about === "" ? [] : ["--", about];
  return runInTurn(context, ["project", "critic", ...operands], "Stopped: /critic");
}

/** What stands behind a command, word by word. */
export function wordsOf(operand: string): readonly string[] {
  return operand.split(/\s+/).filter((word) => word !== "");
}

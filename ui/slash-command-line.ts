/**
 * Commands of the command line in a room. What takes its time runs in its turn among the answers, and is ended by what
 * stops an answer.
 */
import type { Outcome, Run, SlashContext } from "./slash-command.ts";

/**
 * Runs words of the command line so that the room does not change meanwhile, and shows what they report at once.
 *
 * @param stopped shown once it was stopped. @default nothing
 */
export function runInTurn(
  { room, sources, say }: SlashContext,
  args: readonly string[],
  stopped?: string,
): Outcome {
  const show = (text: string) => say?.(room.cleaner.clean(text).trimEnd());
  const done = room.during(async (signal) => {
    try {
      show(await sources.runCommand(args, { signal, say: show }));
    } catch (error) {
      if (!signal.aborted) throw error;
      if (stopped !== undefined) show(stopped);
    }
  });
  return { done };
}

/**
 * @param name of the slash command.
 * @param args what it means; operands stand behind them.
 */
export function inTurn(name: string, args: readonly string[]): Run {
  return (context, operand) =>
    runInTurn(context, [...args, ...argumentsOf(operand)], `Stopped: /${name}`);
}

/** All of the operand is what the user wants to have looked at. */
export function review(context: SlashContext, about: string): Outcome {
  const operands = about === "" ? [] : ["--", about];
  return runInTurn(context, ["project", "critic", ...operands], "Stopped: /critic");
}

/** The operands of a command, split at white space. */
export function argumentsOf(operand: string): readonly string[] {
  return operand.split(/\s+/).filter((word) => word !== "");
}

/** All of the operand is the path. */
export async function showDiff({ sources }: SlashContext, path: string): Promise<Outcome> {
  const args = ["project", "diff", ...(path === "" ? [] : ["--", path])];
  return { text: await sources.runCommand(args) };
}

/** Only what judges has to wait for its turn. */
export function candidates(context: SlashContext, operand: string): Outcome | Promise<Outcome> {
  const run = operand === "" ? inTurn("cand", ["cand"]) : command("cand");
  return run(context, operand);
}

/** Of a room that works on a repository. */
function inProject(action: string): Run {
  return async (context, operand) => await command("project")(context, `${action} ${operand}`);
}

/** What the room's last turn changed goes, and a rule that answered is told. */
export async function undo(context: SlashContext, operand: string): Promise<Outcome> {
  await context.room.noteUndo();
  return await inProject("undo")(context, operand);
}

export async function stop(context: SlashContext, operand: string): Promise<Outcome> {
  // Esc and Ctrl-C never reach a job.
  if (operand !== "") return await command("jobs")(context, `cancel ${operand}`);
  return context.room.stop() ? {} : { text: "Nothing is being answered." };
}

/** The process of a burst is the owner's to start. */
export async function autonomy(context: SlashContext, operand: string): Promise<Outcome> {
  const [action = "status"] = argumentsOf(operand);
  return await command("auto")(context, action === "burst" ? "status" : operand);
}

/** What the command line can do, a room can: the same words, the same text. */
export function command(name: string): Run {
  return async ({ sources }, operand) => {
    return { text: await sources.runCommand([name, ...argumentsOf(operand)]) };
  };
}

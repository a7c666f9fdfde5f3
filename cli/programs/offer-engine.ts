/** What is offered to a new user without a model server. */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { engineSource, someServerAnswers } from "#app/engine-source.ts";
import { explain, OrgError } from "#core/errors.ts";
import { homePaths } from "#home/home-paths.ts";
import { writeFileAtomically } from "#platform/files.ts";
import { askAtTerminal } from "../ask-terminal.ts";
import type { CommandContext } from "../context.ts";
import { installQuestion, isYes } from "../engine-command.ts";
import { stepPrinter } from "../engine-progress.ts";

/**
 * Offers the built-in engine where nothing was chosen, nothing is installed and no server answers: with `--yes` it is
 * installed, at a terminal it is asked for, once in a home. Whatever comes of it, the room opens.
 */
export async function offerEngine(context: CommandContext): Promise<void> {
  const { line, settings, cleaner, output, screen } = context;
  const { declinedEngine } = homePaths(settings.home);
  const isApproved = line.options.has("yes");
  const mayAsk = screen.isTyped && process.stdout.isTTY && !existsSync(declinedEngine);
  if (hasChosen(context) || !(isApproved || mayAsk)) return;
  if ((await engineSource(context).status()).state === "installed") return;
  if (await someServerAnswers(context)) return;
  if (!(isApproved || (await userApproves(context)))) {
    await mkdir(dirname(declinedEngine), { recursive: true, mode: 0o700 });
    await writeFileAtomically(declinedEngine, "");
    return;
  }
  try {
    const print = stepPrinter({ json: false, output, cleaner });
    const what = { from: undefined, choice: undefined, model: undefined };
    await engineSource(context).install(what, print);
  } catch (error) {
    if (!(error instanceof OrgError)) throw error;
    output.say(`${cleaner.clean(explain(error))}\n`);
  }
}

function hasChosen({ line, settings }: CommandContext): boolean {
  const isPlayed = ["cassette", "record"].some((name) => line.options.has(name));
  return isPlayed || settings.isBaseExplicit || settings.model !== undefined;
}

async function userApproves(context: CommandContext): Promise<boolean> {
  const { output, signal } = context;
  output.say(
    "No model server answers on this machine. The room opens without one; its commands (/help) still work.\n",
  );
  const question = installQuestion(engineSource(context).offer(undefined));
  return isYes(await askAtTerminal(process, { signal })(question));
}

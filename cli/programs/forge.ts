import { existsSync } from "node:fs";
import { join } from "node:path";
import type { App } from "#app/app.ts";
import { judgeTool, openForge } from "#app/forge.ts";
import type { Settings } from "#home/settings/settings.ts";
import { askAtTerminal } from "../ask-terminal.ts";
import type { CommandContext } from "../context.ts";
import { type PromotionOutcome, runForge } from "../forge-command.ts";

/** `org forge`. @returns the exit code. */
export async function forge(context: CommandContext): Promise<number> {
  const { app, line, settings, cleaner, output, signal } = context;
  const { options: flags } = line;
  return await runForge({
    ...{ flags, output, cleaner, signal },
    ...openForge(app, flags.get("model")),
    promote: canPromote(settings) ? (branch) => promoted(branch, app) : undefined,
    judge: (path, onStage) => judgeTool(path, { signal, onStage }),
    ask: process.stdin.isTTY ? askAtTerminal(process, { signal }) : undefined,
  });
}

function canPromote({ home }: Settings): boolean {
  return existsSync(join(home, ".git"));
}

/** The approval was given on the command line. @returns what became of the candidate. */
export async function promoted(
  branch: string,
  app: Pick<App, "promote"> & { readonly settings: Pick<Settings, "promotion"> },
): Promise<PromotionOutcome> {
  // Delivered means promoted there, or the forge has failed.
  if (app.settings.promotion === "auto") {
    return { outcome: "promoted", text: "✔ it is promoted" };
  }
  const what = "forge --promote";
  const command = `org forge --promote, ${branch}`;
  const { change, reverted } = await app.promote({ candidate: branch, what, command });
  const { tag, note } = change;
  return reverted === undefined
    ? { outcome: "promoted", tag, text: `✔ it is promoted, tag ${tag}\n→ org rollback reverts it` }
    : { outcome: "reverted", tag, note, text: `✘ it was promoted and reverted at once: ${note}` };
}

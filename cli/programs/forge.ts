import { existsSync } from "node:fs";
import { join } from "node:path";
import { comparisonIn } from "#app/comparison.ts";
import { judgeTool, openForge } from "#app/forge.ts";
import { firstBySearch, promoteInHome, thoroughness, validatorIn, withGate } from "#app/gate.ts";
import { openProviders } from "#app/providers.ts";
import { builtInTools } from "#app/rooms.ts";
import type { Gate } from "#fitness/gate/gate.ts";
import { homePaths } from "#home/home-paths.ts";
import type { Settings } from "#home/settings/settings.ts";
import { toolsmith } from "#models/personas/toolsmith.ts";
import { inGateLog } from "#ops/release/gate-log.ts";
import type { Promoted } from "#ops/release/promote.ts";
import type { Log } from "#platform/log/log.ts";
import { openRegistry } from "#tools/registry/open-registry.ts";
import { askAtTerminal } from "../ask-terminal.ts";
import type { CommandContext } from "../context.ts";
import { type PromotionOutcome, runForge } from "../forge-command.ts";

/** `org forge`. @returns the exit code. */
export async function forge(context: CommandContext): Promise<number> {
  const { line, settings, cleaner, output, signal } = context;
  const { options: flags } = line;
  await using parts = new AsyncDisposableStack();
  const provider = async () => {
    const { main, own } = await openProviders({ settings, flags, cleaner }, parts);
    return own.get(toolsmith.id) ?? main;
  };
  const namesTaken = () => namesOfTools(settings);
  // In a question Ctrl-C is a key; it means what it means everywhere else.
  const interrupt = () => process.kill(process.pid, "SIGINT");
  const compare = comparisonIn(context);
  const asked = flags.get("model");
  const session = { settings, cleaner, compare, asked, provider, namesTaken };
  return await runForge({
    ...{ flags, output, cleaner, signal },
    ...openForge(session, parts),
    promote: canPromote(settings) ? (branch) => promoted(branch, context) : undefined,
    judge: (path, onStage) => judgeTool(path, { signal, onStage }),
    ask: process.stdin.isTTY ? askAtTerminal(process, { signal, interrupt }) : undefined,
  });
}

async function namesOfTools(settings: Settings): Promise<readonly string[]> {
  const paths = homePaths(settings.home);
  const builtIn = builtInTools(settings);
  using registry = openRegistry({ paths, builtIn, filesRoot: paths.workspace });
  return (await registry.list()).map(({ name }) => name);
}

function canPromote({ home }: Settings): boolean {
  return existsSync(join(home, ".git"));
}

/** The approval was given on the command line. @returns what became of the candidate. */
async function promoted(branch: string, context: CommandContext): Promise<PromotionOutcome> {
  const { settings, signal, cleaner } = context;
  const { home, promotion } = settings;
  // Delivered means promoted there, or the forge has failed.
  if (promotion === "auto") return { outcome: "promoted", text: "✔ it is promoted" };
  const about = { home, cleaner, what: "forge --promote", subject: branch };
  const promoteIn = async (gate: Gate, log: Log): Promise<Promoted> =>
    await promoteInHome(
      gate,
      { home, command: `org forge --promote, ${branch}`, log },
      {
        candidate: branch,
        validatorOf: validatorIn(gate),
        firstHit: firstBySearch,
        signal,
        nowMs: Date.now(),
        ...(await thoroughness(gate, home, comparisonIn(context))),
        isOff: promotion === "off",
      },
    );
  const { change, undone } = await inGateLog(about, (log) =>
    withGate({ home, checkout: home }, (gate) => promoteIn(gate, log)),
  );
  const { tag, note } = change;
  return undone === undefined
    ? { outcome: "promoted", tag, text: `✔ it is promoted, tag ${tag}\n→ org rollback reverts it` }
    : { outcome: "reverted", tag, note, text: `✘ it was promoted and reverted at once: ${note}` };
}

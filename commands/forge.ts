import { existsSync } from "node:fs";
import { join } from "node:path";
import type { StageResult } from "#fitness/gate/stages.ts";
import { toolsmith } from "#models/personas/toolsmith.ts";
import type { Gate } from "#ops/gate/gate.ts";
import { changeFields, inGateLog, stageFields } from "#ops/gate/gate-log.ts";
import { promoteCandidate } from "#ops/gate/promote-candidate.ts";
import { currentService } from "#ops/generation/processes.ts";
import { openPromoter } from "#ops/promotion/open-promoter.ts";
import type { Promoted } from "#ops/promotion/promote.ts";
import { homePaths } from "#platform/home.ts";
import type { Log } from "#platform/log/log.ts";
import type { Settings } from "#platform/settings.ts";
import { openRegistry } from "#tools/registry/open-registry.ts";
import { askAtTerminal } from "#ui/ask-terminal.ts";
import { runForge } from "#ui/forge-command.ts";
import { builtInTools } from "../wiring.ts";
import { judgeTool, openForge } from "../wiring-forge.ts";
import { firstBySearch, thoroughness, validatorIn, withGate } from "../wiring-gate.ts";
import { openProviders } from "../wiring-providers.ts";
import { comparisonIn } from "./comparison.ts";
import type { CommandContext } from "./context.ts";

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

/** The human's yes was given on the command line. @returns what became of it, in one sentence. */
async function promoted(branch: string, context: CommandContext): Promise<string> {
  const { settings, signal, cleaner } = context;
  const { home, promotion } = settings;
  if (promotion === "auto") return "✔ it is promoted";
  await using parts = new AsyncDisposableStack();
  const promoter = await openPromoter(home, { service: currentService(home) }, parts);
  const about = { home, cleaner, what: "forge --promote", subject: branch };
  const promoteIn = async (gate: Gate, log: Log): Promise<Promoted> => {
    const request = {
      candidate: branch,
      validatorOf: validatorIn(gate),
      firstHit: firstBySearch,
      signal,
      nowMs: Date.now(),
      onStage: (result: StageResult) => log.info("stage", stageFields(result)),
      ...(await thoroughness(gate, home, comparisonIn(context))),
    };
    const done = await promoteCandidate(gate, promoter, { ...request, isOff: promotion === "off" });
    log.info("promoted", changeFields(done.change));
    return done;
  };
  const { change, undone } = await inGateLog(about, (log) =>
    withGate({ home, checkout: home }, (gate) => promoteIn(gate, log)),
  );
  return undone === undefined
    ? `✔ it is promoted, tag ${change.tag}\n→ org rollback takes it back`
    : `! it was promoted and taken back at once: ${change.note}`;
}

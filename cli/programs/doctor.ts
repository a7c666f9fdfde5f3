import { join } from "node:path";
import { personasOf } from "#app/rooms.ts";
import type { Check } from "#core/check.ts";
import { settingsOfModel } from "#home/settings/model-settings.ts";
import type { Settings } from "#home/settings/settings.ts";
import { embeddingsCheck, engineCheck } from "#models/engine/engine-check.ts";
import { providerCheck } from "#models/provider-check.ts";
import { slotsCheck } from "#models/slots-check.ts";
import { machineChecks } from "#ops/doctor/machine-checks.ts";
import { CANDIDATE_PORT, CURRENT_PORT } from "#ops/processes/ports.ts";
import { browserCheck } from "#platform/browser/check.ts";
import { loadText } from "#platform/files.ts";
import { sandboxCheck } from "#platform/sandbox/check.ts";
import { containerEngineCheck } from "#platform/sandbox/container/check.ts";
import { telegramCheck, wantsTelegram } from "#ui/telegram/telegram-check.ts";
import { terminalCheck } from "#ui/terminal-check.ts";
import type { CommandContext } from "../context.ts";
import { runDoctor } from "../doctor-command.ts";

/** `org doctor`. @returns the exit code. */
export async function doctor(context: CommandContext): Promise<number> {
  const { app, line, settings, cleaner, output, signal, screen } = context;
  const checkout = join(import.meta.dir, "../..");
  const bunVersion = (await loadText(`${checkout}/.bun-version`)).trim();
  const { main } = await app.providers();
  const checks: readonly Check[] = [
    ...machineChecks({ home: settings.home, bunVersion, ports: [CURRENT_PORT, CANDIDATE_PORT] }),
    terminalCheck(screen),
    sandboxCheck,
    ...(settings.container === undefined ? [] : [containerEngineCheck(settings.container.socket)]),
    browserCheck(settings.browser),
    providerCheck(main, settings.model),
    slotsCheck({
      provider: main,
      model: settings.model,
      personas: () => speakersOf(settings),
      slots: (name) => settingsOfModel(settings.models, name)?.slots,
    }),
    ...(await databaseChecks(settings)),
    engineCheck(settings.engine.folder),
    embeddingsCheck(settings.engine.folder),
    ...(wantsTelegram(settings.telegram) ? [telegramCheck(settings.telegram)] : []),
  ];
  return await runDoctor(checks, { json: line.options.has("json"), output, cleaner, signal });
}

async function databaseChecks({ database, home }: Settings): Promise<readonly Check[]> {
  if (database === undefined) return [];
  const [{ openDatabase }, { databaseCheck }, { remoteCheck }, { seeMain }] = await Promise.all([
    import("#app/database.ts"),
    import("#home/postgres/database-check.ts"),
    import("#app/remote-check.ts"),
    import("#app/main-remote.ts"),
  ]);
  const shared = databaseCheck(() => openDatabase(database), database.servers.length);
  return database.remote === undefined ? [shared] : [shared, remoteCheck(home, database, seeMain)];
}

/** Personas that have no provider of their own. */
function speakersOf(settings: Settings): number {
  return personasOf(settings).filter(({ id }) => settings.personaProviders[id] === undefined)
    .length;
}

/** What `org doctor` checks of the machine and the home. */
import { join } from "node:path";
import type { Check } from "#core/check.ts";
import { settingsOfModel } from "#home/settings/model-settings.ts";
import type { Settings } from "#home/settings/settings.ts";
import { embeddingsCheck, engineCheck } from "#models/engine/engine-check.ts";
import { slotsCheck } from "#models/slots-check.ts";
import { machineChecks } from "#ops/doctor/machine-checks.ts";
import { CANDIDATE_PORT, CURRENT_PORT } from "#ops/processes/ports.ts";
import { browserCheck } from "#platform/browser/check.ts";
import { loadText } from "#platform/files.ts";
import { sandboxCheck } from "#platform/sandbox/check.ts";
import { containerEngineCheck } from "#platform/sandbox/container/check.ts";
import type { AppParts } from "./context.ts";
import { personasOf } from "./rooms.ts";
import { serverCheck } from "./server-check.ts";

/** @param screen what a screen checks of itself, behind the machine. */
export async function doctorChecks(
  app: Pick<AppParts, "settings" | "providers">,
  screen: Check,
): Promise<readonly Check[]> {
  const { settings } = app;
  const bunVersion = (await loadText(join(import.meta.dir, "../.bun-version"))).trim();
  const { main } = await app.providers();
  return [
    ...machineChecks({ home: settings.home, bunVersion, ports: [CURRENT_PORT, CANDIDATE_PORT] }),
    screen,
    sandboxCheck,
    ...(settings.container === undefined ? [] : [containerEngineCheck(settings.container.socket)]),
    browserCheck(settings.browser),
    serverCheck(main, settings),
    slotsCheck({
      provider: main,
      model: settings.model,
      personas: () => speakersOf(settings),
      slots: (name) => settingsOfModel(settings.models, name)?.slots,
    }),
    ...(await databaseChecks(settings)),
    engineCheck(settings.engine.folder),
    embeddingsCheck(settings.engine.folder),
  ];
}

async function databaseChecks({ database, home }: Settings): Promise<readonly Check[]> {
  if (database === undefined) return [];
  const [{ openDatabase }, { databaseCheck }, { remoteCheck }, { seeMain }] = await Promise.all([
    import("#home/postgres/home-database.ts"),
    import("#home/postgres/database-check.ts"),
    import("#ops/travel/remote-check.ts"),
    import("#ops/travel/main-remote.ts"),
  ]);
  const shared = databaseCheck(() => openDatabase(database), database.servers.length);
  return database.remote === undefined ? [shared] : [shared, remoteCheck(home, database, seeMain)];
}

/** Personas that have no provider of their own. */
function speakersOf(settings: Settings): number {
  return personasOf(settings).filter(({ id }) => settings.personaProviders[id] === undefined)
    .length;
}

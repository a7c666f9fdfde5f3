/** Brings databases back that cannot be read any more: what writes them stops, a backup comes, what served goes on. */
import { EXIT } from "#core/error-codes.ts";
import { fieldsOf } from "#core/json.ts";
import { loadText, overwriteFile } from "#platform/files.ts";
import { generationPath, readGeneration } from "../../processes/generation-record.ts";
import { stopGeneration } from "../../processes/generations.ts";
import { runOrg } from "../../processes/run-org.ts";
import { stoppedRoles } from "../../processes/stop-marks.ts";
import type { Done, Fix } from "../pattern.ts";
import { isServing, type ServingParts, startAgain } from "./serving.ts";

const CURRENT = "current";
const RESTORE: readonly string[] = ["backup", "restore", "--damaged", "--json"];
/** There may have been nothing left to restore: a crash came behind it. */
const EXIT_CODES: readonly number[] = [EXIT.done, EXIT.noInput];

export function restoreDamaged(parts: ServingParts): Fix {
  return {
    name: "restore-damaged",
    verifyMs: 60_000,
    apply: async (_finding, signal) => await restore(parts, signal),
    // That each of them can be read and has the rows of its manifest, the restore has seen.
    verify: async (_finding, done) =>
      done !== undefined && (done["serves"] !== true || (await isServing(parts, CURRENT))),
  };
}

async function restore(parts: ServingParts, signal: AbortSignal): Promise<Done> {
  const { home, program, store } = parts;
  const path = generationPath(home, CURRENT);
  const record = await loadText(path).catch(() => undefined);
  const serves = record !== undefined && !(await stoppedRoles(home)).includes(CURRENT);
  if ((await readGeneration(home, CURRENT)) !== undefined) {
    await stopGeneration(home, CURRENT);
    // It took its record along, which says what is to be started again, also after a crash in the middle of this.
    if (record !== undefined) overwriteFile(path, record);
  }
  try {
    const command = { home, program, args: RESTORE, signal, exitCodes: EXIT_CODES };
    const { backup = "", databases } = fieldsOf((await runOrg(command)).data);
    // A person has approved it: what was given up for it may begin again.
    store.resume(CURRENT);
    const names = Array.isArray(databases) ? databases.join(", ") : "";
    return { serves, backup: String(backup), databases: names };
  } finally {
    // Also where nothing could be restored: it serves as far as it can.
    if (serves) await startAgain(parts, CURRENT).catch(() => undefined);
  }
}

import { firstBySearch, validatorIn, withGate } from "#app/gate.ts";
import { drill } from "#ops/release/drill.ts";
import type { CommandContext } from "../context.ts";
import { runDrillCommand } from "../drill-command.ts";

/** `org fitness drill`. @returns the exit code. */
export async function drillGate(context: CommandContext): Promise<number> {
  const { line, settings, output, cleaner, signal } = context;
  const { home } = settings;
  return await withGate({ home, checkout: home }, (gate) =>
    runDrillCommand(line, {
      ...{ output, cleaner },
      drill: (onResult) =>
        drill(home, { validatorOf: validatorIn(gate), firstHit: firstBySearch, signal, onResult }),
    }),
  );
}

import { dirname } from "node:path";
import type { Check } from "#core/check.ts";
import { providerCheck } from "#models/provider-check.ts";
import { machineChecks } from "#ops/doctor-checks.ts";
import { sandboxCheck } from "#platform/sandbox/check.ts";
import { runDoctor } from "#ui/doctor-command.ts";
import { providerOf } from "../wiring.ts";
import type { CommandContext } from "./context.ts";

/** `org doctor`. @returns the exit code. */
export async function doctor(context: CommandContext): Promise<number> {
  const { line, settings, cleaner, output, signal } = context;
  const checkout = dirname(import.meta.dir);
  const bunVersion = (await Bun.file(`${checkout}/.bun-version`).text()).trim();
  await using parts = new AsyncDisposableStack();
  const provider = await providerOf({ settings, flags: line.options, cleaner }, parts);
  const checks: readonly Check[] = [
    ...machineChecks({ home: settings.home, bunVersion }),
    sandboxCheck,
    providerCheck(provider, settings.model),
  ];
  return await runDoctor(checks, { json: line.options.has("json"), output, cleaner, signal });
}

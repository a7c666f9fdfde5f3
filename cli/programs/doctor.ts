import { doctorChecks } from "#app/doctor-checks.ts";
import { telegramCheck, wantsTelegram } from "#ui/telegram/telegram-check.ts";
import { terminalCheck } from "#ui/terminal-check.ts";
import type { CommandContext } from "../context.ts";
import { runDoctor } from "../doctor-command.ts";

/** `org doctor`. @returns the exit code. */
export async function doctor(context: CommandContext): Promise<number> {
  const { app, line, settings, cleaner, output, signal, screen } = context;
  const checks = [
    ...(await doctorChecks(app, terminalCheck(screen))),
    ...(wantsTelegram(settings.telegram) ? [telegramCheck(settings.telegram)] : []),
  ];
  return await runDoctor(checks, { json: line.options.has("json"), output, cleaner, signal });
}

/** A command of the command line in this process, with a home that a test names and nothing of the tester's environment. */

import { App } from "#app/app.ts";
import { parseCommandLine } from "#cli/command-line.ts";
import { COMMANDS } from "#cli/command-table.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { readSettings } from "#home/settings/settings.ts";
import { desktopOf } from "#ui/desktop.ts";
import { capturedOutput } from "./captured-output.ts";

export interface CommandRan {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandHome {
  /** The folder that is ORG_HOME. */
  readonly path: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** @throws {OrgError} what the command is refused with. */
export async function runCommand(
  home: CommandHome,
  ...args: readonly string[]
): Promise<CommandRan> {
  const line = parseCommandLine(args, true);
  const { path, environment = {}, signal = new AbortController().signal } = home;
  // Nothing listens there: a test that needs a model names its server.
  const env = { OLLAMA_BASE: "http://127.0.0.1:1", ...environment };
  const settings = readSettings({ flags: line.options, env, defaultHome: path });
  const cleaner = new TextCleaner(settings.secrets);
  const output = capturedOutput();
  await using app = new App({ settings, flags: line.options, cleaner, signal });
  const command = COMMANDS.find(({ name }) => name === line.command.name);
  if (command === undefined || "page" in command) throw new Error("That command acts in no home");
  const code = await command.run({
    ...{ app, line, settings, cleaner, output, signal, environment, leave: () => undefined },
    screen: {
      ...{ isTyped: false, term: undefined, locale: undefined, colour: false, accessible: false },
      desktop: desktopOf({}),
    },
  });
  return { code, stdout: output.stdout, stderr: output.stderr };
}

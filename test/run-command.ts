/** A command of the command line in this process, with a home that a test names and nothing of the tester's environment. */

import { App } from "#app/app.ts";
import { parseCommandLine } from "#cli/command-line.ts";
import { COMMANDS } from "#cli/command-table.ts";
import type { CommandContext } from "#cli/context.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { readSettings } from "#home/settings/settings.ts";
import { desktopOf } from "#ui/desktop.ts";
import type { Output } from "#ui/output.ts";
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
  const output = capturedOutput();
  const code = await run(home, args, output);
  return { code, stdout: output.stdout, stderr: output.stderr };
}

/** A command that goes on until it is told to leave, such as `org serve`. */
export interface StartedCommand extends AsyncDisposable {
  /** Resolves with the first whole line on standard error that holds the text. @throws where the command ends without it. */
  said(part: string): Promise<string>;
  /** The same on standard output. */
  wrote(part: string): Promise<string>;
  /** Tells it to leave. @throws {OrgError} what it ended with. */
  leave(): Promise<CommandRan>;
}

/** Starts a command in this process, which is left at the latest when what is returned is disposed of. */
export function startCommand(home: CommandHome, ...args: readonly string[]): StartedCommand {
  const stop = new AbortController();
  const output = capturedOutput();
  let heard = Promise.withResolvers<void>();
  const hear = (take: (text: string) => void) => (text: string) => {
    take(text);
    heard.resolve();
    heard = Promise.withResolvers();
  };
  const [write, say, live] = [hear(output.write), hear(output.say), false];
  const ended = run({ ...home, signal: stop.signal }, args, { write, live, say }).then((code) => ({
    ...{ code, stdout: output.stdout, stderr: output.stderr },
  }));
  const isOver = ended.then(
    () => true,
    () => true,
  );
  const leave = async (): Promise<CommandRan> => {
    stop.abort();
    return await ended;
  };
  const lineIn = async (side: "stdout" | "stderr", part: string): Promise<string> => {
    for (let isEnded = false; ; ) {
      const lines = output[side].split("\n").slice(0, -1);
      const line = lines.find((one) => one.includes(part));
      if (line !== undefined) return line;
      if (isEnded) throw new Error(`It never said "${part}", but:\n${output[side]}`);
      isEnded = await Promise.race([heard.promise.then(() => false), isOver]);
    }
  };
  return {
    leave,
    said: (part) => lineIn("stderr", part),
    wrote: (part) => lineIn("stdout", part),
    [Symbol.asyncDispose]: async () => {
      await leave().catch(() => undefined);
    },
  };
}

/** For what needs more than a command is given by its words. */
export async function inContext(
  home: CommandHome,
  args: readonly string[],
  {
    output,
    use,
  }: { readonly output: Output; readonly use: (context: CommandContext) => Promise<number> },
): Promise<number> {
  const line = parseCommandLine(args, true);
  const { path, environment = {}, signal = new AbortController().signal } = home;
  // Nothing listens there: a test that needs a model names its server.
  const env = { OLLAMA_BASE: "http://127.0.0.1:1", ...environment };
  const settings = readSettings({ flags: line.options, env, defaultHome: path });
  const cleaner = new TextCleaner(settings.secrets);
  await using app = new App({ settings, flags: line.options, cleaner, signal });
  return await use({
    ...{ app, line, settings, cleaner, output, signal, environment, leave: () => undefined },
    screen: {
      ...{ isTyped: false, term: undefined, locale: undefined, colour: false, accessible: false },
      desktop: desktopOf({}),
    },
  });
}

async function run(home: CommandHome, args: readonly string[], output: Output): Promise<number> {
  const use = async (context: CommandContext): Promise<number> => {
    const command = COMMANDS.find(({ name }) => name === context.line.command.name);
    if (command === undefined || "page" in command) throw new Error("That command acts in no home");
    return await command.run(context);
  };
  return await inContext(home, args, { output, use });
}

/** A command line from its arguments to its exit code. What a command does not need is not loaded, so that help is instant. */
import { EXIT } from "#core/error-codes.ts";
import { exitCodeOf, explain, OrgError } from "#core/errors.ts";
import { jsonLine } from "#core/text/json-line.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { desktopOf } from "#ui/desktop.ts";
import { failedLine } from "#ui/outcome.ts";
import type { Output } from "#ui/output.ts";
import { parseCommandLine } from "./command-line.ts";
import type { CommandLine } from "./command-spec.ts";
import { COMMANDS } from "./command-table.ts";
import type { CommandContext } from "./context.ts";
import { commandHelp, overview } from "./help.ts";
import { forShell } from "./shell-remedies.ts";

/** The process that a command line runs in. */
export interface ProgramProcess {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder of the checkout, which is the home where none is named. */
  readonly root: string;
  readonly version: string;
  /** Standard input is a terminal. */
  readonly isTyped: boolean;
  readonly output: Output;
  /** Aborts when the command is to end. */
  readonly signal: AbortSignal;
  /** Ends the command from within. */
  readonly leave: (reason: Error) => void;
  /** Has signals of the system end the command. */
  readonly endOnSignals: () => void;
  /** The exit code of the signal that ended the command, once one did. */
  readonly interrupted: () => number | undefined;
}

export class Program {
  readonly #process: ProgramProcess;
  /** Knows the secrets of this process; see {@link Program.#cleanerOf}. */
  #cleaner: TextCleaner | undefined;

  constructor(process: ProgramProcess) {
    this.#process = process;
  }

  /** @returns the exit code; an error is told on standard error. */
  async run(args: readonly string[]): Promise<number> {
    const { output, isTyped, interrupted } = this.#process;
    let line: CommandLine | undefined;
    try {
      line = parseCommandLine(args, !isTyped);
      return await this.#call(line, args);
    } catch (error) {
      const code = interrupted();
      if (code !== undefined) return code;
      const cleaner = await this.#cleanerOf();
      if (line?.options.has("json") === true && error instanceof OrgError) {
        output.write(jsonLine(cleaner.cleanData(failedLine(error))));
      }
      const verbose = args.includes("-v") || args.includes("--verbose");
      output.say(`${cleaner.clean(forShell(explain(error, verbose)))}\n`);
      return exitCodeOf(error);
    }
  }

  async #call(line: CommandLine, args: readonly string[]): Promise<number> {
    const { command, options } = line;
    const { version, endOnSignals } = this.#process;
    if (options.has("version")) return this.#page(`org ${version}\n`);
    if (options.has("help")) {
      return this.#page(args.includes(command.name) ? commandHelp(command) : overview());
    }
    const called = COMMANDS.find(({ name }) => name === command.name);
    if (called === undefined) throw new Error(`"org ${command.name}" is not a command`);
    if ("page" in called) return this.#page(await called.page(line));
    // The room's own screens deal with signals.
    if (command.name !== "chat") endOnSignals();
    const commandContext = await this.#contextOf(line);
    await using app = commandContext.app;
    return await called.run({ ...commandContext, app });
  }

  #page(text: string): number {
    this.#process.output.write(text);
    return EXIT.done;
  }

  async #contextOf(commandLine: CommandLine): Promise<CommandContext> {
    const { env, root, output, signal, leave } = this.#process;
    const command = commandLine.command.name;
    const { findSettings, readyHome } = await import("#app/ready-home.ts");
    const found = await findSettings({ command, flags: commandLine.options, env, root });
    const { settings, flags, env: environment } = found;
    const line = { ...commandLine, options: flags };
    const cleaner = await this.#learn(settings.secrets);
    output.say(await readyHome(settings.home, command));
    const { App } = await import("#app/app.ts");
    const app = new App({ settings, flags, cleaner, signal, searchPath: env["PATH"] });
    const screen = this.#screen();
    return { app, line, settings, cleaner, output, signal, leave, screen, environment };
  }

  #screen(): CommandContext["screen"] {
    const { env, isTyped } = this.#process;
    return {
      isTyped,
      term: env["TERM"],
      locale: env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"],
      colour: (env["NO_COLOR"] ?? "") === "",
      accessible: env["ACCESSIBLE"] === "1",
      desktop: desktopOf(env),
    };
  }

  /** Made of the settings, and of the environment alone where a command needs no settings or they cannot be read. */
  async #cleanerOf(): Promise<TextCleaner> {
    if (this.#cleaner !== undefined) return this.#cleaner;
    const { environmentSecrets } = await import("#core/text/environment.ts");
    return await this.#learn(environmentSecrets(this.#process.env));
  }

  async #learn(secrets: readonly string[]): Promise<TextCleaner> {
    const { TextCleaner } = await import("#core/text/text-cleaner.ts");
    this.#cleaner = new TextCleaner(secrets);
    return this.#cleaner;
  }
}

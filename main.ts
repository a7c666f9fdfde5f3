#!/usr/bin/env bun
/**
 * The one executable: arguments and environment in, settings, dispatch, exit code out. What a command does not need is not loaded, so that help is instant.
 */
import { parseCommandLine } from "#cli/command-line.ts";
import type { CommandLine } from "#cli/command-spec.ts";
import { COMMANDS } from "#cli/command-table.ts";
import type { CommandContext } from "#cli/context.ts";
import { commandHelp, overview } from "#cli/help.ts";
import { forShell } from "#cli/shell-remedies.ts";
import { EXIT } from "#core/error-codes.ts";
import { exitCodeOf, explain, OrgError } from "#core/errors.ts";
import { jsonLine } from "#core/text/json-line.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { Settings, SettingsSources } from "#home/settings/settings.ts";
import { desktopOf } from "#ui/desktop.ts";
import { failedLine } from "#ui/outcome.ts";
import type { Output } from "#ui/output.ts";
import { version } from "./package.json";

const stdout = Bun.stdout.writer();
const output: Output = {
  write: (text) => void print(text).catch(readerHasLeft),
  say: (text) => process.stderr.write(text),
  live: process.stdout.isTTY,
  writeBytes: process.stdout.isTTY ? undefined : (bytes) => void print(bytes).catch(readerHasLeft),
};

/** Ends what is running. */
const stop = new AbortController();
/** Knows the secrets of this process; see {@link cleanerOf}. */
let known: TextCleaner | undefined;
/** The exit code of the signal that stopped a command. */
let interrupted: number | undefined;

const exit = await main(Bun.argv.slice(2));
await finish().catch(readerHasLeft);
process.exit(interrupted ?? exit);

async function main(args: readonly string[]): Promise<number> {
  let line: CommandLine | undefined;
  try {
    line = parseCommandLine(args, !process.stdin.isTTY);
    return await run(line);
  } catch (error) {
    if (interrupted !== undefined) return interrupted;
    if (line?.options.has("json") === true && error instanceof OrgError) {
      output.write(jsonLine((await cleanerOf()).cleanData(failedLine(error))));
    }
    const verbose = args.includes("-v") || args.includes("--verbose");
    output.say(`${(await cleanerOf()).clean(forShell(explain(error, verbose)))}\n`);
    return exitCodeOf(error);
  }
}

async function run(line: CommandLine): Promise<number> {
  const { command, options } = line;
  if (options.has("version")) return page(`org ${version}\n`);
  if (options.has("help")) {
    const asked = Bun.argv.slice(2).includes(command.name);
    return page(asked ? commandHelp(command) : overview());
  }
  const called = COMMANDS.find(({ name }) => name === command.name);
  if (called === undefined) throw new Error(`"org ${command.name}" is not a command`);
  if ("page" in called) return page(await called.page(line));
  // The room's own screens deal with signals.
  if (command.name !== "chat") stopOnSignals();
  const given = await contextOf(line);
  await using app = given.app;
  return await called.run({ ...given, app });
}

function page(text: string): number {
  output.write(text);
  return EXIT.done;
}

async function finish(): Promise<void> {
  await stdout.end();
}

async function print(text: string | Uint8Array): Promise<void> {
  await stdout.write(text);
  await stdout.flush();
}

/** In `org ask … | head -1` the reader has what it wanted: that ends the command without a word. */
function readerHasLeft(): void {
  interrupted ??= EXIT.done;
  stop.abort(new Error("the output is not read any more"));
}

/** Lets Ctrl-C, SIGTERM and SIGHUP end a command that has no screen. */
function stopOnSignals(): void {
  const codes = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated, SIGHUP: EXIT.terminated };
  for (const [name, code] of Object.entries(codes)) {
    process.on(name, () => {
      interrupted ??= code;
      stop.abort(new Error(name));
    });
  }
}

type Sources = Pick<SettingsSources, "flags" | "env">;

/** One command has a contract of its own with the environment. */
async function sourcesOf({ command, options }: CommandLine): Promise<Sources> {
  if (command.name !== "exec") return { flags: options, env: process.env };
  const { execSources } = await import("#home/settings/exec-settings.ts");
  return execSources(options, process.env);
}

async function settingsOf(sources: Sources): Promise<Settings> {
  const { readSettings } = await import("#home/settings/settings.ts");
  const settings = readSettings({ ...sources, defaultHome: import.meta.dir });
  if (settings.sandbox !== "bubblewrap") await useTier(settings);
  return settings;
}

/** @throws {OrgError} `SANDBOX_UNAVAILABLE` where the kernel has no Landlock. */
async function useTier(settings: Settings): Promise<void> {
  const { chooseHost, hostOfContainers } = await import("#platform/sandbox/host.ts");
  if (settings.sandbox === "container") {
    const { containerHostOf } = await import("#home/settings/container-settings.ts");
    chooseHost(hostOfContainers(containerHostOf(settings, import.meta.dir)));
    return;
  }
  const { landlockHost } = await import("#platform/sandbox/landlock/host.ts");
  chooseHost(landlockHost());
}

/** A process that was killed while it restored a backup has left a home of two times: nothing begins in one. */
async function finishRestore(home: string): Promise<void> {
  const { homePaths } = await import("#home/home-paths.ts");
  const { existsSync } = await import("node:fs");
  if (!existsSync(homePaths(home).restorePlan)) return;
  const { finishInterruptedRestore } = await import("#app/backup.ts");
  output.say(await finishInterruptedRestore(home));
}

/** A copy out of a database that was cut off has left a part: only what can finish it goes on. */
async function demandWhole(home: string): Promise<void> {
  const { homePaths } = await import("#home/home-paths.ts");
  const { demandWholeHome } = await import("#home/unfinished-copy.ts");
  demandWholeHome(homePaths(home));
}

async function contextOf(given: CommandLine): Promise<CommandContext> {
  const { flags: options, env: environment } = await sourcesOf(given);
  const line = { ...given, options };
  const settings = await settingsOf({ flags: options, env: environment });
  const cleaner = await cleanerOf(settings);
  await finishRestore(settings.home);
  if (given.command.name !== "db") await demandWhole(settings.home);
  const screen = {
    isTyped: process.stdin.isTTY,
    term: process.env["TERM"],
    locale: process.env["LC_ALL"] || process.env["LC_CTYPE"] || process.env["LANG"],
    colour: (process.env["NO_COLOR"] ?? "") === "",
    accessible: process.env["ACCESSIBLE"] === "1",
    desktop: desktopOf(process.env),
  };
  const leave = (reason: Error): void => stop.abort(reason);
  const { signal } = stop;
  const { App } = await import("#app/app.ts");
  const searchPath = process.env["PATH"];
  const app = new App({ settings, flags: options, cleaner, signal, searchPath });
  return { app, line, settings, cleaner, output, signal, leave, screen, environment };
}

/**
 * The one cleaner of this process: made of the settings, and of the environment alone where a command
 * needs no settings or they cannot be read.
 */
async function cleanerOf(settings?: Settings): Promise<TextCleaner> {
  const { TextCleaner } = await import("#core/text/text-cleaner.ts");
  if (settings === undefined) {
    const { environmentSecrets } = await import("#core/text/environment.ts");
    known ??= new TextCleaner(environmentSecrets(process.env));
  } else {
    known = new TextCleaner(settings.secrets);
  }
  return known;
}

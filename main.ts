#!/usr/bin/env bun
import { type CommandLine, parseCommandLine } from "#cli/command-line.ts";
import type { CommandContext } from "#cli/context.ts";
import { commandHelp, overview } from "#cli/help.ts";
/**
 * The one executable and the only composition root: arguments and environment in, parts wired
 * together, exit code out. What a command does not need is not loaded, so that help is instant.
 */
import { EXIT, exitCodeOf, explain, OrgError } from "#core/errors.ts";
import { jsonLine } from "#core/text/json-line.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { Settings, SettingsSources } from "#home/settings/settings.ts";
import { desktopOf } from "#ui/desktop.ts";
import { failedLine } from "#ui/outcome.ts";
import type { Output } from "#ui/output.ts";
import { version } from "./package.json";

type Command = (context: CommandContext) => number | Promise<number>;

/** Every command is a file of its own, so that none pays for what another needs. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  demo: async () => (await import("#cli/commands/demo.ts")).demo,
  chat: async () => (await import("#cli/commands/chat.ts")).chat,
  ask: async () => (await import("#cli/commands/ask.ts")).ask,
  exec: async () => (await import("#cli/commands/exec.ts")).exec,
  forge: async () => (await import("#cli/commands/forge.ts")).forge,
  tools: async () => (await import("#cli/commands/tools.ts")).tools,
  workflow: async () => (await import("#cli/commands/workflow.ts")).workflow,
  serve: async () => (await import("#cli/commands/serve.ts")).serve,
  jobs: async () => (await import("#cli/commands/jobs.ts")).jobs,
  ps: async () => (await import("#cli/processes.ts")).ps,
  stop: async () => (await import("#cli/processes.ts")).stop,
  restart: async () => (await import("#cli/processes.ts")).restart,
  healthcheck: async () => (await import("#cli/commands/healthcheck.ts")).healthcheck,
  cand: async () => (await import("#cli/commands/cand.ts")).candidate,
  fitness: async () => (await import("#cli/commands/fitness.ts")).fitness,
  promote: async () => (await import("#cli/commands/promote.ts")).promote,
  reject: async () => (await import("#cli/commands/cand.ts")).reject,
  rollback: async () => (await import("#cli/commands/promote.ts")).rollback,
  scoreboard: async () => (await import("#cli/commands/cand.ts")).scoreboard,
  log: async () => (await import("#cli/commands/log.ts")).log,
  approvals: async () => (await import("#cli/commands/approvals.ts")).approvals,
  approve: async () => (await import("#cli/commands/approvals.ts")).approvals,
  deny: async () => (await import("#cli/commands/approvals.ts")).approvals,
  token: async () => (await import("#cli/commands/token.ts")).token,
  lease: async () => (await import("#cli/commands/lease.ts")).lease,
  config: async () => (await import("#cli/commands/config.ts")).config,
  init: async () => (await import("#cli/commands/init.ts")).init,
  doctor: async () => (await import("#cli/commands/doctor.ts")).doctor,
  sandbox: async () => (await import("#cli/commands/sandbox.ts")).sandbox,
  models: async () => (await import("#cli/commands/models.ts")).models,
  engine: async () => (await import("#cli/commands/engine.ts")).engine,
  debug: async () => (await import("#cli/commands/debug.ts")).debug,
};

const stdout = Bun.stdout.writer();
const output: Output = {
  write: (text) => void print(text).catch(readerHasLeft),
  say: (text) => process.stderr.write(text),
  live: process.stdout.isTTY,
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
    output.say(`${(await cleanerOf()).clean(explain(error, verbose))}\n`);
    return exitCodeOf(error);
  }
}

async function run(line: CommandLine): Promise<number> {
  const { command, options, operands } = line;
  if (options.has("version")) return page(`org ${version}\n`);
  if (options.has("help")) {
    const asked = Bun.argv.slice(2).includes(command.name);
    return page(asked ? commandHelp(command) : overview());
  }
  if (command.name === "help") return page(await help(operands[0]));
  if (command.name === "completion") {
    // It holds for every home, whatever its settings are.
    return page((await import("#cli/completion/script.ts")).completionScript(operands[0]));
  }
  // The room's own screens deal with signals.
  if (command.name !== "chat") stopOnSignals();
  const load = COMMANDS[command.name];
  if (load === undefined) throw new Error(`Nobody does "org ${command.name}"`);
  const [start, context] = await Promise.all([load(), contextOf(line)]);
  return await start(context);
}

function page(text: string): number {
  output.write(text);
  return EXIT.done;
}

async function help(name: string | undefined): Promise<string> {
  return name === undefined
    ? overview()
    : await (await import("#cli/help-topics.ts")).helpPage(name);
}

async function finish(): Promise<void> {
  await stdout.end();
}

async function print(text: string): Promise<void> {
  await stdout.write(text);
  await stdout.flush();
}

/** In `org ask … | head -1` the reader has what it wanted: that ends the command without a word. */
function readerHasLeft(): void {
  interrupted ??= EXIT.done;
  stop.abort(new Error("nobody reads the output"));
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
  if (settings.sandbox === "landlock") await useLandlock();
  return settings;
}

/** @throws {OrgError} `SANDBOX_UNAVAILABLE` where the kernel has none. */
async function useLandlock(): Promise<void> {
  const { chooseHost } = await import("#platform/sandbox/host.ts");
  const { landlockHost } = await import("#platform/sandbox/landlock/host.ts");
  chooseHost(landlockHost());
}

async function contextOf(given: CommandLine): Promise<CommandContext> {
  const { flags: options, env: environment } = await sourcesOf(given);
  const line = { ...given, options };
  const settings = await settingsOf({ flags: options, env: environment });
  const cleaner = await cleanerOf(settings);
  const screen = {
    isTyped: process.stdin.isTTY,
    term: process.env["TERM"],
    locale: process.env["LC_ALL"] || process.env["LC_CTYPE"] || process.env["LANG"],
    colour: (process.env["NO_COLOR"] ?? "") === "",
    accessible: process.env["ACCESSIBLE"] === "1",
    desktop: desktopOf(process.env),
  };
  const leave = (reason: Error): void => stop.abort(reason);
  return { line, settings, cleaner, output, signal: stop.signal, leave, screen, environment };
}

/**
 * The one cleaner of this process: made of the settings, and of the environment alone where a command
 * needs no settings or they cannot be read.
 */
async function cleanerOf(settings?: Settings): Promise<TextCleaner> {
  if (settings === undefined) {
    const { environmentSecrets } = await import("#core/text/environment.ts");
    const { TextCleaner } = await import("#core/text/text-cleaner.ts");
    known ??= new TextCleaner(environmentSecrets(process.env));
  } else {
    const { textCleaner } = await import("#app/rooms.ts");
    known = textCleaner(settings);
  }
  return known;
}

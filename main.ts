#!/usr/bin/env bun
/**
 * The one executable and the only composition root: arguments and environment in, parts wired
 * together, exit code out. What a command does not need is not loaded, so that help is instant.
 */
import type { Check } from "#core/check.ts";
import { EXIT, exitCodeOf, explain, OrgError } from "#core/errors.ts";
import type { Journal } from "#core/journal.ts";
import type { CassetteMode } from "#models/cassette/cassette.ts";
import type { Provider } from "#models/provider.ts";
import type { Settings } from "#platform/settings.ts";
import type { Room } from "#room/room.ts";
import type { RoomChoice } from "#serve/home-service.ts";
import type { OpenHome } from "#serve/open-home.ts";
import { type CommandLine, commandNamed, parseCommandLine } from "#ui/command-line.ts";
import { commandHelp, exitCodes, overview } from "#ui/help.ts";
import { failedLine } from "#ui/outcome.ts";
import type { Output } from "#ui/output.ts";
import { version } from "./package.json";

const stdout = Bun.stdout.writer();
const output: Output = {
  write: (text) => {
    stdout.write(text);
    stdout.flush();
  },
  say: (text) => process.stderr.write(text),
  live: process.stdout.isTTY,
};

/** Ends what is running; the exit code says which signal it was. */
const stop = new AbortController();
let interrupted: number | undefined;
for (const [name, code] of [
  ["SIGINT", EXIT.interrupted],
  ["SIGTERM", EXIT.terminated],
  ["SIGHUP", EXIT.terminated],
] as const) {
  process.on(name, () => {
    interrupted ??= code;
    stop.abort(new Error(name));
  });
}

const exit = await main(Bun.argv.slice(2));
await stdout.end();
process.exit(interrupted ?? exit);

async function main(args: readonly string[]): Promise<number> {
  let line: CommandLine | undefined;
  try {
    line = parseCommandLine(args);
    return await run(line);
  } catch (error) {
    if (interrupted !== undefined) return interrupted;
    if (line?.options.has("json") === true && error instanceof OrgError) {
      output.write(`${JSON.stringify(failedLine(error))}\n`);
    }
    const verbose = args.includes("-v") || args.includes("--verbose");
    output.say(`${explain(error, verbose)}\n`);
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
  switch (command.name) {
    case "help":
      return page(topic(operands[0]));
    case "doctor":
      return await doctor(line);
    case "log":
      return await log(line);
    case "ask":
      return await ask(line);
    default:
      return await chat(line);
  }
}

function page(text: string): number {
  output.write(text);
  return EXIT.done;
}

function topic(name: string | undefined): string {
  if (name === undefined) return overview();
  return name === "exit-codes" ? exitCodes() : commandHelp(commandNamed(name));
}

async function ask(line: CommandLine): Promise<number> {
  const { askText, runAsk } = await import("#ui/ask-command.ts");
  const input = { isTerminal: process.stdin.isTTY, read: () => Bun.stdin.text() };
  const { operands, options } = line;
  const text = await askText(operands, input);
  const request = {
    text,
    room: roomChoice(line),
    mode: options.get("mode"),
    raw: options.has("raw"),
  };
  return await inHome(line, async ({ service }) =>
    runAsk(service, { request, json: options.has("json"), output, signal: stop.signal }),
  );
}

async function log(line: CommandLine): Promise<number> {
  const { runLog } = await import("#ui/log-command.ts");
  const { operands, options } = line;
  const [id] = operands;
  const format = options.get("export");
  const json = options.has("json") || format === "json";
  return await inHome(line, async ({ service }) =>
    runLog(service, {
      room: id === undefined ? { kind: "newest" } : { kind: "named", id },
      what: options.has("list") ? "list" : json ? "json" : "text",
      raw: options.has("raw") || format !== undefined,
      output,
      signal: stop.signal,
    }),
  );
}

async function doctor(line: CommandLine): Promise<number> {
  const { runDoctor } = await import("#ui/doctor-command.ts");
  const { machineChecks } = await import("#ops/doctor-checks.ts");
  const { providerCheck } = await import("#models/provider-check.ts");
  const settings = await settingsOf(line);
  const bunVersion = (await Bun.file(`${import.meta.dir}/.bun-version`).text()).trim();
  await using parts = new AsyncDisposableStack();
  const checks: readonly Check[] = [
    ...machineChecks({ home: settings.home, bunVersion }),
    providerCheck(await providerOf(line, settings, parts), settings.model),
  ];
  return await runDoctor(checks, { json: line.options.has("json"), output, signal: stop.signal });
}

async function chat(line: CommandLine): Promise<number> {
  return 0;
}

function roomChoice({ options }: CommandLine): RoomChoice {
  const id = options.get("room");
  if (id !== undefined) return { kind: "named", id };
  return { kind: options.has("resume") ? "newest" : "open" };
}

async function settingsOf({ options }: CommandLine): Promise<Settings> {
  const { readSettings } = await import("#platform/settings.ts");
  return readSettings({ flags: options, env: process.env, defaultHome: import.meta.dir });
}

/** Opens the home, here or through its owner, and leaves nothing open behind. */
async function inHome(
  line: CommandLine,
  use: (home: OpenHome) => Promise<number>,
): Promise<number> {
  const { openHome } = await import("#serve/open-home.ts");
  const { homePaths } = await import("#platform/home.ts");
  const settings = await settingsOf(line);
  await using parts = new AsyncDisposableStack();
  // Made with the first room: while another process owns the home, nothing of it is needed here.
  let factory: Promise<RoomFactory> | undefined;
  await using home = await openHome({
    paths: homePaths(settings.home),
    command: `org ${line.command.name}`,
    signal: stop.signal,
    openRoom: async (id, journal) => {
      factory ??= roomFactory(line, settings, parts);
      return await (await factory)(id, journal);
    },
  });
  const ignored = ["base", "model", "cassette", "record"].filter((name) => line.options.has(name));
  if (home.isRemote && ignored.length > 0) {
    const flags = ignored.map((name) => `--${name}`).join(", ");
    output.say(
      `Another org owns this home and answers with its own server: ${flags} has no effect.\n`,
    );
  }
  return await use(home);
}

type RoomFactory = (id: string, journal: Journal) => Promise<Room>;

async function roomFactory(
  line: CommandLine,
  settings: Settings,
  parts: AsyncDisposableStack,
): Promise<RoomFactory> {
  const { endpointLocks } = await import("#core/endpoint-locks.ts");
  const { readPersonaFiles } = await import("#models/persona-file.ts");
  const { homePaths } = await import("#platform/home.ts");
  const { openWorkspace } = await import("#platform/workspace.ts");
  const { allPersonas, castOf } = await import("#room/cast.ts");
  const { Room } = await import("#room/room.ts");
  const { pythonRunTool } = await import("#tools/python-run.ts");
  const { shTool } = await import("#tools/sh.ts");
  const { Toolbox } = await import("#tools/toolbox.ts");
  const { ANY_MODEL } = await import("#models/default-model.ts");

  const paths = homePaths(settings.home);
  const workspace = await openWorkspace(settings.workspace ?? paths.workspace);
  const sandbox = { workspace: workspace.root };
  const tools = new Toolbox([shTool(sandbox), pythonRunTool(sandbox)]);
  const own = readPersonaFiles(paths.personas, [...tools.names, "chat_mode"]);
  const models = castOf(allPersonas(own), {
    provider: await providerOf(line, settings, parts),
    model: settings.model ?? ANY_MODEL,
    personaModels: settings.personaModels,
    windowTokens: settings.contextTokens,
  });
  const lockOf = endpointLocks(settings.parallel);
  return (id, journal) => Room.open({ id, journal, models, tools, lockOf, workspace });
}

/** The provider of a session; what it needs beside itself is disposed with `parts`. */
async function providerOf(
  { options }: CommandLine,
  settings: Settings,
  parts: AsyncDisposableStack,
): Promise<Provider> {
  const { redactor } = await import("#core/redact.ts");
  const { cassetteProvider } = await import("#models/cassette/cassette.ts");
  const { withDefaultModel } = await import("#models/default-model.ts");
  const { resilient } = await import("#models/retry.ts");
  const { base: baseUrl, apiKey, firstByteMs, idleMs } = settings;
  const timeouts = { firstByteMs, idleMs };
  const redact = redactor(apiKey === undefined ? [] : [apiKey]);
  const [mode, path] = cassetteOf(options);
  const server = parts.use(
    await cassetteProvider(mode, path, { baseUrl, apiKey, timeouts, redact }),
  );
  return withDefaultModel(resilient(server));
}

function cassetteOf(options: CommandLine["options"]): readonly [CassetteMode, string] {
  const recording = options.get("record");
  if (recording !== undefined) return ["record", recording];
  const playing = options.get("cassette");
  if (playing === undefined) return ["off", ""];
  return [options.has("strict") ? "strict" : "replay", playing];
}

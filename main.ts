#!/usr/bin/env bun
/**
 * The one executable and the only composition root: arguments and environment in, parts wired
 * together, exit code out. What a command does not need is not loaded, so that help is instant.
 */
import type { Check } from "#core/check.ts";
import { EXIT, exitCodeOf, explain, OrgError } from "#core/errors.ts";
import { jsonLine } from "#core/text/json-line.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { Settings } from "#platform/settings.ts";
import type { Room } from "#room/room.ts";
import type { RoomChoice } from "#serve/home-service.ts";
import type { OpenHome, OpenHomeOptions } from "#serve/open-home.ts";
import { type CommandLine, commandNamed, parseCommandLine } from "#ui/command-line.ts";
import { commandHelp, exitCodes, overview } from "#ui/help.ts";
import { failedLine } from "#ui/outcome.ts";
import type { Output } from "#ui/output.ts";
import type { CommandContext } from "./commands/context.ts";
import { version } from "./package.json";

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
  if (command.name === "help") return page(topic(operands[0]));
  if (command.name === "chat") return await chat(line);
  stopOnSignals();
  switch (command.name) {
    case "forge":
      return await (await import("./commands/forge.ts")).forge(await contextOf(line));
    case "doctor":
      return await (await import("./commands/doctor.ts")).doctor(await contextOf(line));
    case "config":
      return await config(line);
    case "approvals":
    case "approve":
    case "deny":
      return await approvals(line);
    case "lease":
      return await lease(line);
    case "log":
      return await log(line);
    case "sandbox":
      return await sandbox(line);
    case "tools":
      return await (await import("./commands/tools.ts")).tools(await contextOf(line));
    case "debug":
      return await (await import("./commands/debug.ts")).debug(await contextOf(line));
    default:
      return await ask(line);
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
  const { openHome } = await import("#serve/open-home.ts");
  const { askText, runAsk } = await import("#ui/ask-command.ts");
  // Reading cannot be stopped, but nobody has to wait for it.
  const read = () => Promise.race([Bun.stdin.text(), aborted(stop.signal)]);
  const input = { isTerminal: process.stdin.isTTY, read };
  const { operands, options } = line;
  const text = await askText(operands, input);
  const request = {
    text,
    room: roomChoice(line),
    mode: options.get("mode"),
    raw: options.has("raw"),
    yes: options.has("yes"),
  };
  return await inHome(line, openHome, async ({ service }) =>
    runAsk(service, { request, json: options.has("json"), output, signal: stop.signal }),
  );
}

async function log(line: CommandLine): Promise<number> {
  const { openHome } = await import("#serve/open-home.ts");
  const { runLog } = await import("#ui/log-command.ts");
  const { operands, options } = line;
  const [id] = operands;
  const format = options.get("export");
  const json = options.has("json") || format === "json";
  return await inHome(line, openHome, async ({ service }, cleaner) =>
    runLog(service, {
      room: id === undefined ? { kind: "newest" } : { kind: "named", id },
      what: options.has("list") ? "list" : json ? "json" : "text",
      raw: options.has("raw") || format !== undefined,
      cleaner,
      output,
      signal: stop.signal,
    }),
  );
}

async function config(line: CommandLine): Promise<number> {
  const { runConfig } = await import("#ui/config-command.ts");
  const { checkSettings } = await import("./wiring.ts");
  const settings = await settingsOf(line);
  return runConfig(line.operands, {
    settings,
    check: () => checkSettings(settings),
    json: line.options.has("json"),
    output,
  });
}

async function approvals(line: CommandLine): Promise<number> {
  const { openHome } = await import("#serve/open-home.ts");
  const { runApprovals } = await import("#ui/approval-command.ts");
  return await inHome(line, openHome, async ({ service }, cleaner) =>
    runApprovals(line, { home: service, cleaner, output, signal: stop.signal }),
  );
}

async function lease(line: CommandLine): Promise<number> {
  const { createHome, homePaths } = await import("#platform/home.ts");
  const { LeaseStore } = await import("#platform/lease-store.ts");
  const { runLease } = await import("#ui/lease-command.ts");
  const paths = homePaths((await settingsOf(line)).home);
  await createHome(paths);
  using store = new LeaseStore(paths);
  return runLease(line.operands, { store, flags: line.options, output, now: Date.now() });
}

async function sandbox(line: CommandLine): Promise<number> {
  const { runSandboxed } = await import("#platform/sandbox/run.ts");
  const { runSandboxCommand } = await import("#ui/sandbox-command.ts");
  const stdin = process.stdin.isTTY ? undefined : Bun.stdin.stream();
  const cleaner = await cleanerOf(await settingsOf(line));
  return await runSandboxCommand(line, {
    run: runSandboxed,
    ...{ stdin, output, cleaner },
    signal: stop.signal,
  });
}

/** Whether the server of a room's first persona answers, and has the model that was asked for. */
async function serverCheck(line: CommandLine, room: Room): Promise<Check> {
  const { providerCheck } = await import("#models/provider-check.ts");
  const [first] = room.models;
  if (first === undefined) throw new Error("A room without a persona");
  return providerCheck(first.provider, (await settingsOf(line)).model);
}

/** Opens the room on the screen. Its own screens deal with signals; this process must own the home. */
async function chat(line: CommandLine): Promise<number> {
  const { ownHome } = await import("#serve/open-home.ts");
  const { showRoom } = await import("#ui/show-room.ts");
  const { options } = line;
  return await inHome(line, ownHome, async ({ service }) => {
    const room = await service.enter(roomChoice(line));
    const mode = options.get("mode");
    if (mode !== undefined) await room.setMode(mode, "user");
    const code = await showRoom({
      room,
      entries: () => service.entries({ kind: "open" }),
      process,
      plain: options.has("plain") || process.env["ACCESSIBLE"] === "1",
      term: process.env["TERM"],
      colour: (process.env["NO_COLOR"] ?? "") === "",
      server: await serverCheck(line, room),
    });
    // Whoever asked from elsewhere asked this room, and it is closed now.
    stop.abort();
    return code;
  });
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

/** Rejects with the signal's reason. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
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

function roomChoice({ options }: CommandLine): RoomChoice {
  const id = options.get("room");
  if (id !== undefined) return { kind: "named", id };
  return { kind: options.has("resume") ? "newest" : "open" };
}

async function settingsOf({ options }: CommandLine): Promise<Settings> {
  const { readSettings } = await import("#platform/settings.ts");
  const sources = { flags: options, env: process.env, defaultHome: import.meta.dir };
  const settings = readSettings(sources);
  if (settings.sandbox === "landlock") await useLandlock();
  return settings;
}

/** @throws {OrgError} `SANDBOX_UNAVAILABLE` where the kernel has none. */
async function useLandlock(): Promise<void> {
  const { chooseHost } = await import("#platform/sandbox/host.ts");
  const { landlockHost } = await import("#platform/sandbox/landlock/host.ts");
  chooseHost(landlockHost());
}

async function contextOf(line: CommandLine): Promise<CommandContext> {
  const settings = await settingsOf(line);
  return { line, settings, cleaner: await cleanerOf(settings), output, signal: stop.signal };
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
    const { textCleaner } = await import("./wiring.ts");
    known = textCleaner(settings);
  }
  return known;
}

/** Opens the home, here or through its owner, and leaves nothing open behind. */
async function inHome<Home extends OpenHome>(
  line: CommandLine,
  open: (options: OpenHomeOptions) => Promise<Home>,
  use: (home: Home, cleaner: TextCleaner) => Promise<number>,
): Promise<number> {
  const { homePaths } = await import("#platform/home.ts");
  const settings = await settingsOf(line);
  await using parts = new AsyncDisposableStack();
  // Made with the first room: while another process owns the home, nothing of it is needed here.
  const { roomFactory } = await import("./wiring.ts");
  const cleaner = await cleanerOf(settings);
  let factory: ReturnType<typeof roomFactory> | undefined;
  await using home = await open({
    paths: homePaths(settings.home),
    command: `org ${line.command.name}`,
    signal: stop.signal,
    openRoom: async (id, journal) => {
      factory ??= roomFactory({ settings, flags: line.options, cleaner }, parts);
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
  return await use(home, cleaner);
}

import { Heartbeat } from "#app/heartbeat.ts";
import { reloadHandlers } from "#app/mcp-reload.ts";
import { explain } from "#core/errors.ts";
import { homePaths } from "#home/home-paths.ts";
import { ProviderWatch } from "#home/provider-watch.ts";
import type { RoomChoice } from "#server/socket/home-service.ts";
import type { OpenHome, OpenHomeOptions } from "#server/socket/open-home.ts";
import { NoOwner } from "#server/socket/owner-client.ts";
import type { CommandLine } from "../command-spec.ts";
import type { CommandContext } from "../context.ts";

/** So many owners may leave before one answers: each lives at least as long as its own question takes. */
const MOST_OWNERS = 50;

/**
 * Opens the home, here or through its owner, and leaves nothing open behind.
 *
 * @param use done again with the next owner when one left before it took the first question.
 */
export async function inHome<Home extends OpenHome>(
  context: CommandContext,
  open: (options: OpenHomeOptions) => Promise<Home>,
  use: (home: Home) => Promise<number>,
): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await once(context, open, use);
    } catch (error) {
      if (!(error instanceof NoOwner) || tries === MOST_OWNERS || context.signal.aborted)
        throw error;
    }
  }
}

async function once<Home extends OpenHome>(
  context: CommandContext,
  open: (options: OpenHomeOptions) => Promise<Home>,
  use: (home: Home) => Promise<number>,
): Promise<number> {
  const { app, line, settings, output, signal } = context;
  await using home = await open({
    paths: homePaths(settings.home),
    command: `org ${line.command.name}`,
    ...app.kept,
    handlers: reloadHandlers(app),
    signal,
    // Opened with the first room: while another process owns the home, nothing of it is needed here.
    openRoom: async (id, journal) => await (await app.participants()).open(id, journal),
  });
  await using _heartbeat = heartbeatOf(home, context);
  const ignored = ["base", "wire", "model", "cassette", "record"].filter((name) =>
    line.options.has(name),
  );
  if (home.isRemote && ignored.length > 0) {
    const flags = ignored.map((name) => `--${name}`).join(", ");
    output.say(
      `Another org owns this home and answers with its own server: ${flags} has no effect.\n`,
    );
  }
  return await use(home);
}

/** So that a supervisor sees that a home is cared for also while it is a room on a screen that has it. */
export function heartbeatOf(
  home: OpenHome,
  { settings, output, cleaner }: CommandContext,
): AsyncDisposable | undefined {
  if (home.isRemote) return undefined;
  const heartbeat = new Heartbeat({
    ...{ paths: homePaths(settings.home), generation: "current", commit: "", broken: home.broken },
    damaged: home.damaged,
    provider: new ProviderWatch(),
    report: (error) => output.say(`${cleaner.clean(explain(error))}\n`),
  });
  // Not at once: a short command leaves no trace.
  heartbeat.start(false);
  return heartbeat;
}

/** The room that a command line names. */
export function roomChoice({ options }: CommandLine): RoomChoice {
  const id = options.get("room");
  if (id !== undefined) return { kind: "named", id };
  return { kind: options.has("resume") ? "newest" : "open" };
}

import { comparisonIn } from "#app/comparison.ts";
import { roomFactory } from "#app/rooms.ts";
import { homePaths } from "#home/home-paths.ts";
import type { RoomChoice } from "#server/socket/home-service.ts";
import type { OpenHome, OpenHomeOptions } from "#server/socket/open-home.ts";
import type { CommandLine } from "../command-spec.ts";
import type { CommandContext } from "../context.ts";

/** Opens the home, here or through its owner, and leaves nothing open behind. */
export async function inHome<Home extends OpenHome>(
  context: CommandContext,
  open: (options: OpenHomeOptions) => Promise<Home>,
  use: (home: Home) => Promise<number>,
): Promise<number> {
  const { line, settings, cleaner, output, signal } = context;
  await using parts = new AsyncDisposableStack();
  const compare = comparisonIn(context);
  // Made with the first room: while another process owns the home, nothing of it is needed here.
  let factory: ReturnType<typeof roomFactory> | undefined;
  await using home = await open({
    paths: homePaths(settings.home),
    command: `org ${line.command.name}`,
    signal,
    openRoom: async (id, journal) => {
      factory ??= roomFactory({ settings, flags: line.options, cleaner, compare }, parts);
      return await (await factory)(id, journal);
    },
  });
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

/** The room that a command line names. */
export function roomChoice({ options }: CommandLine): RoomChoice {
  const id = options.get("room");
  if (id !== undefined) return { kind: "named", id };
  return { kind: options.has("resume") ? "newest" : "open" };
}

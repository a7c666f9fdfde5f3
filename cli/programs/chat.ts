import { basename } from "node:path";
import { serverCheck } from "#app/server-check.ts";
import type { Check } from "#core/check.ts";
import { explain, OrgError } from "#core/errors.ts";
import { homePaths } from "#home/home-paths.ts";
import { isProjectRoom, type ProjectLocation, projectOfRoom } from "#ops/project/location.ts";
import type { Room } from "#room/room.ts";
import type { RoomClient } from "#room/room-client.ts";
import type { RoomChoice } from "#server/socket/home-service.ts";
import { type OpenHome, type OwnHome, openHome } from "#server/socket/open-home.ts";
import { isElsewhere } from "#server/socket/other-nodes.ts";
import { showRoom } from "#ui/inline/show-room.ts";
import { askAtTerminal } from "../ask-terminal.ts";
import type { CommandContext } from "../context.ts";
import { projectOfScreen, projectRoom } from "./choose-project.ts";
import { inHome, roomChoice } from "./in-home.ts";
import { WaitingCandidate } from "./waiting-candidate.ts";

/**
 * Opens the room on the screen, here or at the process that has the home; its screens deal with signals
 * themselves.
 */
export async function chat(context: CommandContext): Promise<number> {
  const { line, screen, settings, cleaner, signal, leave } = context;
  const { options } = line;
  const mayAsk = screen.isTyped && process.stdout.isTTY;
  const { project: chosen, unsent } = await projectOfScreen(context, {
    folder: process.cwd(),
    ask: mayAsk ? askAtTerminal(process, { signal }) : undefined,
  });
  return await inHome(context, openHome, async (home) => {
    await using _observing = home.isRemote ? undefined : observe(home, context);
    const choice =
      chosen === undefined ? await choiceBeside(home, context) : projectRoom(context, chosen);
    const { client, server } = home.isRemote
      ? { client: await home.openClient(choice, cleaner), server: undefined }
      : await enter(home, choice, context);
    // One that was named, or was the newest, may be of a repository as well.
    const project = chosen ?? (await projectOfRoom(client.id, homePaths(settings.home).projects));
    if (project !== undefined) await reportAttempts(context, project, client.id);
    const waiting = new WaitingCandidate(context, project, client.id);
    // It stands beside the prompt once it is known: the room opens without it.
    void waiting.look();
    const mode = options.get("mode");
    if (mode !== undefined) await client.setMode(mode, "user");
    const code = await showRoom({
      room: client,
      entries: () => home.service.entries({ kind: "own", id: client.id }, context.signal),
      process,
      unsent,
      plain: options.has("plain") || screen.accessible,
      term: screen.term,
      colour: screen.colour,
      desktop: screen.desktop,
      project: project && cleaner.clean(basename(project.root)),
      candidate: () => waiting.name,
      workspace: project?.root ?? settings.workspace ?? homePaths(settings.home).workspace,
      server,
      // The gate is half of what there is to load, and few lines need it.
      runCommand: async (args, how) => {
        const { runInRoom } = await import("./run-in-room.ts");
        try {
          return await runInRoom(args, context, {
            ...{ room: client.id, root: project?.root },
            ...how,
          });
        } finally {
          await waiting.look();
        }
      },
    });
    await client[Symbol.asyncDispose]();
    leave(new Error("the caller from elsewhere asked this room, and it is closed now"));
    return code;
  });
}

/** Rooms that fall silent are observed by the process that owns the home; its queue is open while it does so. */
function observe(
  { journal, service }: OwnHome,
  { app, settings: { jobs } }: CommandContext,
): AsyncDisposable {
  return app.observer.start({
    journal,
    openQueue: async () => {
      const opened = await app.queue.open({ keeping: jobs.keeping });
      return { queue: opened, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
    },
    report: (error) => service.notify({ level: "warning", text: explain(error) }),
  });
}

async function reportAttempts(
  context: CommandContext,
  project: ProjectLocation,
  room: string,
): Promise<void> {
  const { reportCutOff } = await import("./try-project.ts");
  await reportCutOff(context, await context.app.projectWork(project, room));
}

/** @throws {OrgError} `ROOM_UNKNOWN` where only rooms of repositories could be resumed, and none of those is wanted. */
async function choiceBeside(home: OpenHome, { line, signal }: CommandContext): Promise<RoomChoice> {
  const choice = roomChoice(line);
  if (choice.kind !== "newest" || !line.options.has("no-project")) return choice;
  const rooms = await home.service.rooms(signal);
  const newest = rooms.find(({ room }) => !isProjectRoom(room));
  if (newest === undefined && rooms.length > 0) throw onlyProjects();
  return newest === undefined ? choice : { kind: "named", id: newest.room };
}

function onlyProjects(): OrgError {
  return new OrgError("All rooms of this home work on repositories", {
    code: "ROOM_UNKNOWN",
    why: "with --no-project only other rooms count, and there is none to resume",
    remedies: ["org --no-project   # opens a new room", "org --resume"],
    unchanged: "No room was opened.",
  });
}

/** Opens a room of this process, which answers with a server of its own. */
async function enter(
  { service }: OwnHome,
  choice: RoomChoice,
  context: CommandContext,
): Promise<{ readonly client: RoomClient; readonly server: Check | undefined }> {
  // A user who has chosen a server pays nothing for what is offered to others.
  if (!context.settings.isBaseExplicit) {
    await (await import("./offer-engine.ts")).offerEngine(context);
  }
  try {
    const client = await service.enter(choice);
    return { client, server: checkOf(context, client) };
  } catch (error) {
    if (!isElsewhere(error)) throw error;
    // The server of that node answers.
    return { client: await service.enterElsewhere(choice), server: undefined };
  }
}

/** Whether the server of a room's first persona answers, and has the model that was asked for. */
function checkOf({ settings }: CommandContext, room: Room): Check {
  const [first] = room.models;
  if (first === undefined) throw new Error("A room without a persona");
  return serverCheck(first.provider, settings);
}

import { App } from "#app/app.ts";
import { demoSettings, openDemoModel } from "#app/demo.ts";
import { EXIT } from "#core/error-codes.ts";
import { OrgError } from "#core/errors.ts";
import { jsonLine } from "#core/text/json-line.ts";
import { type MainMove, mainMoves } from "#ops/demo/facts.ts";
import { openDemoHome } from "#ops/demo/home.ts";
import { candidateBranches } from "#ops/release/candidate.ts";
import { POLICIES } from "#platform/sandbox/policy.ts";
import { runSandboxed } from "#platform/sandbox/run.ts";
import { ownHome } from "#server/socket/open-home.ts";
import type { RoomHost } from "#server/socket/room-host.ts";
import { demoFailed } from "#ui/demo/demo-failed.ts";
import { AS_A_PERSON, AT_ONCE } from "#ui/demo/pace.ts";
import { reportText } from "#ui/demo/report-text.ts";
import { SCENES } from "#ui/demo/scenes.ts";
import { showDemo } from "#ui/demo/show-demo.ts";
import { slashSources } from "#ui/inline/show-room.ts";
import type { SlashSources } from "#ui/slash-command.ts";
import type { CommandContext } from "../context.ts";
import { inHome } from "./in-home.ts";
import { runInRoom } from "./run-in-room.ts";

/** `org demo`. @returns 0 when everything happened as it was recorded. */
export async function demo(context: CommandContext): Promise<number> {
  await requireSandbox(context);
  await using model = await openDemoModel(context.line.options.has("fast"));
  const report = await playDemo(context, model.url);
  const { output, line, cleaner } = context;
  if (report === undefined) {
    output.say("The demo was stopped. Your own home was not touched.\n");
    return EXIT.interrupted;
  }
  const unplayed = model.unused().length;
  if (unplayed > 0) throw demoFailed(`${unplayed} recorded answers were not used`);
  output.write(line.options.has("json") ? jsonLine(report) : cleaner.clean(reportText(report)));
  return EXIT.done;
}

/** What was seen to happen. */
export interface DemoReport {
  readonly ok: true;
  /** Names of the tools that ran, in order. */
  readonly ran: readonly string[];
  /** What main became, step by step. */
  readonly moves: readonly MainMove[];
  /** Where it played. */
  readonly home: string;
  readonly isKept: boolean;
}

/**
 * Plays all scenes in a home of its own.
 *
 * @param base of the server that says what models say.
 * @returns nothing when it was stopped.
 * @throws {OrgError} `DEMO_FAILED`
 */
export async function playDemo(
  context: CommandContext,
  base: string,
): Promise<DemoReport | undefined> {
  const isKept = context.line.options.has("keep");
  await using home = await openDemoHome(isKept).catch((error: unknown) => {
    throw error instanceof OrgError ? demoFailed(error) : error;
  });
  const stop = new AbortController();
  context.signal.addEventListener("abort", () => stop.abort(context.signal.reason), { once: true });
  const settings = demoSettings(home.path, base, context.settings);
  const { cleaner } = context;
  await using app = new App({ settings, cleaner, signal: stop.signal });
  const inside = {
    ...context,
    ...{ app, settings },
    line: { ...context.line, options: new Map<string, string>() },
    signal: stop.signal,
  };
  const ran: string[] = [];
  let isWhole = false;
  await inHome(inside, ownHome, async ({ service }) => {
    isWhole = await play(inside, service, { options: context.line.options, stop });
    for await (const { event } of service.entries({ kind: "open" })) {
      if (event.type === "tool-result" && event.ok) ran.push(event.name);
    }
    return EXIT.done;
  });
  if (!isWhole) return undefined;
  const report = {
    ok: true,
    ran,
    moves: await mainMoves(home.path),
    home: home.path,
    isKept,
  } as const;
  return checked(report);
}

interface Playing {
  /** Of the command line. */
  readonly options: ReadonlyMap<string, string>;
  readonly stop: AbortController;
}

async function play(
  inside: CommandContext,
  service: RoomHost,
  { options, stop }: Playing,
): Promise<boolean> {
  const { screen, settings, output } = inside;
  const json = options.has("json");
  const room = await service.enter({ kind: "open" });
  const entries = () => service.entries({ kind: "open" });
  const runCommand: SlashSources["runCommand"] = (args, how) =>
    runInRoom(args, inside, { room: room.id, ...how });
  return await showDemo({
    room,
    process,
    sources: slashSources({ room, entries, runCommand }),
    write: json ? output.say : output.write,
    plain: json || options.has("plain") || screen.accessible,
    ...{ term: screen.term, colour: screen.colour, desktop: screen.desktop },
    welcome: welcome(settings.home, options.has("keep")),
    scenes: SCENES,
    pace: options.has("fast") ? AT_ONCE : AS_A_PERSON,
    candidate: async () => (await candidateBranches(settings.home))[0] ?? "none",
    stop,
  });
}

function welcome(home: string, isKept: boolean): string {
  return [
    "org demo: the models' replies are recorded, and written by hand. Everything else is real and",
    "happens now: the room, the sandbox, the tools, Git and the gate. No model is asked, and",
    "nothing leaves this machine.",
    `It runs in ${home}, ${isKept ? "which stays" : "which is deleted at the end"}. Ctrl-C stops it.`,
  ].join("\n");
}

async function requireSandbox({ signal, settings }: CommandContext): Promise<void> {
  // What tools find where, and so what they say, is another thing there.
  if (settings.sandbox !== "bubblewrap") throw demoFailed("it was recorded with bubblewrap");
  try {
    await runSandboxed(["true"], POLICIES.sh, { signal });
  } catch (error) {
    throw error instanceof OrgError ? demoFailed(error) : error;
  }
}

const TOOL = "median";

/** @throws {OrgError} `DEMO_FAILED` when something is missing. */
function checked(report: DemoReport): DemoReport {
  const { ran, moves } = report;
  const missing = ["sh", "python_run", "forge", TOOL].filter((name) => !ran.includes(name));
  if (missing.length > 0) throw demoFailed(`${missing.join(", ")} did not run`);
  const [promotion, rollback] = moves;
  if (promotion === undefined || rollback === undefined) throw demoFailed("main did not move");
  const unsigned = moves.find(({ isVerified }) => !isVerified);
  if (unsigned !== undefined) throw demoFailed(`the signature of ${unsigned.tag} is not valid`);
  if (!promotion.tools.includes(TOOL)) throw demoFailed("main did not get the tool");
  if (rollback.tools.includes(TOOL)) throw demoFailed("main still has the tool");
  return report;
}

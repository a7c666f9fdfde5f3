import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { proposeMerges } from "#app/digest-merges.ts";
import { builtInTools } from "#app/rooms.ts";
import { toolProposals } from "#app/tool-proposals.ts";
import { RoomUses, trustOfAll } from "#app/tool-report.ts";
import { EXIT } from "#core/error-codes.ts";
import { jsonLine } from "#core/text/json-line.ts";
import { homePaths } from "#home/home-paths.ts";
import { type Digest, figuresOf } from "#ops/digest/digest.ts";
import { readDigest } from "#ops/digest/digest-file.ts";
import { digestText } from "#ops/digest/digest-text.ts";
import { writeFileAtomically } from "#platform/files.ts";
import type { JobView } from "#server/jobs/job-service.ts";
import { jobsOfHome } from "#server/jobs/jobs-of-home.ts";
import type { HomeService } from "#server/socket/home-service.ts";
import { openHome } from "#server/socket/open-home.ts";
import { openRegistry } from "#tools/registry/open-registry.ts";
import { actionNamed } from "../action.ts";
import type { CommandContext } from "../context.ts";
import { inHome } from "./in-home.ts";

/** More than fail in a week where anything works. */
const MOST_DEAD = 1000;
const WEEK_MS = 7 * 86_400_000;

/** `org digest`. @returns the exit code. */
export async function digest(context: CommandContext): Promise<number> {
  const { line, settings, output } = context;
  const action = actionNamed("digest", ["show", "now"] as const, line.operands[0] ?? "show");
  const paths = homePaths(settings.home);
  if (action === "now") {
    await mkdir(dirname(paths.digest), { recursive: true, mode: 0o700 });
    await writeFileAtomically(paths.digest, JSON.stringify(await digestNow(context)));
  }
  if (!existsSync(paths.digest)) {
    output.say("There is no digest yet: org digest now\n");
    return EXIT.done;
  }
  const latest = readDigest(paths.digest);
  output.write(line.options.has("json") ? jsonLine(latest) : digestText(latest));
  return EXIT.done;
}

/** The newest first. */
async function deadJobs(context: CommandContext): Promise<readonly JobView[]> {
  if (!existsSync(homePaths(context.settings.home).queue)) return [];
  await using parts = new AsyncDisposableStack();
  const jobs = await jobsOfHome(context, parts);
  return (await jobs.list({ state: "dead", limit: MOST_DEAD })).jobs;
}

async function countProposals(
  rooms: Pick<HomeService, "rooms" | "entries">,
  { settings, signal }: CommandContext,
): Promise<Digest["proposals"]> {
  const paths = homePaths(settings.home);
  const filesRoot = settings.workspace ?? paths.workspace;
  using registry = openRegistry({ paths, builtIn: builtInTools(settings), filesRoot });
  const trust = trustOfAll(await new RoomUses(rooms).all(signal), paths);
  const sources = { rooms, registry, trust, now: Date.now(), signal };
  const { make, retire } = await toolProposals(sources);
  return { make: make.length, retire: retire.length };
}

async function digestNow(context: CommandContext): Promise<Digest> {
  const { settings, cleaner, signal, app } = context;
  const paths = homePaths(settings.home);
  let made: Digest | undefined;
  await inHome(context, openHome, async ({ service, memory }) => {
    const notes = existsSync(paths.memory)
      ? (await memory({ kind: "list", states: ["active", "staged", "superseded"] }, signal)).notes
      : [];
    const dead = await deadJobs(context);
    const until = Date.now();
    const sources = { home: settings.home, rooms: service, notes, dead, signal };
    const figures = await figuresOf(sources, { from: until - WEEK_MS, until });
    const proposals = await countProposals(service, context);
    const { merges, why } = await proposeMerges(notes, { app, cleaner, signal });
    made = cleaner.cleanData({ ...figures, proposals, merges, withoutMerges: why });
    return EXIT.done;
  });
  if (made === undefined) throw new Error("The home was closed before its events were counted");
  return made;
}

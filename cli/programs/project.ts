import { changeText } from "#app/project.ts";
import {
  candidateOf,
  checksOf,
  mergeCandidate,
  reviewProject,
  titleOf,
} from "#app/project-review.ts";
import { EXIT, OrgError, unreachable } from "#core/errors.ts";
import { jsonLine } from "#core/text/json-line.ts";
import type { ProjectJudgement } from "#fitness/project/judge-project.ts";
import { homePaths } from "#home/home-paths.ts";
import { findProject, type ProjectPlace, readRecord, writeRecord } from "#ops/project/place.ts";
import { recapture } from "#ops/project/recapture.ts";
import { rollbackPromotion } from "#ops/project/rollback.ts";
import { changesOf, diffOf, type ProjectWork, undoTurn } from "#ops/project/work.ts";
import { actionNamed } from "../action.ts";
import type { CommandContext } from "../context.ts";
import { judgementText } from "../project-text.ts";
import { namedProject, roomIdOf } from "./choose-project.ts";

const ACTIONS = [
  "status",
  "diff",
  "undo",
  "checks",
  "cand",
  "promote",
  "rollback",
  "rebase",
] as const;
type Action = (typeof ACTIONS)[number];

/** `org project …`: what a person does with the work of a room on their repository. */
export async function project(context: CommandContext): Promise<number> {
  const [given = "status", path] = context.line.operands;
  const action = actionNamed("project", ACTIONS, given);
  const place = await placeOf(context);
  if (action === "rollback") return await rollback(context, place);
  if (action === "checks" && context.line.repeated.has("set")) await setChecks(context, place);
  const room = roomIdOf(place, context.line.options.get("room"));
  const work = await context.app.projectWork(place, room);
  return await act(action, { context, work, path });
}

interface Acting {
  readonly context: CommandContext;
  readonly work: ProjectWork;
  /** What stands behind the action. */
  readonly path: string | undefined;
}

async function act(action: Exclude<Action, "rollback">, acting: Acting): Promise<number> {
  switch (action) {
    case "status":
      return await status(acting);
    case "diff":
      return await diff(acting);
    case "undo":
      return await undo(acting);
    case "checks":
      return await check(acting);
    case "cand":
      return await candidate(acting, false);
    case "promote":
      return await candidate(acting, true);
    case "rebase":
      return await rebase(acting);
    default:
      return unreachable(action);
  }
}

/**
 * After `org ask --project`: judges what the answer changed, and prints the candidate, the patch or the merge.
 *
 * @returns the exit code: 1 when the checks fail, or when there is nothing of what was asked for.
 */
export async function handOver(context: CommandContext, place: ProjectPlace): Promise<number> {
  const { output, line } = context;
  const work = await context.app.projectWork(place, roomIdOf(place, line.options.get("room")));
  if ((await changesOf(work)) === undefined) {
    const isAsked = ["patch", "promote"].some((name) => line.options.has(name));
    if (isAsked) output.say("The answer changed no file.\n");
    return isAsked ? EXIT.failed : EXIT.done;
  }
  const acting = { context, work, path: undefined };
  if (!line.options.has("patch")) return await candidate(acting, line.options.has("promote"));
  const code = told(
    { ...context, output: { ...output, write: output.say } },
    await reviewProject(work, reviewing(context)),
  );
  await diff(acting);
  return code;
}

async function placeOf(context: CommandContext): Promise<ProjectPlace> {
  const { projects } = homePaths(context.settings.home);
  const place = (await namedProject(context)) ?? (await findProject(process.cwd(), projects));
  if (place !== undefined && (await readRecord(place)) !== undefined) return place;
  throw new OrgError("No room works on this repository", {
    code: "INPUT_MISSING",
    why:
      place === undefined
        ? "this folder lies in no Git repository"
        : `org was never opened on ${place.root}`,
    remedies: ["org --project .", 'org ask --project . "What does this project do?"'],
    left: "Nothing was changed.",
  });
}

async function status({ context, work }: Acting): Promise<number> {
  const { line, output, cleaner } = context;
  const [change, checks] = await Promise.all([changesOf(work), checksOf(work)]);
  const { root } = work.place;
  if (line.options.has("json")) {
    output.write(
      jsonLine(cleaner.cleanData({ root, room: work.room, change: change ?? null, checks })),
    );
    return EXIT.done;
  }
  const rows = [
    `repository  ${root}`,
    `room        ${work.room}`,
    `changes     ${change === undefined ? "none" : changeText(change)}`,
    `checks      ${checks.length === 0 ? 'none; org project checks --set "COMMAND"' : checks.join(" · ")}`,
  ];
  output.write(cleaner.clean(`${rows.join("\n")}\n`));
  return EXIT.done;
}

async function diff({ context, work, path }: Acting): Promise<number> {
  const text = await diffOf(work, path);
  if (text === "") context.output.say("The room changed nothing.\n");
  else context.output.write(context.cleaner.clean(text));
  return EXIT.done;
}

async function undo({ context: { output }, work }: Acting): Promise<number> {
  const undone = await undoTurn(work);
  const text =
    undone === undefined ? "There is no turn to undo." : `Undone: ${changeText(undone)}.`;
  output.write(`${text}\n`);
  return EXIT.done;
}

async function setChecks({ line }: CommandContext, place: ProjectPlace): Promise<void> {
  const record = await readRecord(place);
  const checks = line.repeated.get("set") ?? [];
  await writeRecord(place, {
    ...record,
    dependencies: record?.dependencies ?? [],
    root: place.root,
    checks,
  });
}

async function check({ context, work }: Acting): Promise<number> {
  if ((await changesOf(work)) === undefined && context.line.repeated.has("set")) return EXIT.done;
  return told(context, await reviewProject(work, reviewing(context)));
}

/** @returns the exit code: 1 when the gate refuses. */
function told({ line, output, cleaner }: CommandContext, judgement: ProjectJudgement): number {
  if (line.options.has("json")) output.write(jsonLine(cleaner.cleanData(judgement)));
  else output.write(cleaner.clean(judgementText(judgement)));
  return judgement.outcome === "refused" ? EXIT.failed : EXIT.done;
}

async function candidate({ context, work }: Acting, isMerged: boolean): Promise<number> {
  const { line, output, cleaner } = context;
  const judgement = await reviewProject(work, reviewing(context));
  const code = told(context, judgement);
  if (code !== EXIT.done) return code;
  if (isMerged && judgement.outcome === "held" && !line.options.has("yes")) {
    output.say(
      "Not merged. Look at what is held, then: org project promote --yes (in the room: /promote --yes)\n",
    );
    return EXIT.failed;
  }
  const title = line.options.get("title") ?? (await titleOf(work));
  const made = await candidateOf(work, { title, judgement });
  if (!isMerged) {
    output.write(`${made.name}\n`);
    return EXIT.done;
  }
  const merged = await mergeCandidate(work, made, context.signal);
  const text = `Merged ${merged.branch} into ${merged.into} (${merged.commit.slice(0, 12)}). org project rollback reverts it.\n`;
  output.write(
    line.options.has("json") ? jsonLine(cleaner.cleanData(merged)) : cleaner.clean(text),
  );
  return EXIT.done;
}

function reviewing({ app, cleaner, signal, output }: CommandContext) {
  return { app, cleaner, signal, note: (text: string) => output.say(cleaner.clean(`${text}\n`)) };
}

async function rollback(
  { output, cleaner, line }: CommandContext,
  place: ProjectPlace,
): Promise<number> {
  const reverted = await rollbackPromotion(place);
  const text = `Reverted ${reverted.candidate} on ${reverted.into} (${reverted.commit.slice(0, 12)}).\n`;
  output.write(
    line.options.has("json") ? jsonLine(cleaner.cleanData(reverted)) : cleaner.clean(text),
  );
  return EXIT.done;
}

async function rebase({ context: { output, cleaner, signal }, work }: Acting): Promise<number> {
  const done = await recapture(work, { signal });
  switch (done.kind) {
    case "unchanged":
      output.write("The room has your newest files already.\n");
      return EXIT.done;
    case "moved": {
      const own = done.change === undefined ? "none" : changeText(done.change);
      output.write(`The room has your newest files; its own changes: ${own}.\n`);
      return EXIT.done;
    }
    case "conflicts": {
      const paths = done.paths.map((path) => `  ${path}\n`).join("");
      const text = `You and the room changed the same lines of:\n${paths}Nothing was changed. /undo takes the room's last turn out.\n`;
      output.say(cleaner.clean(text));
      return EXIT.failed;
    }
    default:
      return unreachable(done);
  }
}

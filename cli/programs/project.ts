import { EXIT } from "#core/error-codes.ts";
import { OrgError, unreachable } from "#core/errors.ts";
import { echoed } from "#core/text/echoed.ts";
import { promotionPaths } from "#fitness/gate/paths.ts";
import { homePaths } from "#home/home-paths.ts";
import { namedPath } from "#ops/project/diff-path.ts";
import { findProject, type ProjectLocation, readRecord, roomIdOf } from "#ops/project/location.ts";
import { checksOf, limitsOf, measureOf } from "#ops/project/project-settings.ts";
import { recapture } from "#ops/project/recapture.ts";
import { hasChanges } from "#ops/project/refs.ts";
import { rollbackPromotion } from "#ops/project/rollback.ts";
import { newestChange } from "#ops/project/signed-tag.ts";
import { changeText } from "#ops/project/turns.ts";
import { pathList } from "#ops/project/user-checkout.ts";
import {
  changesOf,
  diffOf,
  hasRoom,
  hiddenFiles,
  newestTurn,
  patchOf,
  undoTurn,
} from "#ops/project/work.ts";
import { actionNamed } from "../action.ts";
import type { CommandContext } from "../context.ts";
import { lackingRows, landedRow } from "../project-text.ts";
import { withCountOption } from "../try-operands.ts";
import { checkText } from "./check-limits.ts";
import { namedProject } from "./choose-project.ts";
import {
  type Acting,
  candidate,
  check,
  criticise,
  lineOf,
  promote,
  reportOmitted,
  reviewing,
} from "./project-gate.ts";
import { setChecks, setsChecks } from "./set-checks.ts";
import { reportCutOff, tryProject } from "./try-project.ts";

const ACTIONS = [
  "status",
  "diff",
  "undo",
  "checks",
  "critic",
  "cand",
  "promote",
  "rollback",
  "rebase",
  "try",
] as const;
type Action = (typeof ACTIONS)[number];

/** `org project …`: what a person does with the work of a room on their repository. */
export async function project(typed: CommandContext): Promise<number> {
  const context = { ...typed, line: withCountOption(typed.line) };
  const [actionName = "status", operand] = context.line.operands;
  const action = actionNamed("project", ACTIONS, actionName);
  refuseOperand(action, operand);
  const project = await projectOf(context);
  if (action === "rollback") return await rollback(context, project);
  const room = roomIdOf(project, context.line.options.get("room"));
  if (action === "checks" && setsChecks(context.line)) {
    const advice = await setChecks(context.line, project);
    if (advice !== undefined) context.output.say(context.cleaner.clean(`! ${advice}\n`));
    // What judges is the repository's: there may be no room yet whose changes it could judge.
    if (!hasRoom(project, room)) return EXIT.done;
  }
  // To look at a room must not make it; to try something in it may.
  if (action !== "try") refuseMissing(project, room);
  const work = await context.app.projectWork(project, room);
  await reportCutOff(context, work);
  return await act(action, { context, work, operand });
}

/** What may stand behind an action. */
const OPERANDS: Partial<Record<Action, string>> = {
  diff: "[FILE]",
  critic: "[TEXT]",
  cand: "[list|show CANDIDATE]",
  promote: "[CANDIDATE]",
  rollback: "[CANDIDATE]",
  try: "[TASK]",
};

function refuseOperand(action: Action, operand: string | undefined): void {
  const isValid =
    action === "cand" ? ["list", "show"].includes(operand ?? "") : OPERANDS[action] !== undefined;
  if (operand === undefined || isValid) return;
  throw new OrgError(`${echoed(operand)} cannot follow "${action}"`, {
    code: "USAGE",
    why: `only ${Object.entries(OPERANDS)
      .map((usage) => usage.join(" "))
      .join(", ")} take one`,
    remedies: [`org project ${action}`, "org help project"],
    unchanged: "Nothing was changed.",
  });
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
    case "critic":
      return await criticise(acting);
    case "cand":
      return await candidate(acting);
    case "promote":
      return await promote(acting, { mayAccept: acting.context.line.options.has("yes") });
    case "rebase":
      return await rebase(acting);
    case "try":
      return await tryProject(acting.context, acting.work, acting.operand);
    default:
      return unreachable(action);
  }
}

/**
 * After `org ask --project`: judges what the answer changed, and prints the candidate, the patch or the merge. What the gate
 * holds is never merged here: a person looks first.
 *
 * @param before the newest turn before the question was asked; absent where there was no room.
 * @returns the exit code: 1 when the checks fail, or when there is nothing of what was asked for.
 */
export async function handOver(
  context: CommandContext,
  project: ProjectLocation,
  before: string | undefined,
): Promise<number> {
  const { output, line } = context;
  const work = await context.app.projectWork(project, roomIdOf(project, line.options.get("room")));
  const isChanged = (await newestTurn(work)) !== before;
  if (!isChanged || !(await hasChanges(work.repository))) {
    const isRequested = ["patch", "promote"].some((name) => line.options.has(name));
    if (isRequested) output.say("The answer changed no file.\n");
    return isRequested ? EXIT.failed : EXIT.done;
  }
  const acting = { context, work, operand: undefined };
  if (line.options.has("promote")) return await promote(acting, { mayAccept: false });
  if (!line.options.has("patch")) return await candidate(acting);
  const quiet = { ...context, output: { ...output, write: output.say } };
  const code = await check({ ...acting, context: quiet });
  await diff(acting);
  return code;
}

async function projectOf(context: CommandContext): Promise<ProjectLocation> {
  const { projects } = homePaths(context.settings.home);
  const project = (await namedProject(context)) ?? (await findProject(process.cwd(), projects));
  const record = project && (await readRecord(project));
  if (project !== undefined && record !== undefined && record.isDeclined !== true) return project;
  throw new OrgError("No room works on this repository", {
    code: "INPUT_MISSING",
    why:
      project === undefined
        ? "this folder is not in a Git repository"
        : `org was ${record === undefined ? "never opened on" : "declined for"} ${project.root}`,
    remedies: ["org --project .", 'org ask --project . "What does this project do?"'],
    unchanged: "Nothing was changed.",
  });
}

/** @throws {OrgError} `INPUT_MISSING` for a room that was never opened. */
function refuseMissing(project: ProjectLocation, room: string): void {
  if (hasRoom(project, room)) return;
  throw new OrgError(`There is no room ${room} yet`, {
    code: "INPUT_MISSING",
    why: `it got no message about ${project.root}`,
    remedies: ["org --project .", 'org ask --project . "What does this project do?"'],
    unchanged: "Nothing was changed.",
  });
}

async function status({ context, work }: Acting): Promise<number> {
  const { line, output, cleaner } = context;
  const [change, checks, limits, measure, landed] = await Promise.all([
    changesOf(work),
    checksOf(work),
    limitsOf(work),
    measureOf(work),
    newestChange(work.location, promotionPaths(context.settings.home)),
  ]);
  const lacking = await hiddenFiles(work);
  const { root } = work.location;
  const { critic = false, hooks = false } = (await readRecord(work.location)) ?? {};
  if (line.options.has("json")) {
    output.write(
      lineOf("status", cleaner, {
        root,
        room: work.room,
        change: change ?? null,
        checks,
        limits,
        measure: measure ?? null,
        newest: landed ?? null,
        critic,
        hooks,
        ...lacking,
      }),
    );
    return EXIT.done;
  }
  const rows = [
    `repository  ${root}`,
    `room        ${work.room}`,
    `changes     ${change === undefined ? "none" : changeText(change)}`,
    `checks      ${checks.length === 0 ? 'none; org project checks --set "COMMAND"' : checks.map((one) => checkText(one, limits)).join(" · ")}`,
    ...(measure === undefined
      ? []
      : [`measure     ${measure.command} (${measure.better} is better)`]),
    ...(critic ? ["critic      reviews each change"] : []),
    ...(hooks ? ["hooks       yours judge each change, in the sandbox"] : []),
    ...(landed === undefined ? [] : [landedRow(landed)]),
    ...lackingRows(lacking),
  ];
  output.write(cleaner.clean(`${rows.join("\n")}\n`));
  return EXIT.done;
}

async function diff({ context, work, operand }: Acting): Promise<number> {
  const { writeBytes } = context.output;
  if (writeBytes !== undefined && operand === undefined && (await hasChanges(work.repository))) {
    writeBytes(await patchOf(work));
    return EXIT.done;
  }
  const named = operand === undefined ? undefined : await namedPath(work, operand, process.cwd());
  if (named?.isChanged === false) {
    context.output.say(
      context.cleaner.clean(`The room did not change ${pathList([named.path])}.\n`),
    );
    return EXIT.done;
  }
  const text = await diffOf(work, named?.path);
  if (text === "") context.output.say("The room has changed nothing.\n");
  else context.output.write(context.cleaner.clean(text));
  return EXIT.done;
}

async function undo({ context: { output }, work }: Acting): Promise<number> {
  const reverted = await undoTurn(work);
  const text =
    reverted === undefined ? "There is no turn to undo." : `Undone: ${changeText(reverted)}.`;
  output.write(`${text}\n`);
  return EXIT.done;
}

async function rollback(context: CommandContext, project: ProjectLocation): Promise<number> {
  const { output, cleaner, line, signal } = context;
  const [, name] = line.operands;
  const wait = { onWait: reviewing(context).note };
  const signing = promotionPaths(context.settings.home);
  const reverted = await rollbackPromotion(project, { name, signal, wait, signing });
  const text = `Reverted ${reverted.candidate} on ${reverted.into} (${reverted.commit.slice(0, 12)}).\n`;
  output.write(
    line.options.has("json") ? lineOf("rollback", cleaner, reverted) : cleaner.clean(text),
  );
  reportOmitted(context, reverted.left);
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
      const paths = done.paths.map((path) => `  ${pathList([path])}\n`).join("");
      const text = `You and the room changed the same lines in:\n${paths}Nothing was changed. /undo undoes the room's last turn.\n`;
      output.say(cleaner.clean(text));
      return EXIT.failed;
    }
    default:
      return unreachable(done);
  }
}

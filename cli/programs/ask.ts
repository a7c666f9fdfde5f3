import { existsSync } from "node:fs";
import { join } from "node:path";
import { EXIT } from "#core/error-codes.ts";
import { OrgError } from "#core/errors.ts";
import { criticRequest } from "#core/tags.ts";
import { type ProjectLocation, roomIdOf } from "#ops/project/location.ts";
import { readInput } from "#platform/read-input.ts";
import { openHome } from "#server/socket/open-home.ts";
import { askText, LONGEST_INPUT_BYTES, runAsk } from "../ask-command.ts";
import type { CommandContext } from "../context.ts";
import { introduce, namedProject, projectRoom, unseenFiles } from "./choose-project.ts";
import { inHome, roomChoice } from "./in-home.ts";

/** `org ask`. @returns the exit code. */
export async function ask(context: CommandContext): Promise<number> {
  const { line, output, signal, screen } = context;
  const { operands, options } = line;
  const project = await projectFor(context);
  const read = () => readInput("-", { maxBytes: LONGEST_INPUT_BYTES, signal });
  const text = await askText(operands, { isTerminal: screen.isTyped, read });
  if (project !== undefined) {
    const about = criticRequest(text);
    if (about !== undefined && !hasOwnCritic(context))
      return await criticOf(context, project, about);
    await refuseEarly(context, project);
  }
  const before = await turnBefore(context, project);
  if (project !== undefined && options.has("best-of"))
    return await bestOf(context, project, { task: text, before });
  const request = {
    text,
    room: project === undefined ? roomChoice(line) : projectRoom(context, project),
    mode: options.get("mode"),
    raw: options.has("raw"),
    yes: options.has("yes"),
  };
  // A patch is for a program to read: nothing else may stand before it.
  const answer = options.has("patch") ? { ...output, write: output.say, live: false } : output;
  const exit = await inHome(context, openHome, async ({ service, isRemote }) => {
    // The process that has the home may show this folder to its models.
    const hint = isRemote ? undefined : await unseenFiles(context, process.cwd());
    if (hint !== undefined) output.say(`${hint}\n`);
    return await runAsk(service, { request, json: options.has("json"), output: answer, signal });
  });
  if (project === undefined || exit !== 0) return exit;
  return await (await import("./project.ts")).handOver(context, project, before);
}

/** Before a model is asked: what would keep its changes from being made a candidate. A question needs none. */
async function refuseEarly(
  { line: { options }, output, cleaner, signal }: CommandContext,
  project: ProjectLocation,
): Promise<void> {
  if (options.has("patch")) return;
  const { refuseUnready } = await import("#ops/project/readiness.ts");
  if (options.has("promote")) return await refuseUnready(project, "promotion", signal);
  await refuseUnready(project, "candidate", signal).catch((error: unknown) => {
    if (!(error instanceof OrgError)) throw error;
    output.say(cleaner.clean(`! ${error.message}: no candidate can be made of the changes.\n`));
  });
}

/** A persona of the user's takes the place of the one that the gate has. */
function hasOwnCritic({ app: { paths } }: CommandContext): boolean {
  return existsSync(join(paths.personas, "critic.md"));
}

/** @throws {OrgError} `INPUT_MISSING` where the room changed nothing. */
async function criticOf(
  context: CommandContext,
  project: ProjectLocation,
  about: string,
): Promise<number> {
  const { criticise } = await import("./project-gate.ts");
  const work = await context.app.projectWork(
    project,
    roomIdOf(project, context.line.options.get("room")),
  );
  return await criticise({ context, work, operand: about === "" ? undefined : about });
}

/** @returns the newest turn of the room that is asked; undefined where there is no room yet. */
async function turnBefore(
  context: CommandContext,
  project: ProjectLocation | undefined,
): Promise<string | undefined> {
  if (project === undefined) return undefined;
  const room = roomIdOf(project, context.line.options.get("room"));
  const { hasRoom, newestTurn } = await import("#ops/project/work.ts");
  if (!hasRoom(project, room)) return undefined;
  return await newestTurn(await context.app.projectWork(project, room));
}

/** @returns the exit code: 1 when no attempt passes. */
async function bestOf(
  context: CommandContext,
  project: ProjectLocation,
  { task, before }: { readonly task: string; readonly before: string | undefined },
): Promise<number> {
  const { takeBestOf } = await import("./try-project.ts");
  if (!(await takeBestOf(context, project, task))) return EXIT.failed;
  return await (await import("./project.ts")).handOver(context, project, before);
}

/** @throws {OrgError} `USAGE` for options that only a repository gives a meaning. */
async function projectFor(context: CommandContext): Promise<ProjectLocation | undefined> {
  const project = await namedProject(context);
  if (project !== undefined) {
    await introduce(context, project);
    return project;
  }
  const alone = ["patch", "promote", "best-of"].find((name) => context.line.options.has(name));
  if (alone === undefined) return undefined;
  throw new OrgError(`--${alone} needs a repository`, {
    code: "USAGE",
    why: "without --project there are no changes to merge",
    remedies: [`org ask --project . --${alone}${alone === "best-of" ? " 3" : ""} "…"`],
    unchanged: "Nothing was sent.",
  });
}

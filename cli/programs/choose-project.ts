/** Which repository a command works on, and what its user is told before models see it. */
import { readdir, realpath } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, join, resolve } from "node:path";
import { OrgError } from "#core/errors.ts";
import { isWithin } from "#core/is-within.ts";
import { detectChecks } from "#fitness/project/detect.ts";
import { homePaths } from "#home/home-paths.ts";
import {
  findDependencies,
  newDependenciesText,
  takeNewDependencies,
} from "#ops/project/dependencies.ts";
import {
  changeRecord,
  findProject,
  type ProjectLocation,
  type ProjectRecord,
  readRecord,
  roomIdOf,
} from "#ops/project/location.ts";
import { noticeLines, workTreeFacts } from "#ops/project/notice.ts";
import { openSource, unreadable } from "#ops/project/source.ts";
import type { RoomChoice } from "#server/socket/home-service.ts";
import type { CommandContext } from "../context.ts";
import { isYes } from "../engine-command.ts";
import type { AskHuman } from "../forge-questions.ts";
import { roomChoice } from "./in-home.ts";

/** The checkout that this program runs from: who works on org itself names it with --project. */
const OWN_CHECKOUT = join(import.meta.dir, "../..");

/**
 * The repository that `--project` names.
 *
 * @throws {OrgError} `INPUT_MISSING` where there is none.
 */
export async function namedProject(context: CommandContext): Promise<ProjectLocation | undefined> {
  const named = context.line.options.get("project");
  if (named === undefined) return undefined;
  const { projects } = homePaths(context.settings.home);
  const project = await findProject(resolve(named), projects);
  if (project !== undefined) return project;
  throw new OrgError(`There is no Git repository at "${named.slice(0, 200)}"`, {
    code: "INPUT_MISSING",
    why: "a project is the work tree of a Git repository, or a folder inside one",
    remedies: [`git init ${JSON.stringify(named)}`, "org --no-project"],
    unchanged: "Nothing was changed.",
  });
}

/** Who opens a room on a screen. */
export interface ScreenUser {
  /** Absolute path of the folder that they stand in. */
  readonly folder: string;
  /** Asks them; undefined where they sit at no terminal. */
  readonly ask: AskHuman | undefined;
}

export interface ScreenProject {
  /** Absent: the room is of no repository. */
  readonly project?: ProjectLocation | undefined;
  /** What the user wrote where yes or no was asked for; empty: nothing. */
  readonly unsent: string;
}

const NONE: ScreenProject = { unsent: "" };

/**
 * The repository of a room that is opened on a screen: the one that is named, else the one that its user stands in. What models will see is
 * said, and where nothing was named it is asked for, once for each repository.
 */
export async function projectOfScreen(
  context: CommandContext,
  { folder, ask }: ScreenUser,
): Promise<ScreenProject> {
  const { line, settings } = context;
  const named = await namedProject(context);
  if (named !== undefined) {
    await introduce(context, named);
    return { ...NONE, project: named };
  }
  const isOther = ["no-project", "room", "resume", "cassette", "plain"].some((name) =>
    line.options.has(name),
  );
  if (isOther || ask === undefined) return NONE;
  const { projects } = homePaths(settings.home);
  const project = await findProject(folder, projects).catch(() => undefined);
  if (project === undefined) {
    if (await hasUnseenFiles(folder, settings)) context.output.say(`${UNSEEN}\n`);
    return NONE;
  }
  if (await isOurs(project.root, settings.home)) return NONE;
  const record = await readRecord(project);
  if (record?.isDeclined === true) return NONE;
  if (record !== undefined) {
    await sayNew(context, project);
    return { ...NONE, project };
  }
  const { isWelcome, unsent } = await isApproved(context, project, ask);
  return { project: isWelcome ? project : undefined, unsent };
}

const UNSEEN =
  'The room does not see the files of this folder. ORG_WORKSPACE="$PWD" org shows them to models and lets tools write to them.';

/**
 * What a user is told who asks one question among files that no model sees: in no repository, or in one that they did not name
 * and did not decline. Nothing where they choose a room or pipe in what the question is about.
 *
 * @param folder absolute path of the one that they stand in.
 */
export async function unseenFiles(
  { line: { operands, options }, settings }: CommandContext,
  folder: string,
): Promise<string | undefined> {
  const isChosen = ["project", "room", "resume", "cassette", "json"].some((one) =>
    options.has(one),
  );
  if (isChosen || operands.length === 0 || operands.includes("-")) return undefined;
  const project = await findProject(folder, homePaths(settings.home).projects).catch(
    () => undefined,
  );
  if (project === undefined) {
    if (!(await hasUnseenFiles(folder, settings))) return undefined;
    return 'The model does not see the files of this folder. ORG_WORKSPACE="$PWD" org ask "…" shows them to it and lets tools write to them.';
  }
  if (settings.workspace !== undefined || (await isOurs(project.root, settings.home)))
    return undefined;
  if ((await readRecord(project))?.isDeclined === true) return undefined;
  return 'The model does not see the files of this repository. org ask --project . "…" lets it work in a copy of them.';
}

/**
 * Whether a user may expect that models see files which no setting shows to them: not of their home folder, not in org's own
 * one, where the usual workspace is, and not of a folder that holds it, which cannot be shown.
 */
async function hasUnseenFiles(
  folder: string,
  { home, workspace }: CommandContext["settings"],
): Promise<boolean> {
  const [here, own, user] = await Promise.all(
    [folder, home, homedir()].map((path) => realpath(path).catch(() => path)),
  );
  if (here === undefined || own === undefined || workspace !== undefined) return false;
  if (here === user || isWithin(here, join(own, ".org")) || isWithin(own, here)) return false;
  if (await isOurs(here, home)) return false;
  const names = await readdir(here).catch(() => []);
  return names.some((name) => !name.startsWith("."));
}

async function isOurs(root: string, home: string): Promise<boolean> {
  const own = await Promise.all(
    [home, OWN_CHECKOUT].map((path) => realpath(path).catch(() => path)),
  );
  return own.includes(root);
}

/** The first time in a repository: proposes checks and dependencies, and says what models will see. */
export async function introduce(context: CommandContext, project: ProjectLocation): Promise<void> {
  const stored = await readRecord(project);
  if (isSettled(stored)) return await sayNew(context, project);
  const { record, notice } = await proposal(project, context);
  context.output.say(`${notice}\n`);
  await changeRecord(project, (now) => (isSettled(now) ? undefined : record));
}

function isSettled(record: ProjectRecord | undefined): boolean {
  return record !== undefined && record.isDeclined !== true;
}

/** What a build needs may be installed after the room was opened first. */
async function sayNew(
  { output, cleaner, signal }: CommandContext,
  project: ProjectLocation,
): Promise<void> {
  const text = newDependenciesText(await takeNewDependencies(project, signal));
  if (text !== undefined) output.say(cleaner.clean(`${text}\n`));
}

async function isApproved(context: CommandContext, project: ProjectLocation, ask: AskHuman) {
  const { output } = context;
  const { record, notice } = await proposal(project, context);
  output.say(`${notice}\n`);
  const { isWelcome, unsent } = await yesOrNo(ask, output);
  await changeRecord(project, (now) => {
    const { isDeclined: _, ...settled }: ProjectRecord = now ?? record;
    return isWelcome ? settled : { ...settled, isDeclined: true };
  });
  if (!isWelcome) output.say("The room opens without it; org --project . opens one on it.\n");
  return { isWelcome, unsent };
}

/** A line that is neither is a message for the room: whether models see the repository is not to be guessed from it. */
async function yesOrNo(ask: AskHuman, { say }: Pick<CommandContext["output"], "say">) {
  const lines: string[] = [];
  for (;;) {
    const answer = await ask("Open a room on this repository? [Y/n] ");
    const isWelcome = answer !== undefined && (answer.trim() === "" || isYes(answer));
    const isOver = answer === undefined || isWelcome || /^no?$/i.test(answer.trim());
    if (isOver) return { isWelcome, unsent: lines.join("\n") };
    lines.push(answer.trim());
    say("Answer y or n first. Your message was not sent: it waits in the room for Enter.\n");
  }
}

async function proposal(project: ProjectLocation, { cleaner, signal }: CommandContext) {
  const clean = (text: string) => cleaner.clean(text);
  const { root } = project;
  // Before Git reads anything: it would wait for a pipe in the place of one of its files.
  const source = await openSource(root);
  try {
    const unread: string[] = [];
    const [checks, { found, omitted }] = await Promise.all([
      detectChecks(root, (path) => unread.push(path)),
      findDependencies(root, signal),
    ]);
    const record = { root, checks, dependencies: found.map(({ name }) => name) };
    const facts = await workTreeFacts(source, signal);
    const name = basename(root);
    const lines = noticeLines(
      { name, ...facts, dependencies: found, omitted, checks, unread },
      clean,
    );
    return { record, notice: lines.join("\n") };
  } catch (error) {
    signal.throwIfAborted();
    throw unreadable(source, error);
  }
}

/** The room of a repository: the one that `--room` names within it, else its own. */
export function projectRoom(context: CommandContext, project: ProjectLocation): RoomChoice {
  const choice = roomChoice(context.line);
  return { kind: "own", id: roomIdOf(project, choice.kind === "named" ? choice.id : undefined) };
}

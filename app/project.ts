/** A room on the user's repository: its tools, what its personas are told, and what becomes of a turn. */
import { basename, join } from "node:path";
import { explain, OrgError } from "#core/errors.ts";
import { looksSecret } from "#core/text/secret-names.ts";
import { shellWord } from "#core/text/shell-word.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { foreignText } from "#models/extract/foreign-text.ts";
import type { ProjectView } from "#models/model.ts";
import { newDependenciesText, TopWatch, takeNewDependencies } from "#ops/project/dependencies.ts";
import { type ProjectLocation, projectOfRoom } from "#ops/project/location.ts";
import { checksOf, surroundingsOf } from "#ops/project/project-settings.ts";
import { recaptureHeld } from "#ops/project/recapture.ts";
import { hasChanges, workTree } from "#ops/project/refs.ts";
import { settleProject } from "#ops/project/settle.ts";
import { changeText, keepFiles, revertTurn, type TurnChange } from "#ops/project/turns.ts";
import { pathList } from "#ops/project/user-checkout.ts";
import { openWork, type ProjectWork } from "#ops/project/work.ts";
import { POLICIES } from "#platform/sandbox/policy.ts";
import { runSandboxed } from "#platform/sandbox/run.ts";
import { type Workspace, workspaceAt } from "#platform/workspace.ts";
import type { ProjectTurn, RoomProject } from "#room/room-options.ts";
import { agentsNote } from "#tools/project/agents-note.ts";
import { openedFiles } from "#tools/project/opened-files.ts";
import { projectTools } from "#tools/project/project-tools.ts";
import { repositoryMap } from "#tools/project/repository-map.ts";
import { treeFiles } from "#tools/project/tree-files.ts";
import type { Tool } from "#tools/tool.ts";
import { callPolicy, type ToolSandbox } from "#tools/tool-sandbox.ts";
import type { AppParts } from "./context.ts";

/** What a room on a repository has in place of the room's workspace. */
export interface ProjectParts {
  readonly workspace: Workspace;
  readonly sandbox: ToolSandbox;
  /** The tools that read and change files. */
  readonly tools: readonly Tool[];
  readonly project: RoomProject;
}

/**
 * @param room id of a room.
 * @returns `undefined` for a room that works on no repository.
 * @throws {OrgError} what keeps its copy from being opened.
 */
export async function projectParts(app: AppParts, room: string): Promise<ProjectParts | undefined> {
  const location = await projectOfRoom(room, app.paths.projects);
  if (location === undefined) return undefined;
  return await roomParts(app, await app.projectWork(location, room));
}

/** The parts of a room that is opened: what its first turn needs of very many files is looked at while the user types. */
export async function roomParts(
  app: Pick<AppParts, "cleaner" | "searchPath" | "signal">,
  work: ProjectWork,
): Promise<ProjectParts> {
  const parts = await workParts(app, work, (signal) => freshen(work, signal));
  if (await work.userFiles.areMany())
    work.lock.keepBehind(() => lookAhead(app, work, parts.sandbox));
  return parts;
}

/**
 * The same for a work that is open already.
 *
 * @param begin done before each question, before anything is read.
 */
export async function workParts(
  app: Pick<AppParts, "cleaner" | "searchPath">,
  work: ProjectWork,
  begin: (signal: AbortSignal) => Promise<void>,
): Promise<ProjectParts> {
  const { copy, location, touched, folder } = work;
  let around = await surroundingsOf(app.searchPath, location);
  const top = new TopWatch(location.root);
  await top.hasChanged();
  const look = async (signal: AbortSignal) => {
    if (!(await top.hasChanged())) return undefined;
    const text = newDependenciesText(await takeNewDependencies(location, signal));
    around = await surroundingsOf(app.searchPath, location);
    return text;
  };
  // What is written half when the process dies does not belong to a turn.
  const writing = { beforeWrite: (path: string) => touched.add(path), halfWritten: folder };
  const workspace = workspaceAt(copy, writing);
  return {
    workspace,
    sandbox: {
      copy,
      // As they are at each call: the user may install something while the room is open.
      get dependencies() {
        return around.names.map((name) => ({ from: join(location.root, name), name }));
      },
      get toolchains() {
        return around.toolchains;
      },
      beforeRun: () => touched.beforeProgram(),
    },
    tools: projectTools(workspace),
    project: roomProject(work, {
      cleaner: app.cleaner,
      checks: await checksOf(work),
      begin,
      look,
    }),
  };
}

/** Opens what a room changed, once everything that a crash cut off is settled. */
export async function openProjectWork(
  location: ProjectLocation,
  room: string,
  signal: AbortSignal,
): Promise<ProjectWork> {
  await settleProject(location);
  return await openWork(location, room, { signal, files: "later" });
}

/** Of which files the paths are words of maps that are made ahead: so far from the first to the last. */
const MAPPED_AHEAD: readonly number[] = [0.1, 0.3, 0.5, 0.7, 0.9];

/** From so many on the memory of a room is mostly that of the list of its files. */
const MANY_FILES = 50_000;

/** What the first question and the first program need of all files, before they are there. */
async function lookAhead(
  { cleaner, signal }: Pick<AppParts, "cleaner" | "signal">,
  work: ProjectWork,
  sandbox: ToolSandbox,
): Promise<void> {
  await freshen(work, signal);
  const { repository, touched, room } = work;
  await touched.watchAhead();
  const read = { repository, tree: await workTree(repository), isHidden: looksSecret, signal };
  const files = await treeFiles(read);
  // Of 200,000 files the listing and each map leave 15 MiB of buffers behind, which nothing but time would collect.
  const collect = (): void => {
    if (files.length >= MANY_FILES) Bun.gc(true);
  };
  collect();
  // Maps for words that are there: code that ran a few times is compiled, and costs the first question half.
  for (const part of MAPPED_AHEAD) {
    const line = files.pathAt(Math.floor(files.length * part));
    await repositoryMap({ ...read, task: line, render: rendering(cleaner) });
    collect();
  }
  // A program that changes nothing: the sandbox has shown the folders of the room by then.
  const policy = await callPolicy({ ...sandbox, beforeRun: undefined }, POLICIES.sh, undefined);
  await runSandboxed(["true"], policy, { signal, room });
}

/** Makes text of a repository fit for a prompt. */
function rendering(cleaner: Pick<TextCleaner, "clean">): (text: string) => string {
  return (text) => foreignText(cleaner.clean(text));
}

/** Longest map of a repository that a persona is given, in characters: about 1,000 tokens. */
const LONGEST_MAP = 3500;
/** Longest title of a turn's commit, in characters. */
const LONGEST_TITLE = 72;

interface Notice {
  readonly cleaner: Pick<TextCleaner, "clean">;
  readonly checks: readonly string[];
  readonly begin: (signal: AbortSignal) => Promise<void>;
  /** @returns what programs see that they did not see before; a line for the user. */
  readonly look: (signal: AbortSignal) => Promise<string | undefined>;
}

function roomProject(work: ProjectWork, { cleaner, checks, begin, look }: Notice): RoomProject {
  const { repository, location } = work;
  const clean = (text: string) => cleaner.clean(text);
  const name = oneLine(clean(basename(location.root)));
  const render = rendering(cleaner);
  const [first] = checks;
  const check = first === undefined ? undefined : oneLine(clean(first));
  const readable = async (signal: AbortSignal) => {
    return { repository, tree: await workTree(repository), signal, render, isHidden: looksSecret };
  };
  let installed: string | undefined;
  const viewOf = async (line: string, signal: AbortSignal): Promise<ProjectView> => {
    await begin(signal);
    installed = (await look(signal)) ?? installed;
    const read = await readable(signal);
    const note = await agentsNote(read);
    return {
      about: [ABOUT(name, check), ...(note === undefined ? [] : [note])].join("\n\n"),
      check,
      map: await repositoryMap({ ...read, task: line, most: LONGEST_MAP }),
    };
  };
  const keep: ProjectTurn["keep"] = async ({ persona, model, promptHash, line }) => {
    const [first = ""] = clean(line).trim().split("\n");
    const title = first.slice(0, LONGEST_TITLE).toWellFormed() || "turn";
    try {
      const change = await keepFiles(work, { persona, title, model, promptHash });
      const lines = [installed, change && changeNotice(change, work.copy)];
      installed = undefined;
      const notice = lines.filter((one) => one !== undefined).join("\n");
      return notice === "" ? undefined : clean(notice);
    } catch (error) {
      if (error instanceof OrgError) return clean(explain(error));
      throw error;
    }
  };
  return {
    begin: async (line, signal) => {
      using parts = new DisposableStack();
      parts.use(await work.lock.take({ owner: "another turn", waitMs: Infinity, signal }));
      const view = await viewOf(line, signal);
      const held = parts.move();
      const startOver = () => revertTurn(work);
      const opened = async (most: number) =>
        await openedFiles({ ...(await readable(signal)), task: line, most });
      return { view, opened, keep, startOver, [Symbol.dispose]: () => held.dispose() };
    },
    hold: async (signal) => {
      using parts = new DisposableStack();
      parts.use(await work.lock.take({ owner: "another turn", waitMs: Infinity, signal }));
      await begin(signal);
      const held = parts.move();
      return { [Symbol.dispose]: () => held.dispose() };
    },
    receive: async (line, write, signal) => {
      using _held = await work.lock.take({ owner: "another turn", waitMs: Infinity, signal });
      // Before they are written: what is there then was not in the user's line.
      await begin(signal);
      await write();
      return await keep({ persona: "user", line });
    },
  };
}

/**
 * As long as a room changed nothing, each question begins with the user's newest files. The caller holds the room's lock.
 *
 * @throws {OrgError} what ends a capture or a move before it is whole: a turn would take the difference for its own.
 */
export async function freshen(work: ProjectWork, signal: AbortSignal): Promise<void> {
  if (await hasChanges(work.repository)) return;
  const { touched, userFiles } = work;
  if ((await touched.paths())?.length === 0 && (await userFiles.areAsCaptured())) return;
  try {
    await userFiles.whileCapturing(() => recaptureHeld(work, { signal }));
  } catch (error) {
    // While the user is in the middle of a merge, the room goes on with what it has.
    if (!(error instanceof OrgError && error.code === "INPUT_INVALID")) throw error;
  }
}

/** @param copy absolute path of the folder that keeps what is left out. */
function changeNotice(change: TurnChange, copy: string): string {
  const refusals = change.refused.map(({ path, why }) => `${pathList([path])} is left out: ${why}`);
  const changes = change.files === 0 ? [] : [`${changeText(change)} · /diff`];
  const [stay, them] = refusals.length === 1 ? ["it stays", "it"] : ["they stay", "them"];
  const todo = `→ ${stay} in ${shellWord(copy)}, and in no candidate: take ${them} from there, or remove ${them}`;
  return [...changes, ...refusals, ...(refusals.length === 0 ? [] : [todo])].join("\n");
}

function ABOUT(name: string, check: string | undefined): string {
  const tested = check === undefined ? "" : ` It is tested by: ${check}.`;
  return `You work on the user's repository ${name}.${tested} Its files are where programs start, in a copy that the user reviews as a diff. Change files with edit_file or write_file; read a file before you edit it. Do what is asked with the tools and then say in a sentence what you changed; never print a whole file as the answer.`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}

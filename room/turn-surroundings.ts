/** What a turn finds when it begins, and what is done with what it leaves. */
import { explain, OrgError, reasonOf } from "#core/errors.ts";
import type { NotesRecalled, RoomEvent, TurnStart } from "#core/events.ts";
import type { Mode } from "#core/mode.ts";
import type { ModelProfile } from "#models/extract/extractor.ts";
import type { Model, ProjectView } from "#models/model.ts";
import { promptHash } from "#models/persona.ts";
import type { Ending as TurnEnding } from "#models/turn-ending.ts";
import type { DynamicTools } from "#tools/dynamic-tools.ts";
import { runWithTools, type Turn } from "../chat.ts";
import { openDynamicTools } from "./dynamic-tools.ts";
import { fileList, namedFiles } from "./file-list.ts";
import { effectsOf } from "./files.ts";
import type { Recall } from "./memory-text.ts";
import { withProgramRun } from "./program-tool.ts";
import type { ProjectTurn, RoomOptions } from "./room-options.ts";
import { withTableQuery } from "./table-tool.ts";
import type { TurnRecall } from "./turn-recall.ts";

export interface TurnSurroundings {
  readonly dynamic: DynamicTools | undefined;
  /** The files of the workspace, in words for a model. */
  readonly files: string | undefined;
  /** What the files hold that the line names. */
  readonly named: string | undefined;
  /** What the turn is told of the repository that it works on. */
  readonly project: ProjectView | undefined;
  /** Whether its prompt holds text of files. */
  readonly readsFiles: boolean;
}

type Place = Pick<RoomOptions, "registry" | "workspace" | "project" | "cleaner" | "tools">;

interface Beginning {
  /** The user's line that is answered. */
  readonly about: string;
  readonly signal: AbortSignal;
  readonly profile: ModelProfile;
  readonly model: Pick<Model, "promptTokens" | "persona">;
  /** The repository in the hands of the turn. */
  readonly turn: ProjectTurn | undefined;
  readonly emit: (event: RoomEvent) => Promise<void>;
}

export async function surroundingsOf(
  { registry, workspace, project, cleaner, tools }: Place,
  { about, signal, profile, model, turn, emit }: Beginning,
): Promise<TurnSurroundings> {
  const isShaped = profile.calls === "shape";
  // The map of a repository says more than the beginnings of its first files.
  const isRepository = project !== undefined;
  const isListed = isShaped && !isRepository;
  const most = Math.min(MOST_OPENED, model.promptTokens * OPENED_PER_TOKEN);
  const found = await openDynamicTools(registry, { about, signal, emit });
  const python = model.persona.tools.includes("python_run") ? tools.tool("python_run") : undefined;
  const place = { workspace, cleaner, python, isRepository };
  const asked = isShaped ? await withTableQuery(about, found, place) : undefined;
  // A question about data is answered as in a room of no repository: what is told of one is how files are changed.
  const isData = isRepository && asked !== undefined;
  const opened = isShaped && !isData ? await turn?.opened?.(most) : undefined;
  const runs = isListed ? await withProgramRun(about, found, place) : undefined;
  const dynamic = asked?.dynamic ?? runs ?? found;
  const files = isListed ? await fileList(workspace, cleaner) : undefined;
  // A model that sees what it is to ask counts in its head behind the answer, and tells of a program in place of its output.
  const isFirst = asked?.isFirst === true || runs !== undefined;
  const isNamed = isShaped && opened === undefined && !isFirst;
  const shown = isNamed ? await namedFiles(about, { ...place, asked }) : undefined;
  const named =
    [shown, asked?.about].filter((text) => text !== undefined).join("\n\n") || undefined;
  const readsFiles = turn !== undefined || files !== undefined || named !== undefined;
  return { dynamic, files, named, project: isData ? undefined : viewOf(turn, opened), readsFiles };
}

function viewOf(turn: ProjectTurn | undefined, opened: string | undefined) {
  return turn && { ...turn.view, opened };
}

/** Files of a repository that are shown to a small model, in characters: about 1,400 tokens. */
const MOST_OPENED = 5000;
/** A third of what a prompt may take. */
const OPENED_PER_TOKEN = 1.2;

interface Kept {
  readonly about: string;
  readonly project: ProjectTurn | undefined;
  /** In which the line was asked. */
  readonly mode: () => Mode;
  /** Notes that its prompt holds. */
  readonly recall: TurnRecall | undefined;
  /** Whether its prompt holds text of files. */
  readonly readsFiles: boolean;
}

/** Runs a turn; what it leaves comes before its end, so that the end is the last thing one hears of it. */
export async function* turnEvents(
  turn: Turn,
  place: Place,
  kept: Kept,
): AsyncGenerator<RoomEvent, void> {
  const texts: string[] = [];
  const revert = turn.startOver?.bind(turn);
  // What was said of a change that is reverted is not an answer: it is written into no file.
  const startOver = revert && (() => revert().then(() => void texts.splice(0)));
  for await (const event of runWithTools({ ...turn, startOver })) {
    if (event.type === "answer") texts.push(event.text);
    if (event.type === "turn-end") {
      const isComplete = event.reason === "complete";
      yield* keptOf(place, turn, { ...kept, texts, isComplete });
      if (isComplete) await kept.recall?.helped();
    }
    // The room is opened again, and others read the journal: they have to know it, too.
    const isMarked = event.type === "turn-start" && kept.readsFiles;
    yield isMarked ? { ...event, readsFiles: true } : event;
    if (event.type === "turn-start" && kept.recall !== undefined)
      yield recalled(event, kept.recall);
  }
}

function recalled({ turn, persona }: TurnStart, { ids }: Recall): NotesRecalled {
  return { type: "recall", turn, persona, ids };
}

interface Ended extends Kept {
  readonly texts: readonly string[];
  /** What its answers ask for is done. */
  readonly isComplete: boolean;
}

/** Writes the files of a turn's answers, and keeps what it changed in a repository. */
async function* keptOf(
  { workspace }: Place,
  { model: { name: model, persona } }: Turn,
  { about, project, mode, texts, isComplete }: Ended,
): AsyncGenerator<RoomEvent, void> {
  const said = { persona: persona.id, texts, mode: mode() };
  if (isComplete) yield* effectsOf(said, workspace);
  const text = await project?.keep({
    ...{ persona: persona.id, model, line: about },
    promptHash: promptHash(persona),
  });
  if (text !== undefined) yield { type: "notice", level: "info", text };
}

/** How a turn ends that could not be prepared, or failed on its way; every failure is the stop's once there was one. */
export function endingAfter(error: unknown, signal: AbortSignal): TurnEnding {
  if (signal.aborted) return { reason: "aborted" };
  if (error instanceof OrgError) return { reason: "error", why: explain(error), code: error.code };
  return { reason: "error", why: `org met a bug of its own: ${reasonOf(error)}`, code: "BUG" };
}

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
  /** The files of the workspace, as text for a model. */
  readonly files: string | undefined;
  /** What the files hold that the line names. */
  readonly named: string | undefined;
  /** What its prompt says of the repository that it works on. */
  readonly project: ProjectView | undefined;
  /** Whether its prompt holds text of files. */
  readonly readsFiles: boolean;
}

type SurroundingsContext = Pick<
  RoomOptions,
  "registry" | "workspace" | "project" | "cleaner" | "tools"
>;

interface Beginning {
  /** The user's line that is answered. */
  readonly about: string;
  readonly signal: AbortSignal;
  readonly profile: ModelProfile;
  readonly model: Pick<Model, "promptTokens" | "persona">;
  /** The repository while the turn works on it. */
  readonly turn: ProjectTurn | undefined;
  readonly emit: (event: RoomEvent) => Promise<void>;
}

export async function surroundingsOf(
  { registry, workspace, project, cleaner, tools }: SurroundingsContext,
  { about, signal, profile, model, turn, emit }: Beginning,
): Promise<TurnSurroundings> {
  const isShaped = profile.calls === "shape";
  // The map of a repository says more than the beginnings of its first files.
  const isRepository = project !== undefined;
  const isListed = isShaped && !isRepository;
  const most = Math.min(MOST_OPENED, model.promptTokens * OPENED_PER_TOKEN);
  const found = await openDynamicTools(registry, { about, signal, emit });
  const python = model.persona.tools.includes("python_run") ? tools.tool("python_run") : undefined;
  const context = { workspace, cleaner, python, isRepository };
  const tables = isShaped ? await withTableQuery(about, found, context) : undefined;
  // A question about data is answered as in a room of no repository: the text about a repository says how files are changed.
  const isData = isRepository && tables !== undefined;
  const opened = isShaped && !isData ? await turn?.opened?.(most) : undefined;
  const runs = isListed ? await withProgramRun(about, found, context) : undefined;
  const dynamic = tables?.dynamic ?? runs ?? found;
  const files = isListed ? await fileList(workspace, cleaner) : undefined;
  // A model that sees the tables counts in its head behind the answer, and describes a program instead of its output.
  const isFirst = tables?.isFirst === true || runs !== undefined;
  const isNamed = isShaped && opened === undefined && !isFirst;
  const namedText = isNamed ? await namedFiles(about, { ...context, tables }) : undefined;
  const named =
    [namedText, tables?.about].filter((text) => text !== undefined).join("\n\n") || undefined;
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

interface TurnFacts {
  readonly about: string;
  readonly project: ProjectTurn | undefined;
  /** Of the message. */
  readonly mode: () => Mode;
  /** Notes that its prompt holds. */
  readonly recall: TurnRecall | undefined;
  /** Whether its prompt holds text of files. */
  readonly readsFiles: boolean;
}

/** Runs a turn; what it writes comes before its end, so that the end is its last event. */
export async function* turnEvents(
  turn: Turn,
  context: SurroundingsContext,
  facts: TurnFacts,
): AsyncGenerator<RoomEvent, void> {
  const texts: string[] = [];
  const revert = turn.startOver?.bind(turn);
  // Text about a change that is reverted is not an answer: it is written into no file.
  const startOver = revert && (() => revert().then(() => void texts.splice(0)));
  for await (const event of runWithTools({ ...turn, startOver })) {
    if (event.type === "answer") texts.push(event.text);
    if (event.type === "turn-end") {
      const isComplete = event.reason === "complete";
      yield* persist(context, turn, { ...facts, texts, isComplete });
      if (isComplete) await facts.recall?.helped();
    }
    // Later processes and other readers of the journal need it, too.
    const isMarked = event.type === "turn-start" && facts.readsFiles;
    yield isMarked ? { ...event, readsFiles: true } : event;
    if (event.type === "turn-start" && facts.recall !== undefined)
      yield recalled(event, facts.recall);
  }
}

function recalled({ turn, persona }: TurnStart, { ids }: Recall): NotesRecalled {
  return { type: "recall", turn, persona, ids };
}

interface Ended extends TurnFacts {
  readonly texts: readonly string[];
  /** What its answers ask for is done. */
  readonly isComplete: boolean;
}

/** Writes the files of a turn's answers, and commits what it changed in a repository. */
async function* persist(
  { workspace }: SurroundingsContext,
  { model: { name: model, persona } }: Turn,
  { about, project, mode, texts, isComplete }: Ended,
): AsyncGenerator<RoomEvent, void> {
  const output = { persona: persona.id, texts, mode: mode() };
  if (isComplete) yield* effectsOf(output, workspace);
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

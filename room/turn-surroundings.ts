/** What a turn finds when it begins, and what is done with what it leaves. */
import type { RoomEvent } from "#core/events.ts";
import type { Mode } from "#core/mode.ts";
import type { ModelProfile } from "#models/extract/extractor.ts";
import type { ToolShelf } from "#tools/tool-shelf.ts";
import { fileList, namedFiles } from "./file-list.ts";
import { effectsOf } from "./files.ts";
import type { ProjectTurn, RoomOptions } from "./room-options.ts";
import { openShelf } from "./shelf.ts";

export interface TurnSurroundings {
  readonly shelf: ToolShelf | undefined;
  /** The files of the workspace, in words for a model. */
  readonly files: string | undefined;
  /** What the files hold that the line names. */
  readonly named: string | undefined;
}

type Place = Pick<RoomOptions, "registry" | "workspace" | "project" | "cleaner">;

interface Beginning {
  /** The user's line that is answered. */
  readonly about: string;
  readonly signal: AbortSignal;
  readonly profile: ModelProfile;
  readonly emit: (event: RoomEvent) => Promise<void>;
}

export async function surroundingsOf(
  { registry, workspace, project, cleaner }: Place,
  { about, signal, profile, emit }: Beginning,
): Promise<TurnSurroundings> {
  const isShaped = profile.calls === "shape";
  // The map of a repository says more than the beginnings of its first files.
  const isListed = isShaped && project === undefined;
  return {
    shelf: await openShelf(registry, { about, signal, emit }),
    files: isListed ? await fileList(workspace, cleaner) : undefined,
    named: isShaped ? await namedFiles(about, workspace, cleaner) : undefined,
  };
}

interface Ending {
  readonly persona: string;
  readonly model: string;
  readonly about: string;
  readonly texts: readonly string[];
  readonly project: ProjectTurn | undefined;
  /** What its answers ask for is done. */
  readonly isComplete: boolean;
  readonly mode: Mode;
}

/** Writes the files of a turn's answers, and keeps what it changed in a repository. */
export async function* keptOf(
  { workspace }: Place,
  { persona, model, about, texts, project, isComplete, mode }: Ending,
): AsyncGenerator<RoomEvent, void> {
  if (isComplete) yield* effectsOf({ persona, texts, mode }, workspace);
  const text = await project?.keep({ persona, model, line: about });
  if (text !== undefined) yield { type: "notice", level: "info", text };
}

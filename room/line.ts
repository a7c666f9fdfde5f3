/** A line of the human, and how it is to be answered. */
import { explain, OrgError } from "#core/errors.ts";
import type { HumanMessage, RoomEvent } from "#core/events.ts";
import { readTags } from "#core/tags.ts";
import { writeFileTags } from "./files.ts";
import type { Job, JobOptions } from "./job-queue.ts";
import type { Consent } from "./permissions.ts";
import type { RoomOptions } from "./room-options.ts";

/** A line of the human that is being answered. */
export interface Line extends Job {
  readonly message: HumanMessage;
  /** The addressed personas speak at the same time. */
  readonly together: boolean;
  readonly consent: Consent;
}

/** How a line of the human is to be answered. */
export interface AnswerOptions extends JobOptions {
  /** What becomes of questions for an approval. @default "ask" */
  readonly consent?: Consent | undefined;
}

export interface SayOptions extends AnswerOptions {
  /** A mode for this line only. */
  readonly mode?: string | undefined;
  /** Of the line: sent again, it is answered only by the personas that have not answered it. @default a new one */
  readonly id?: string | undefined;
}

/**
 * Writes the files of a line into the repository that the room works on, once no turn works on it. What keeps them from
 * being written is reported, and the line is answered all the same.
 *
 * @returns false when the line was stopped before.
 */
export async function receiveFiles(
  { project, workspace }: Pick<RoomOptions, "project" | "workspace">,
  { message: { text }, signal }: Line,
  emit: (event: RoomEvent) => Promise<void>,
): Promise<boolean> {
  const { files } = readTags(text);
  if (project === undefined || files.length === 0) return true;
  const write = async () => {
    for await (const event of writeFileTags(files, "user", workspace)) await emit(event);
  };
  try {
    const notice = await project.receive(text, write, signal);
    if (notice !== undefined) await emit({ type: "notice", level: "info", text: notice });
  } catch (error) {
    if (signal.aborted) return false;
    if (!(error instanceof OrgError)) throw error;
    await emit({ type: "notice", level: "error", text: explain(error), code: error.code });
  }
  return true;
}

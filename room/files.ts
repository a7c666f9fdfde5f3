import { explain, OrgError } from "#core/errors.ts";
import type { FileWritten, Notice } from "#core/events.ts";
import type { Mode } from "#core/mode.ts";
import { type FileTag, readTags } from "#core/tags.ts";
import type { Workspace, WrittenFile } from "./workspace.ts";

/** Writes the `##file:` blocks of a text. A notice names a file that cannot be written; the others are written. */
export async function* writeFileTags(
  files: readonly FileTag[],
  by: string,
  workspace: Workspace,
): AsyncGenerator<FileWritten | Notice, void> {
  for (const { path, content } of files) {
    yield await attempt(by, () => workspace.write(path, content));
  }
}

/** The answers of a finished turn, and the mode of its message. */
interface TurnOutput {
  readonly persona: string;
  readonly texts: readonly string[];
  readonly mode: Mode;
}

/** What a finished turn changes outside of the room. Each answer is read by itself: a file ends with it. */
export async function* effectsOf(
  { persona, texts, mode }: TurnOutput,
  workspace: Workspace,
): AsyncGenerator<FileWritten | Notice, void> {
  for (const text of texts) yield* writeFileTags(readTags(text).files, persona, workspace);
  // A reply that only calls a tool has no text.
  const text = texts.filter((one) => one.trim() !== "").join("\n\n");
  yield* keepInFile(mode, { persona, text }, workspace);
}

/** In the mode `file:<path>`, adds an answer to that file. */
async function* keepInFile(
  mode: Mode,
  answer: { readonly persona: string; readonly text: string },
  workspace: Workspace,
): AsyncGenerator<FileWritten | Notice, void> {
  if (mode.kind !== "file" || answer.text.trim() === "") return;
  const text = `${answer.text.trimEnd()}\n`;
  yield await attempt(answer.persona, () => workspace.append(mode.path, text));
}

/**
 * Demands that the file of the mode `file:<path>` can be one: else the user would hear of it at each answer.
 *
 * @throws {OrgError} `PATH_REFUSED` for a path outside the workspace, through a link, or of a folder.
 */
export async function demandFile(
  mode: Mode,
  workspace: Workspace,
  unchanged: string,
): Promise<void> {
  if (mode.kind !== "file") return;
  try {
    await workspace.read(mode.path, 1);
  } catch (error) {
    if (!(error instanceof OrgError)) throw error;
    const { message, code, why = "" } = error;
    const remedies = ["/mode file:notes.md", "/mode group"];
    throw new OrgError(message, { code, why, remedies, unchanged, cause: error });
  }
}

async function attempt(
  by: string,
  write: () => Promise<WrittenFile>,
): Promise<FileWritten | Notice> {
  try {
    const { path, bytes } = await write();
    return { type: "file", path, bytes, by };
  } catch (error) {
    if (!(error instanceof OrgError)) throw error;
    const { code } = error;
    return { type: "notice", level: "error", text: explain(error), persona: by, code };
  }
}

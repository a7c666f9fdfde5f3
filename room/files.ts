import { explain, OrgError } from "#core/errors.ts";
import type { FileWritten, Notice } from "#core/events.ts";
import type { Mode } from "#core/mode.ts";
import type { FileTag } from "#core/tags.ts";
import type { Workspace, WrittenFile } from "#room/workspace.ts";

/** Writes the `##file:` blocks of a text. A file that cannot be written is said, and the others are written. */
export async function* writeFileTags(
  files: readonly FileTag[],
  by: string,
  workspace: Workspace,
): AsyncGenerator<FileWritten | Notice, void> {
  for (const { path, content } of files) {
    yield await attempt(by, () => workspace.write(path, content));
  }
}

/** In the mode `file:<path>`, adds an answer to that file. */
export async function* keepInFile(
  mode: Mode,
  answer: { readonly persona: string; readonly text: string },
  workspace: Workspace,
): AsyncGenerator<FileWritten | Notice, void> {
  if (mode.kind !== "file" || answer.text.trim() === "") return;
  const text = `${answer.text.trimEnd()}\n`;
  yield await attempt(answer.persona, () => workspace.append(mode.path, text));
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

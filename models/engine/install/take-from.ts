/** Takes a file from where a person says it is. */
import { stat } from "node:fs/promises";
import { OrgError, reasonOf } from "#core/errors.ts";
import { filePieces } from "#platform/files.ts";
import type { VerifiedFile } from "#platform/verified-file.ts";
import { download } from "../../http/download.ts";
import type { InstallContext } from "./progress.ts";

/**
 * @param from an http address, behind whose bytes that are there it goes on, or a file.
 * @throws {OrgError} `DOWNLOAD_FAILED`, `INPUT_MISSING`, `FILE_FAILED`.
 */
export async function takeFrom(
  from: string,
  file: VerifiedFile,
  context: InstallContext,
): Promise<void> {
  const { onStep, signal } = context;
  if (!/^https?:\/\//i.test(from)) return await takeFile(from, file, context);
  const onProgress = (bytes: number, total: number | undefined): void =>
    onStep({ part: "model", text: "fetching", bytes, total });
  await download({ url: from, file, onProgress }, signal);
}

async function takeFile(
  from: string,
  file: VerifiedFile,
  { onStep, signal }: InstallContext,
): Promise<void> {
  await file.restart();
  try {
    const { size: total } = await stat(from);
    for await (const bytes of filePieces(from, 1024 * 1024)) {
      signal.throwIfAborted();
      await file.append(bytes);
      onStep({ part: "model", text: "copying", bytes: file.size, total });
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof OrgError) throw error;
    throw new OrgError(`Could not read "${from}"`, {
      code: "INPUT_MISSING",
      why: reasonOf(error),
      remedies: ["give --from a file that can be read, or an http address"],
      unchanged: "Nothing was installed.",
      cause: error,
    });
  }
}

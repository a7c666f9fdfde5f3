/** What was asked, answered and decided in one run: JSON lines that survive a crash. */
import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { jsonLine } from "#core/text/json-line.ts";
import { fileFailed, syncFolder } from "#platform/files.ts";

export interface RunLog extends AsyncDisposable {
  /** Id of the run. */
  readonly run: string;
  readonly path: string;
  /** On disk when it resolves. @throws {OrgError} `FILE_FAILED` when the system refuses. */
  write(record: object): Promise<void>;
}

/** @throws {OrgError} `FILE_FAILED` when the system refuses. */
export async function openRunLog(path: string, run: string): Promise<RunLog> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(path, "ax", 0o600);
    await syncFolder(dirname(path));
    return {
      run,
      path,
      write: async (record) => {
        try {
          await file.appendFile(jsonLine({ at: new Date().toISOString(), ...record }));
          await file.datasync();
        } catch (error) {
          throw fileFailed(path, error);
        }
      },
      [Symbol.asyncDispose]: () => file.close(),
    };
  } catch (error) {
    throw fileFailed(path, error);
  }
}

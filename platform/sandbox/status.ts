import { z } from "zod";

/** What bubblewrap says of the program that it started. */
export interface Status {
  /**
   * The program's exit code, 128 + n when signal n ended it. Undefined when the program never began:
   * only then did the set-up of the sandbox fail.
   */
  readonly exitCode: number | undefined;
}

// One document a line: first the process id of the sandbox's init, with namespace ids, then the exit code.
const documentSchema = z.object({
  "child-pid": z.number().int().positive().optional(),
  "exit-code": z.number().int().optional(),
});

/**
 * Reads bubblewrap's `--json-status-fd` to its end.
 *
 * @param onInit called with the process id (of the host) of the sandbox's init, before the program begins.
 */
export async function readStatus(fd: number, onInit: (pid: number) => void): Promise<Status> {
  const decoder = new TextDecoder();
  let rest = "";
  let exitCode: number | undefined;
  for await (const chunk of Bun.file(fd).stream()) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const document = documentSchema.parse(JSON.parse(line));
      if (document["child-pid"] !== undefined) onInit(document["child-pid"]);
      exitCode = document["exit-code"] ?? exitCode;
    }
  }
  return { exitCode };
}

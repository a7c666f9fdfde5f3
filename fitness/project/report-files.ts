/**
 * Files in which runners report their tests, out of a sandbox that is gone with the run.
 *
 * Behind the command, in the same sandbox, a shell prints the files that the run wrote and that look like reports of
 * JUnit, packed, as one line behind a mark. A program that is tested can write such a file, and such a line: they are worth
 * as much as what it prints, and less, see `compare-runs.ts`. A file that the tree brought along is older than the run.
 */
import { randomUUID } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { WORKSPACE } from "#platform/sandbox/working-copy.ts";

/** Most bytes of all files of one run. */
const MOST_BYTES = 32 * 1024 * 1024;
/** Most bytes that they take in what is printed. */
export const REPORT_OUTPUT_BYTES: number = 8 * 1024 * 1024;
const END = "end";

// Another file system is another bind: what lies in node_modules and the like is the user's, and no report of this run.
// Few programs for any number of files: each start takes milliseconds in a sandbox.
const COLLECT = String.raw`began=$1 mark=$2
shift 2
"$@"
code=$?
{
printf '%s\n' "$mark"
find ${WORKSPACE} /tmp -xdev -type f -name '*.xml' -newermt "@$began" -print0 |
  sort -z | xargs -0 -r grep -lZ '<testsuite' |
  xargs -0 -r awk -v mark="$mark" 'FNR == 1 { print mark } 1' | gzip -c | base64 -w 0
printf '\n%s\n' ${END}
} 2>/dev/null | head -c ${REPORT_OUTPUT_BYTES}
exit "$code"`;

/** What was read behind a command. */
export interface ReportFiles {
  /** The text of each. */
  readonly texts: readonly string[];
  /** One clause for each thing that is wrong. */
  readonly doubts: readonly string[];
}

/** Takes the reports out of what one run prints. */
export class ReportCollector {
  // Its first character is in no text that people read.
  readonly #mark: string = `\u0001${randomUUID()}`;
  /** The end of what was printed, which may begin the mark; nothing once the mark came. */
  #held: string | undefined = "";

  /** The arguments that run a command and print its reports. @param beganMs when the run began: what is older is not a report of it. */
  wrap(command: readonly string[], beganMs: number): readonly string[] {
    // The clock of files is behind the other one by some milliseconds, never before it.
    const began = ((Math.floor(beganMs) + 1) / 1000).toFixed(3);
    return ["/bin/sh", "-c", COLLECT, "check", began, this.#mark, ...command];
  }

  /** @param text some of the standard output, as it came. @returns what of it the command printed, for people. */
  printed(text: string): string {
    if (this.#held === undefined) return "";
    const all = this.#held + text;
    const start = all.indexOf(this.#mark);
    const end = start >= 0 ? start : all.length - beginningAtEnd(all, this.#mark);
    this.#held = start >= 0 ? undefined : all.slice(end);
    return all.slice(0, end);
  }

  /** @param stdout the whole of it. @returns what the command printed, and its reports. */
  split(stdout: string): { readonly stdout: string; readonly reports: ReportFiles } {
    // The mark stands in the arguments of the shell, where the command can read it; the shell prints it last.
    const start = stdout.lastIndexOf(this.#mark);
    if (start < 0) return { stdout, reports: { texts: [], doubts: [] } };
    const [, packed = "", end] = stdout.slice(start).split("\n");
    const reports = end === END ? unpack(packed, this.#mark) : TOO_MANY;
    const isImitated = stdout.indexOf(this.#mark) < start;
    const doubts = [...reports.doubts, ...(isImitated ? [IMITATED] : [])];
    return { stdout: stdout.slice(0, start), reports: { ...reports, doubts } };
  }
}

const IMITATED = "it imitates the end that report files stand behind";

/** How many characters at the end of a text may be the beginning of the mark, which can come in parts. */
function beginningAtEnd(text: string, mark: string): number {
  const start = text.lastIndexOf(mark.slice(0, 1));
  return start >= 0 && mark.startsWith(text.slice(start)) ? text.length - start : 0;
}

const TOO_MANY: ReportFiles = {
  texts: [],
  doubts: [`its report files are larger than ${MOST_BYTES / 1024 ** 2} MiB, so none was read`],
};

function unpack(packed: string, mark: string): ReportFiles {
  try {
    const bytes = gunzipSync(Buffer.from(packed, "base64"), { maxOutputLength: MOST_BYTES });
    const [, ...texts] = new TextDecoder().decode(bytes).split(`${mark}\n`);
    return { texts, doubts: [] };
  } catch {
    return TOO_MANY;
  }
}

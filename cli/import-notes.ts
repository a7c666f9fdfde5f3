/** `org memory import FILE`: notes of a file, each of which waits for the user's word. */
import { stat } from "node:fs/promises";
import { EXIT } from "#core/error-codes.ts";
import { OrgError } from "#core/errors.ts";
import { isFields, parseJson } from "#core/json.ts";
import { NOTE_KINDS, type NoteKind } from "#core/memory.ts";
import { loadText } from "#platform/files.ts";
import { noteName } from "#room/memory-text.ts";
import type { MemoryAnswer } from "#server/socket/memory-service.ts";
import { CleanPrinter } from "./clean-printer.ts";
import type { CommandLine } from "./command-spec.ts";
import type { MemoryDeps } from "./memory-command.ts";

const MOST_BYTES = 1024 * 1024;
/** As many as anyone but the user saves in a day. */
const MOST_NOTES = 100;

/** A note as a file has it: what else the file says of it, such as how far it is trusted, is not read. */
interface FileNote {
  /** From 1. */
  readonly row: number;
  readonly text: string;
  readonly kind: NoteKind;
}

/**
 * A file is foreign: whatever it says of itself, its notes are untrusted, no persona finds them, and they replace nothing until the
 * user trusts them one by one.
 *
 * @returns 0, or 1 when one of them was refused.
 * @throws {OrgError} `USAGE`, `INPUT_INVALID` for a file without notes or that is too large; nothing is kept then.
 */
export async function importNotes(
  { operands: [, path, extra], options }: Pick<CommandLine, "operands" | "options">,
  deps: Pick<MemoryDeps, "memory" | "cleaner" | "output" | "signal">,
): Promise<number> {
  if (path === undefined || extra !== undefined) throw usage();
  const notes = readNotes(await textOf(path));
  demandCount(path, notes.length);
  const print = new ImportPrinter(deps, options.has("json"));
  let refused = 0;
  for (const { row, text, kind } of notes) {
    try {
      print.saved(row, await deps.memory({ kind: "import", draft: { text, kind } }, deps.signal));
    } catch (error) {
      if (!(error instanceof OrgError)) throw error;
      refused += 1;
      print.refused(row, error);
    }
  }
  print.end();
  return refused === 0 ? EXIT.done : EXIT.failed;
}

class ImportPrinter extends CleanPrinter {
  saved(row: number, { notes: [note], outcome }: MemoryAnswer): void {
    if (note === undefined) throw new Error("A note without an outcome");
    const what = outcome === "staged" ? "waits for your review" : "says this already";
    if (this.isJson) this.json({ row, outcome, note });
    else this.write(`${noteName(note.id)} ${what}`);
  }

  /** What the row says is not repeated: it may be a secret. */
  refused(row: number, { code, message }: OrgError): void {
    if (this.isJson) this.json({ row, refused: code, why: message });
    else this.write(`row ${row} was not kept: ${message}`);
  }

  end(): void {
    this.say("→ org memory review shows what waits; org memory trust mN makes one count as yours");
  }
}

function demandCount(path: string, count: number): void {
  if (count === 0) {
    throw unreadable(path, "it has no line of JSON with a text, and no row that begins with -");
  }
  if (count <= MOST_NOTES) return;
  throw unreadable(path, `it has ${count} notes; at most ${MOST_NOTES} are taken`);
}

/** @param text lines of JSON, as `org memory export --json` writes, or a page, as with `--md`: rows that begin with `-`. */
function readNotes(text: string): readonly FileNote[] {
  let kind: NoteKind = "fact";
  return text.split("\n").flatMap((line, index): readonly FileNote[] => {
    const row = index + 1;
    const title = /^#+ +(fact|procedure|insight)s?\s*$/i.exec(line)?.[1]?.toLowerCase();
    kind = NOTE_KINDS.find((one) => one === title) ?? kind;
    const json = line.trimStart().startsWith("{") ? parseJson(line) : undefined;
    if (isFields(json)) {
      const { text: noteText, kind: noteKind } = json;
      if (typeof noteText !== "string") return [];
      return [{ row, text: noteText, kind: NOTE_KINDS.find((one) => one === noteKind) ?? "fact" }];
    }
    const item = /^\s*[-*] +(?<said>\S.*?)(?: +\(m\d{1,9}\))?\s*$/.exec(line)?.groups?.["said"];
    return item === undefined ? [] : [{ row, text: item, kind }];
  });
}

async function textOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) throw unreadable(path, "it is not a file that can be read");
  if (found.size > MOST_BYTES)
    throw unreadable(path, `it has ${found.size} bytes; at most ${MOST_BYTES} are taken`);
  return await loadText(path);
}

function unreadable(path: string, why: string): OrgError {
  return new OrgError(`No note was taken from "${path.slice(0, 200)}"`, {
    code: "INPUT_INVALID",
    why,
    remedies: ["org memory export --json > notes.ndjson", "org help memory"],
    unchanged: "Nothing was kept.",
  });
}

function usage(): OrgError {
  return new OrgError("Which file?", {
    code: "USAGE",
    remedies: ["org memory import notes.md"],
    unchanged: "Nothing was kept.",
  });
}

/** Files that a line asks to change and a turn has not: a small model changes one and says that it is done. */
import { fieldsOf } from "#core/json.ts";
import { EDITS } from "./change-check.ts";
import type { ChatMessage } from "./provider.ts";

/** How a file that is shown to the letter is headed in a prompt. */
const FILE_HEADS = /^\(the file (?<path>\S+)\)$/gm;
/** Of a file in such a sentence it is said that it stays. */
const STAYS = /\b(?:leave|leaves|alone|stays?|not|no|nothing|don't|without|only)\b/i;

/**
 * @param asked the line of the user.
 * @param opened the files that are shown behind it.
 * @param current the turn so far.
 * @returns paths of files that the line names, with or without their folder, and that no step has written.
 */
export function leftToChange(
  asked: string,
  opened: string,
  current: readonly ChatMessage[],
): readonly string[] {
  const sentences = asked.split(/(?<=[.;!?])\s+/).filter((sentence) => !STAYS.test(sentence));
  const written = new Set(
    current
      .flatMap((message) => (message.role === "assistant" ? (message.calls ?? []) : []))
      .filter(({ name }) => EDITS.has(name))
      .map((call) => String(fieldsOf(call.arguments)["path"] ?? "").replace(/^\.\//, "")),
  );
  return [...opened.matchAll(FILE_HEADS)]
    .map(({ groups }) => groups?.["path"] ?? "")
    .filter((path) => !written.has(path) && sentences.some((one) => namesFile(one, path)));
}

/** "the README" is README.md. */
function namesFile(sentence: string, path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const names = [name, ...(/^[A-Z]+\./.test(name) ? [name.slice(0, name.indexOf("."))] : [])];
  return names.some((one) =>
    new RegExp(`(?<![\\w-])${RegExp.escape(one)}(?![\\w-]|\\.\\w)`).test(sentence),
  );
}

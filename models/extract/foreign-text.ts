/** External text as it stands in a prompt: files, results of tools, pages, summaries, other personas. */
import { foldName } from "#core/fold-name.ts";
import { neutralise } from "./neutralise.ts";

/** Stands before each line that would read like one of the room. */
const MARK = "| ";

/** Who speaks in prompts and templates, whatever the room. */
const SPEAKERS: readonly string[] = [
  ...["user", "system", "assistant", "developer", "human", "tool", "ai", "bot"],
  ...["agent", "python", "toolsmith"],
];

const ENDS = "\\n\\r\\v\\f\\u0085\\u2028\\u2029";
const START = `(?<=^|[${ENDS}])`;
/** White space that ends no line. */
const BLANK = `[^\\S${ENDS}]`;
/** A quotation, a list, a heading, a time, brackets: whatever may stand around a name, letters and line ends aside. */
const AROUND = `[^\\p{L}${ENDS}]`;
const NAME = "\\p{L}[\\p{L}\\p{M}\\p{N}_\\u200b-]{0,31}";
const COLON = "[:\\uff1a\\ufe55\\u2236\\ufe13\\ua789\\u02d0]";
/** A remark behind a name, as in `user (by mail):`. */
const REMARK = `\\([^()${ENDS}]{0,32}\\)${BLANK}{0,4}`;
const LINE = new RegExp(
  `${START}(?=(${AROUND}{0,64})(${NAME})(?:(?!${COLON})${AROUND}){0,16}(?:${REMARK})?${COLON}([^${ENDS}]{0,16}))`,
  "gu",
);
/** The labels with which a prompt marks files, summaries and calls. */
const FRAME = new RegExp(
  `${START}(?=${BLANK}{0,16}(?:[(\\uff08]${BLANK}{0,4}(?:end of |the file |what was said |your last answer |\\S{1,64} (?:answers[)\\uff09]|gave:|called ))|what was noted earlier\\b|(?:the notes so far|what was said(?: then)?|result|a step with \\S{1,64} failed):${BLANK}{0,16}(?:$|[${ENDS}])))`,
  "giu",
);
/** A member of a JSON object is not a participant's line. */
const MEMBER_END = /^\s*(?:["{[\d-]|true\b|false\b|null\b|$)/;

/**
 * The one way of foreign text into a prompt: its markup is inert, and no line of it reads like one that another speaker
 * said or that the room itself adds. Every other line stays as it is, and rendering twice changes nothing.
 *
 * @param names who else speaks in the room.
 */
export function foreignText(text: string, names: readonly string[] = []): string {
  const speakers = new Set([...SPEAKERS, ...names].map(foldName));
  return neutralise(text)
    .replace(LINE, (...[, before = "", name = "", after = ""]: string[]) => {
      if (before.endsWith('"') && !before.includes(MARK) && MEMBER_END.test(after)) return "";
      return before.startsWith(MARK) || !speakers.has(nameIn(name)) ? "" : MARK;
    })
    .replace(FRAME, MARK);
}

function nameIn(written: string): string {
  return foldName(written.replaceAll("\u200b", "")).replace(/[_-]+$/, "");
}

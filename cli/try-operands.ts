/** `org project try 3 TASK`, as `/try 3 TASK` in a room: the number is that of `--count`; and what else takes two. */

import { OrgError } from "#core/errors.ts";
import { echoed } from "#core/text/echoed.ts";
import type { CommandLine } from "./command-spec.ts";

/**
 * @param line of `org project`, which takes one operand behind its action, and two behind `try` and `cand show`.
 * @returns the line with at most one, but for `cand show`.
 * @throws {OrgError} `USAGE` where there is another one.
 */
export function withCountOption(line: CommandLine): CommandLine {
  const { operands, options } = line;
  const [action = "", count = "", task, ...others] = operands;
  const isShow = action === "cand" && count === "show" && others.length === 0;
  if (task === undefined || isShow) return line;
  if (action !== "try" || others.length > 0 || options.has("count") || !/^\d+$/.test(count)) {
    throw new OrgError(`Unexpected argument ${echoed(others[0] ?? task)}`, {
      code: "USAGE",
      why: `${action} takes at most ${action === "try" ? "a number and a task" : "one"}; a text with spaces needs quotes`,
      remedies: ['org project try 3 "TASK"', "org help project"],
      unchanged: "Nothing was done.",
    });
  }
  return { ...line, operands: [action, task], options: new Map([...options, ["count", count]]) };
}

import { EXIT } from "#core/error-codes.ts";
import { OrgError, reasonOf } from "#core/errors.ts";
import { echoed } from "#core/text/echoed.ts";
import { shellWord } from "#core/text/shell-word.ts";
import type { Output } from "#ui/output.ts";

/** Makes one output line of one parsed input line. @throws {Error} saying what is wrong with it. */
export type LineFilter = (record: unknown) => unknown;

/**
 * Reads JSON lines, writes JSON lines: one out for one in, as soon as it is there.
 *
 * @throws {OrgError} `INPUT_INVALID` naming the first line that cannot be used.
 */
export async function runLineFilter(
  lines: AsyncIterable<string>,
  filter: LineFilter,
  output: Output,
): Promise<number> {
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line.trim() === "") continue;
    output.write(`${JSON.stringify(filtered(line, number, filter))}\n`);
  }
  return EXIT.done;
}

function filtered(line: string, number: number, filter: LineFilter): unknown {
  try {
    return filter(JSON.parse(line));
  } catch (cause) {
    throw new OrgError(`Line ${number} of the input cannot be used`, {
      code: "INPUT_INVALID",
      why: reasonOf(cause),
      remedies: ["org help debug"],
      unchanged: `The ${number - 1} lines before it were written.`,
      cause,
    });
  }
}

/** The failure of asking for something else than there is. */
export function unknownTopic(topic: string | undefined): OrgError {
  const message = topic === undefined ? "Debug what?" : `There is no ${echoed(topic)} to look at`;
  return new OrgError(message, {
    code: "USAGE",
    why: "the topics are extract, search",
    remedies: ["org debug extract < said.jsonl", "org debug search < asked.jsonl"],
    unchanged: "Nothing was done.",
  });
}

/** A JSON file given by name. @throws {OrgError} `INPUT_MISSING` or `INPUT_INVALID`. */
export async function readJsonFile(path: string): Promise<unknown> {
  const fail = (code: "INPUT_MISSING" | "INPUT_INVALID", cause: unknown) =>
    new OrgError(`The file "${path}" cannot be used`, {
      code,
      why: reasonOf(cause),
      remedies: [`ls -l ${shellWord(path)}`],
      unchanged: "Nothing was done.",
      cause,
    });
  const text = await Bun.file(path)
    .text()
    .catch((cause: unknown) => {
      throw fail("INPUT_MISSING", cause);
    });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw fail("INPUT_INVALID", cause);
  }
}

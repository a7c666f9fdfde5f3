/** Cases that no maker of a candidate has seen; only a human adds to them, and they only grow. */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { parseJson } from "#core/json.ts";
import { readTextFile, writeFileAtomically } from "#platform/files.ts";
import { casesSchema, type ToolCase } from "#tools/contract/cases.ts";
import { TOOL_NAME } from "#tools/contract/spec.ts";

/**
 * @param folder with a file for each tool.
 * @returns the cases of a tool by its name; none where there is no file.
 * @throws {OrgError} `INPUT_INVALID` when a file is not a list of cases: a gate that forgets cases is none.
 */
export function hiddenCases(folder: string): (tool: string) => readonly ToolCase[] {
  return (tool) => {
    if (!TOOL_NAME.test(tool)) return [];
    const path = join(folder, `${tool}.json`);
    const text = readIfThere(path);
    if (text === undefined) return [];
    const parsed = casesSchema.safeParse(parseJson(text));
    if (parsed.success) return parsed.data.cases;
    throw new OrgError(`The hidden cases of "${tool}" cannot be read`, {
      code: "INPUT_INVALID",
      why: `${path} is not a list of cases.`,
      remedies: [`mend or remove ${path}`],
      unchanged: "No verdict was given.",
    });
  };
}

/** @throws {OrgError} `INPUT_INVALID`, `FILE_FAILED`; nothing was added then. */
export async function addHiddenCase(folder: string, tool: string, one: ToolCase): Promise<number> {
  if (!TOOL_NAME.test(tool)) throw noTool(tool);
  const cases = [...hiddenCases(folder)(tool), one];
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  await writeFileAtomically(
    join(folder, `${tool}.json`),
    `${JSON.stringify({ cases }, null, 2)}\n`,
  );
  return cases.length;
}

function readIfThere(path: string): string | undefined {
  try {
    return readTextFile(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function noTool(name: string): OrgError {
  return new OrgError(`${JSON.stringify(name.slice(0, 80))} is not a name of a tool`, {
    code: "INPUT_INVALID",
    why: "A tool is named by small letters, digits and single hyphens.",
    remedies: ["org tools list"],
    unchanged: "Nothing was added.",
  });
}

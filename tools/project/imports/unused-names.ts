/** What a file of tests imports of the repository and never uses: a small model copies another file of tests, and tests that. */
import { languageOf } from "../symbols.ts";
import { pythonNames } from "./python-imports.ts";
import { IS_TEST, scriptNames } from "./script-imports.ts";
import { hasName } from "./used-names.ts";

/**
 * @param text a new file.
 * @returns the names, in their order; none for a file that holds no tests, or that uses one of them.
 */
export function untestedNames(path: string, text: string): readonly string[] {
  const language = languageOf(path);
  if (!IS_TEST.test(path) || !(language === "script" || language === "python")) return [];
  const names = language === "script" ? scriptNames(text) : pythonNames(text);
  const rest = text
    .split("\n")
    .filter((line) => !/^(?:import|from)\b/.test(line))
    .join("\n");
  return names.filter((name) => !hasName(rest, name));
}

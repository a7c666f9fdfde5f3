/** What a file of tests imports of the repository and never uses: a small model copies another file of tests, and tests that. */
import { languageOf } from "../symbols.ts";
import { walkCopy } from "../walk.ts";
import { pythonNames } from "./python-imports.ts";
import { IS_TEST, scriptNames } from "./script-imports.ts";
import { hasName } from "./used-names.ts";

/** In a larger project it is not known what belongs to it. */
const MOST_FILES = 2000;
const HOLDS_TESTS = /\b(?:test|it|describe)\b|\bdef test|TestCase\b/;
/** They import what other files of tests take from them. */
const HANDS_ON = /(?:^|\/)(?:__init__|conftest)\.py$/;

/**
 * @param copy absolute path of the repository's copy.
 * @param text a new file.
 * @returns the names, in their order; none for a file that holds no tests.
 */
export function untestedNames(copy: string, path: string, text: string): readonly string[] {
  const language = languageOf(path);
  if (!(IS_TEST.test(path) && HOLDS_TESTS.test(text)) || HANDS_ON.test(path)) return [];
  if (!(language === "script" || language === "python")) return [];
  const names = language === "script" ? scriptNames(text) : pythonNames(text, filesOf(copy));
  const rest = text
    .split("\n")
    .filter((line) => !/^(?:import|from)\b/.test(line))
    .join("\n");
  return names.filter((name) => !hasName(rest, name));
}

function filesOf(copy: string): readonly string[] {
  const paths: string[] = [];
  for (const { path } of walkCopy(copy, "")) {
    paths.push(path);
    if (paths.length > MOST_FILES) return [];
  }
  return paths.filter((path) => languageOf(path) === "python");
}

import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import { helpersOf, isHelperName } from "#tools/contract/tool-modules.ts";
import type { Finding } from "../finding.ts";

export type Language = "ts" | "python";

/** The file of each language that is the tool, and the one that holds its tests. */
export const FILES_OF: Readonly<
  Record<Language, { readonly tool: string; readonly test: string }>
> = {
  ts: { tool: "tool.ts", test: "tool.test.ts" },
  python: { tool: "tool.py", test: "test_tool.py" },
};

const KIB = 1024;
/** A tool is small: what needs more modules is several tools. */
const MOST_HELPERS = 4;
const HELPER_BYTES = 64 * KIB;
/** Largest size in bytes of each file; none but these, and modules beside `tool.ts`, may be there. */
const LARGEST: Readonly<Record<string, number>> = {
  "spec.json": 64 * KIB,
  "tool.ts": 64 * KIB,
  "tool.py": 64 * KIB,
  "cases.json": 256 * KIB,
  "tool.test.ts": 128 * KIB,
  "test_tool.py": 128 * KIB,
  "README.md": 64 * KIB,
};

/** Which language the files are of, or `undefined` when that is not clear. */
export function languageOf({ files }: ToolFolder): Language | undefined {
  const [isTypeScript, isPython] = [files.has("tool.ts"), files.has("tool.py")];
  if (isTypeScript === isPython) return undefined;
  return isPython ? "python" : "ts";
}

/** Looks at names and sizes of files, not into them. */
export function checkFileNames(folder: ToolFolder): Finding[] {
  const { files } = folder;
  const found = [...files].flatMap(([file, text]) => refusal(file, text) ?? []);
  const missing = ["spec.json", "cases.json"].filter((file) => !files.has(file));
  found.push(...missing.map((file) => ({ file, message: "is missing" })));
  const language = languageOf(folder);
  if (language === undefined) {
    const both = files.has("tool.ts");
    found.push({
      file: "tool.ts",
      message: both ? "stands beside tool.py: a tool has one language" : "is missing",
    });
    return found;
  }
  const { test } = FILES_OF[language];
  const helpers = [...helpersOf(folder).keys()];
  if (language === "python") {
    found.push(...helpers.map((file) => ({ file, message: "stands beside tool.py" })));
  }
  if (helpers.length > MOST_HELPERS) {
    const message = `are ${helpers.length} modules beside tool.ts; ${MOST_HELPERS} are the most`;
    found.push({ file: helpers.join(", "), message });
  }
  const other = FILES_OF[language === "ts" ? "python" : "ts"].test;
  if (files.has(other)) {
    found.push({ file: other, message: `is a test of another language; write ${test}` });
  }
  return found;
}

function refusal(file: string, text: string): Finding | undefined {
  const helperBytes = isHelperName(file) ? HELPER_BYTES : undefined;
  const largest = Object.hasOwn(LARGEST, file) ? LARGEST[file] : helperBytes;
  if (file === "metadata.json") {
    return { file, message: "is written by the gate alone; leave it out" };
  }
  if (largest === undefined) {
    const allowed = [...Object.keys(LARGEST), "NAME.ts"].join(", ");
    return { file: JSON.stringify(file), message: `is not a file of a tool (${allowed})` };
  }
  const bytes = Buffer.byteLength(text);
  if (bytes <= largest) return undefined;
  return { file, message: `has ${bytes} bytes; ${largest} is the most` };
}

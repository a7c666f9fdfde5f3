/** What can be found in a file of a tool without knowing its language. */
import { isHelperName } from "#tools/contract/tool-modules.ts";
import { FileFindings, type Finding } from "../finding.ts";
import { hiddenCharacters } from "./hidden-characters.ts";
import { ASSIGNED, secretsIn } from "./secrets.ts";

/** Longest line of code in characters: what is longer was not written to be read. */
const MAX_LINE = 400;
/** Shortest run of characters that is taken for encoded bytes; an alphabet has 64. */
const MIN_BLOB = 120;
const MAX_REPORTED = 20;

const BLOB = new RegExp(`[A-Za-z0-9+/_-]{${MIN_BLOB},}={0,2}|(?:\\\\x[0-9a-fA-F]{2}){16,}`, "g");

/** Looks for what hides or carries a payload in one file. */
export function checkText(file: string, text: string): readonly Finding[] {
  const found = new FileFindings(file, text);
  for (const { offset, name } of hiddenCharacters(text).slice(0, MAX_REPORTED)) {
    found.report(offset, `holds the invisible character ${name}; write it as an escape`);
  }
  // Cases and documentation are data: a tool that encodes has encoded examples on long lines.
  if (file.endsWith(".ts") || file.endsWith(".py")) checkCode(text, found);
  const secrets = secretsIn(text).filter(({ kind }) => kind !== ASSIGNED || isTool(file));
  const secretFindings = secrets.map(({ kind, line }) => ({
    file,
    line,
    message: `holds a secret: ${kind}; take it out of every commit`,
  }));
  return [...found.all, ...secretFindings];
}

function isTool(file: string): boolean {
  return file === "tool.ts" || file === "tool.py" || isHelperName(file);
}

function checkCode(text: string, found: FileFindings): void {
  for (const { index, 0: blob } of text.matchAll(BLOB)) {
    // "aaaa…" and "-----…" are samples and rulers, not bytes.
    if (!blob.startsWith("\\") && new Set(blob).size < 12) continue;
    found.report(index, `holds ${blob.length} characters of encoded data; write what they mean`);
  }
  let offset = 0;
  for (const line of text.split("\n")) {
    if (line.length > MAX_LINE) {
      found.report(offset, `has a line of ${line.length} characters; ${MAX_LINE} is the most`);
    }
    offset += line.length + 1;
  }
}

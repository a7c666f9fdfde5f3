import type { Use, Uses } from "../capabilities.ts";
import { FileFindings, type Finding, lineFinder } from "../finding.ts";
import { orderingTexts } from "../text/program-texts.ts";
import { checkDates } from "./check-dates.ts";
import { checkExports } from "./check-exports.ts";
import { checkGlobals } from "./check-globals.ts";
import { checkLint } from "./check-lint.ts";
import { checkMembers } from "./check-members.ts";
import { checkSyntax } from "./check-syntax.ts";
import { typescriptTexts } from "./check-texts.ts";
import { checkTopLevel } from "./check-top-level.ts";
import { Constants } from "./constants.ts";
import { followContext } from "./context-use.ts";
import type { Module } from "./module.ts";
import { resolveScopes } from "./scope.ts";
import { depthOf, MAX_SYNTAX_DEPTH, parseModule } from "./syntax.ts";

const MAX_SYNTAX_FAULTS = 5;

export interface ToolScan extends Uses {
  readonly findings: readonly Finding[];
}

/**
 * Reads a tool and says what it may not do and what of its environment it uses; nothing of it runs. It also reads
 * what is not TypeScript, but not what nests deeper than {@link MAX_SYNTAX_DEPTH} by far: see there.
 *
 * @param helpers names of the modules beside `tool.ts`.
 */
export function scanTool(
  file: string,
  source: string,
  helpers: ReadonlySet<string> = new Set(),
): ToolScan {
  const found = new FileFindings(file, source);
  const uses: Use[] = [];
  const module = openModule(file, source, { found, uses });
  if (module === undefined) return { file, findings: found.all, uses, isOpaque: true };
  checkSyntax(module);
  checkExports(module, { file, helpers });
  checkGlobals(module);
  checkMembers(module);
  checkDates(module);
  checkTopLevel(module);
  checkLint(module);
  const { isOpaque } = followContext(module);
  const orders = orderingTexts(typescriptTexts(source)).map((one) => ({ file, ...one }));
  return { file, findings: [...found.all, ...orders], uses, isOpaque };
}

export interface ModuleSinks {
  readonly found: FileFindings;
  readonly uses: Use[];
}

/** Parses and resolves; faults of syntax are findings, and then there is nothing to look at. */
export function openModule(
  file: string,
  source: string,
  { found, uses }: ModuleSinks,
): Module | undefined {
  const { program, comments, faults } = parseModule(file, source);
  for (const { offset, message } of faults.slice(0, MAX_SYNTAX_FAULTS)) {
    found.report(offset, `is not TypeScript: ${message}`);
  }
  if (faults.length > 0) return undefined;
  if (depthOf(program) > MAX_SYNTAX_DEPTH) {
    found.report(0, `nests more than ${MAX_SYNTAX_DEPTH} levels deep`);
    return undefined;
  }
  const scopes = resolveScopes(program);
  const lineOf = lineFinder(source);
  return {
    program,
    comments,
    scopes,
    constants: new Constants(scopes),
    report: found.report,
    note: (node, use) => uses.push({ ...use, line: lineOf(node.start) }),
  };
}

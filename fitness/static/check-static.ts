/** The first stage of judging a tool: what can be found without running it. */
import { TextCleaner } from "#core/text/text-cleaner.ts";
import type { SandboxHost } from "#platform/sandbox/host.ts";
import type { Contract } from "#tools/contract/spec.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import { helpersOf } from "#tools/contract/tool-modules.ts";
import type { HeldText, StageReport } from "#tools/contract/validation.ts";
import { judgeUses, type Use, type Uses } from "./capabilities.ts";
import { describe, type Finding } from "./finding.ts";
import { checkAsks } from "./folder/asks.ts";
import { checkCases } from "./folder/check-cases.ts";
import { checkSchemas } from "./folder/check-schemas.ts";
import { checkSpec } from "./folder/check-spec.ts";
import { checkFileNames, FILES_OF, languageOf } from "./folder/file-names.ts";
import { scanPython } from "./python/scan-python.ts";
import { scanTests } from "./tests/scan-test.ts";
import { checkText } from "./text/check-text.ts";
import {
  answersToRead,
  contractToRead,
  programTextsToRead,
  type Subject,
  subjectOf,
} from "./text/texts-to-read.ts";
import { checkDepth } from "./typescript/check-depth.ts";
import { typescriptTexts } from "./typescript/check-texts.ts";
import { checkTypes } from "./typescript/check-types.ts";
import { scanTool } from "./typescript/scan-tool.ts";

export interface StaticOptions {
  readonly signal: AbortSignal;
  /** What the sandbox is built with, where it is not what the host's PATH has. */
  readonly host?: SandboxHost | undefined;
}

export interface StaticReport extends StageReport {
  /** Names of the contract that the code was seen to use. */
  readonly capabilities: readonly string[];
  /** What a human has to read, for no rule here can. */
  readonly held?: readonly HeldText[] | undefined;
}

const MAX_DETAILS = 50;
/** Longest detail in characters. */
const MAX_DETAIL = 500;

const CLEANER = new TextCleaner();

/**
 * Reads a tool and refuses it for what it says, hides, reaches for, or cannot be. Nothing of the tool runs,
 * and what could hang or crash on it (type checker, parsers, patterns) does so in the sandbox.
 *
 * @throws {OrgError} `SANDBOX_UNAVAILABLE` when there is no sandbox.
 * @throws {DOMException} the signal's reason, when it is aborted.
 */
export async function checkStatic(
  folder: ToolFolder,
  options: StaticOptions,
): Promise<StaticReport> {
  const startMs = performance.now();
  const { findings, capabilities, held = [] } = await inspect(folder, options);
  const details = rendered(findings);
  const [first] = details;
  return {
    stage: "static",
    ok: first === undefined,
    ms: Math.round(performance.now() - startMs),
    reason: first,
    details,
    capabilities,
    held: held
      .slice(0, MAX_DETAILS)
      .map(({ text, message }) => ({ text, message: cleaned(message) })),
  };
}

/** They quote the tool, and are read by models and people. */
function rendered(findings: readonly Finding[]): readonly string[] {
  return findings.slice(0, MAX_DETAILS).map((finding) => cleaned(describe(finding)));
}

function cleaned(line: string): string {
  return CLEANER.clean(line, { cap: MAX_DETAIL }).replace(/\s+/g, " ");
}

interface Inspection {
  readonly findings: readonly Finding[];
  readonly capabilities: readonly string[];
  readonly held?: readonly HeldText[];
}

async function inspect(folder: ToolFolder, options: StaticOptions): Promise<Inspection> {
  const wrongFiles = checkFileNames(folder);
  // Too big, or not there: nothing below would tell more.
  if (wrongFiles.length > 0) return { findings: wrongFiles, capabilities: [] };
  const { contract, findings: ofSpec } = checkSpec(folder);
  const { cases, findings: ofCases } = checkCases(folder, contract);
  const ofTexts = [...folder.files].flatMap(([file, text]) => checkText(file, text));
  const findings = [...ofSpec, ...ofCases, ...ofTexts];
  if (contract !== undefined) findings.push(...checkAsks(contract, cases));
  if (contract === undefined || contract.language !== languageOf(folder)) {
    return { findings, capabilities: [] };
  }
  const [ofSchemas, code] = await Promise.all([
    checkSchemas(contract, cases, options),
    contract.language === "ts"
      ? inspectTypeScript(folder, contract, options)
      : inspectPython(folder, subjectOf(contract), options),
  ]);
  const useReport = judgeUses(code, contract.capabilities);
  return {
    findings: [...findings, ...ofSchemas, ...code.findings, ...useReport.findings],
    capabilities: useReport.capabilities,
    held: [...contractToRead(contract), ...answersToRead(cases, subjectOf(contract)), ...code.held],
  };
}

interface Code extends Uses {
  readonly findings: readonly Finding[];
  readonly held: readonly HeldText[];
}

async function inspectTypeScript(
  folder: ToolFolder,
  contract: Contract,
  options: StaticOptions,
): Promise<Code> {
  const { tool, test } = FILES_OF.ts;
  const helpers = helpersOf(folder);
  const sources = new Map([[tool, folder.files.get(tool) ?? ""], ...helpers]);
  const tests = folder.files.get(test);
  const [tooDeep, ofTypes] = await Promise.all([
    checkDepth({ ...Object.fromEntries(sources), ...(tests && { [test]: tests }) }, options),
    checkTypes(folder, contract, options),
  ]);
  if (tooDeep.length > 0)
    return { file: tool, findings: tooDeep, uses: [], isOpaque: true, held: [] };
  const names = new Set(helpers.keys());
  const scans = [...sources].map(([file, source]) => scanTool(file, source, names));
  const ofTests = tests === undefined ? [] : scanTests(test, tests, names);
  return {
    file: tool,
    findings: [...scans.flatMap(({ findings }) => findings), ...ofTests, ...ofTypes],
    uses: scans.flatMap(usesOf),
    isOpaque: scans.some(({ isOpaque }) => isOpaque),
    held: [...sources].flatMap(([file, source]) =>
      programTextsToRead(file, typescriptTexts(source), subjectOf(contract)),
    ),
  };
}

/** Uses in a module beside the tool say where they are. */
function usesOf({ file, uses }: Uses): readonly Use[] {
  const isTool = file === FILES_OF.ts.tool;
  return uses.map((use) => (isTool ? use : { ...use, what: `${use.what} in ${file}` }));
}

async function inspectPython(
  folder: ToolFolder,
  subject: Subject,
  options: StaticOptions,
): Promise<Code> {
  const { tool, test } = FILES_OF.python;
  const sources = { tool: folder.files.get(tool) ?? "", test: folder.files.get(test) };
  const { texts, ...code } = await scanPython(sources, options);
  return { ...code, held: programTextsToRead(tool, texts, subject) };
}

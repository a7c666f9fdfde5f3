import type { ToolCase } from "../contract/cases.ts";
import type { Contract } from "../contract/spec.ts";
import type { PromptMessage } from "./ask.ts";
import { FILES, visibleCases } from "./draft.ts";
import { codePrompt, codeRepairPrompt } from "./prompts/code-prompt.ts";
import type { RefusedFile } from "./prompts/file-prompt.ts";
import { testsPrompt, testsRepairPrompt } from "./prompts/tests-prompt.ts";
import { takeFile, takeLines } from "./repairs/answer.ts";
import { PYTHON_REPAIRS, PYTHON_TEST_REPAIRS } from "./repairs/python.ts";
import { applyRepairs, type Repair } from "./repairs/repair.ts";
import { parseModule } from "./repairs/syntax.ts";
import { TEST_REPAIRS, TYPESCRIPT_REPAIRS } from "./repairs/typescript.ts";
import { linesShape } from "./shapes.ts";
import type { Reading, Stage } from "./stage.ts";

type Language = Contract["language"];

/** What was refused, and why, where a file is asked for again. */
export type Refused = Omit<RefusedFile, "label">;

const CODE_REPAIRS: Readonly<Record<Language, readonly Repair[]>> = {
  ts: TYPESCRIPT_REPAIRS,
  python: PYTHON_REPAIRS,
};
const TESTS_REPAIRS: Readonly<Record<Language, readonly Repair[]>> = {
  ts: TEST_REPAIRS,
  python: PYTHON_TEST_REPAIRS,
};

/** Longest file in lines, and in tokens with room for models that think first. */
const HELD = { shape: linesShape(400), maxTokens: 12_000 };

/** The program, from the contract and the cases that are not hidden. */
export function codeStage(
  contract: Contract,
  cases: readonly ToolCase[],
  refused?: Refused,
): Stage<string> {
  const { language } = contract;
  const prompt = codePrompt(contract, visibleCases(cases));
  const label = language;
  const messages: readonly PromptMessage[] =
    refused === undefined ? prompt : codeRepairPrompt(prompt, { ...refused, label });
  return { name: "code", messages, ...HELD, read: (answer) => readCode(answer, language) };
}

/** The test file, from the contract and the same cases; no program is in sight. */
export function testsStage(
  contract: Contract,
  cases: readonly ToolCase[],
  refused?: Refused,
): Stage<string> {
  const { language } = contract;
  const prompt = testsPrompt(contract, visibleCases(cases));
  const label = language;
  const messages: readonly PromptMessage[] =
    refused === undefined ? prompt : testsRepairPrompt(prompt, { ...refused, label });
  return { name: "tests", messages, ...HELD, read: (answer) => readTests(answer, language) };
}

function readCode(answer: string, language: Language): Reading<string> {
  const { text, names } = readProgram(answer, {
    language,
    name: FILES[language].code,
    repairs: CODE_REPAIRS[language],
  });
  const runs = language === "ts" ? /\brun\b/.test(text) : /^(?:async )?def run\(/m.test(text);
  const complaint = runs ? syntaxComplaint(text, language) : "There is no function `run` in it.";
  return complaint === undefined
    ? { ok: true, made: text, names }
    : { ok: false, complaint, names };
}

function readTests(answer: string, language: Language): Reading<string> {
  const { text, names } = readProgram(answer, {
    language,
    name: FILES[language].tests,
    repairs: TESTS_REPAIRS[language],
  });
  const tests = language === "ts" ? /\btest(?:\.\w+)?\(/.test(text) : /^def test_/m.test(text);
  const complaint = tests ? syntaxComplaint(text, language) : "There is no test in it.";
  return complaint === undefined
    ? { ok: true, made: text, names }
    : { ok: false, complaint, names };
}

interface ProgramFile {
  readonly language: Language;
  readonly name: string;
  readonly repairs: readonly Repair[];
}

function readProgram(
  answer: string,
  { language, name, repairs }: ProgramFile,
): ReturnType<typeof applyRepairs> {
  const file = takeLines(answer) ?? takeFile(answer, { name, labels: FILES[language].labels });
  const mended = applyRepairs(file.text, repairs);
  return { text: mended.text, names: [...file.names, ...mended.names] };
}

/** Python is parsed by the validation, in the sandbox. */
function syntaxComplaint(text: string, language: Language): string | undefined {
  return language === "ts" ? parseModule(text).complaint : undefined;
}

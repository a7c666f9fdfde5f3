import type { ToolCase } from "../contract/cases.ts";
import type { Contract } from "../contract/spec.ts";
import type { ToolFolder } from "../contract/tool-folder.ts";

/** A tool in the making. */
export interface Draft {
  readonly contract: Contract;
  readonly cases: readonly ToolCase[];
  /** Text of the test file. */
  readonly tests: string;
  /** Text of the tool. */
  readonly code: string;
}

export interface LanguageFiles {
  readonly code: string;
  readonly tests: string;
  /** What stands behind the fence of such a file. */
  readonly labels: readonly string[];
}

export const FILES: Readonly<Record<Contract["language"], LanguageFiles>> = {
  ts: {
    code: "tool.ts",
    tests: "tool.test.ts",
    labels: ["ts", "typescript", "js", "javascript"],
  },
  python: { code: "tool.py", tests: "test_tool.py", labels: ["python", "py", "python3"] },
};

/** Every third case is kept from the one who implements: what cannot be seen cannot be copied. */
const HIDDEN_EVERY = 3;

export function isHidden(index: number): boolean {
  return index % HIDDEN_EVERY === HIDDEN_EVERY - 1;
}

export function visibleCases(cases: readonly ToolCase[]): readonly ToolCase[] {
  return cases.filter((_one, index) => !isHidden(index));
}

/** The files of a tool. Equal drafts give equal bytes: no time, no order but that of the contract. */
export function folderOf({ contract, cases, tests, code }: Draft): ToolFolder {
  const names = FILES[contract.language];
  return {
    name: contract.name,
    files: new Map([
      ["spec.json", jsonFile(contract)],
      [names.code, code],
      ["cases.json", jsonFile({ cases })],
      [names.tests, tests],
    ]),
  };
}

function jsonFile(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

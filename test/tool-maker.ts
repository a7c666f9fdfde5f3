/** Tools for tests, written in one line. */

import { callTool } from "#tools/contract/call.ts";
import type { CallOptions } from "#tools/contract/call-options.ts";
import type { CallOutcome } from "#tools/contract/outcome.ts";
import type { Contract } from "#tools/contract/spec.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";

const CONTRACT: Partial<Contract> = {
  name: "probe",
  description: "A tool of a test.",
  input: { type: "object" },
  output: {},
  failures: [{ code: "EMPTY", when: "there is nothing" }],
};

/** A tool whose `tool.ts` is this text. */
export function typescriptTool(source: string, contract: Partial<Contract> = {}): ToolFolder {
  return folder("tool.ts", source, { ...contract, language: "ts" });
}

/** A tool whose `tool.py` is this text. */
export function pythonTool(source: string, contract: Partial<Contract> = {}): ToolFolder {
  return folder("tool.py", source, { ...contract, language: "python" });
}

function folder(file: string, source: string, contract: Partial<Contract>): ToolFolder {
  const spec = JSON.stringify({ ...CONTRACT, ...contract });
  return {
    name: "probe",
    files: new Map([
      ["spec.json", spec],
      [file, source],
    ]),
  };
}

/** Source of a tool that takes anything. @param before what stands at the top of the module. */
export function runs(body: string, before = ""): string {
  return `import { z } from "zod";
${before}
export const input = z.looseObject({});
export async function run(args, ctx) { ${body} }`;
}

export async function outcomeOf(
  tool: ToolFolder,
  options: Partial<CallOptions> & { readonly args?: unknown } = {},
): Promise<CallOutcome> {
  const { args = {}, ...rest } = options;
  return await callTool(tool, args, { signal: new AbortController().signal, ...rest });
}

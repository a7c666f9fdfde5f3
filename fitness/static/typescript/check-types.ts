import type { SandboxResult } from "#platform/sandbox/result.ts";
import type { Contract } from "#tools/contract/spec.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import type { Finding } from "../finding.ts";
import { showPackages } from "../inside/packages.ts";
import { type InsideOptions, runInside } from "../inside/run-inside.ts";
import { contextTypes } from "./context-types.ts";

const ROOT = "/tool";
const PACKAGES = ["zod", "fast-check", "pure-rand", "bun-types", "@types", "undici-types"];
const MAX_REPORTED = 20;

/**
 * Ours, whatever a candidate may bring. Left out of the strict family is what only asks for other spelling:
 * whether an index is there or not shows in the cases.
 */
const CONFIGURATION = {
  compilerOptions: {
    noEmit: true,
    target: "ESNext",
    lib: ["ESNext"],
    module: "Preserve",
    moduleResolution: "Bundler",
    moduleDetection: "force",
    allowImportingTsExtensions: true,
    verbatimModuleSyntax: true,
    resolveJsonModule: true,
    types: ["bun-types"],
    skipLibCheck: true,
    strict: true,
    noImplicitOverride: true,
    noImplicitReturns: true,
    noFallthroughCasesInSwitch: true,
    allowUnusedLabels: false,
  },
  include: ["tools/generated/**/*.ts"],
};

/**
 * Checks the types of a tool and of its tests, in the sandbox: a Bun of the host would obey the configuration
 * that it finds beside them.
 *
 * @throws {OrgError} `SANDBOX_UNAVAILABLE` when there is no sandbox.
 */
export async function checkTypes(
  folder: ToolFolder,
  { capabilities }: Contract,
  options: InsideOptions,
): Promise<readonly Finding[]> {
  const folderPath = `${ROOT}/tools/generated/${folder.name}`;
  const ours = {
    "package.json": JSON.stringify({ type: "module", imports: { "#tools/*": "./tools/*" } }),
    "tsconfig.json": JSON.stringify(CONFIGURATION),
    "tools/tool.ts": contextTypes(capabilities),
  };
  const result = await runInside({
    ...options,
    command: ["bun", "check", "--no-script", "--no-pretty", "--all", "-p", `${ROOT}/tsconfig.json`],
    files: [
      ...Object.entries(ours).map(([file, content]) => ({ path: `${ROOT}/${file}`, content })),
      ...[...folder.files].map(([file, content]) => ({ path: `${folderPath}/${file}`, content })),
    ],
    readOnly: showPackages(PACKAGES, `${ROOT}/node_modules`),
  });
  return findingsIn(result, folder);
}

const ERROR = /^(?:.*\/)?([\w.]+)\((\d+),\d+\): error (TS\d+: .*)$/gm;

function findingsIn(
  { exit, killed, stdout, stderr }: SandboxResult,
  folder: ToolFolder,
): Finding[] {
  if (exit === 0) return [];
  const text = `${stdout}\n${stderr}`;
  const findings = [...text.matchAll(ERROR)].map(([, file = "", line, message = ""]) => ({
    file,
    line: Number(line),
    message: `has a wrong type: ${message}`,
  }));
  if (findings.length > 0) return findings.slice(0, MAX_REPORTED);
  const why = killed === null ? text.trim().slice(0, 300) : `stopped by the limit on ${killed}`;
  const file = folder.files.has("tool.ts") ? "tool.ts" : "spec.json";
  return [{ file, message: `could not be type-checked: ${why.replace(/\s+/g, " ")}` }];
}

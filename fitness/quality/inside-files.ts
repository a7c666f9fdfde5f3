/** The files of ours that the programs in the sandbox consist of, read and built once for each process. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { SandboxFile } from "#platform/sandbox/arguments.ts";
import { ENGLISH_ONLY } from "#tools/contract/programs.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";

/** Where our programs lie inside. */
export const PROGRAM_FOLDER = "/run/org";

/** What a tool may import, beside Bun's own. */
const TOOL_PACKAGES = ["zod"];
const TEST_PACKAGES = [...TOOL_PACKAGES, "fast-check"];

// Bun and pytest look for settings beside programs and tests when nothing names them.
const SETTINGS: readonly SandboxFile[] = [
  { path: `${PROGRAM_FOLDER}/bunfig.toml`, content: "" },
  { path: `${PROGRAM_FOLDER}/tsconfig.json`, content: "{}" },
  {
    path: `${PROGRAM_FOLDER}/pytest.ini`,
    content: "[pytest]\nenable_assertion_pass_hook = true\n",
  },
  // A person who runs the tests twice must see the same twice.
  {
    path: "/tool/test-setup.ts",
    content: 'import fc from "fast-check";\nfc.configureGlobal({ seed: 1, numRuns: 50 });\n',
  },
  { path: "/tool/package.json", content: '{ "type": "module" }' },
];

/** As in a call. */
const STABLE_HASH = "../../../tools/contract/inside/stable_hash.py";

/** Modules of ours that a program consists of beside itself. */
const MODULES: ReadonlyMap<string, readonly string[]> = new Map([
  ["ask_all.py", ["empty_environment.py", STABLE_HASH]],
  ["run_tests.py", ["empty_environment.py"]],
  ["program.py", ["relaxed.py", "watched.py"]],
]);

const built = new Map<string, Promise<readonly SandboxFile[]>>();

/**
 * A program of ours with its settings, and the packages that what it runs may import: one file each, which
 * loads faster than many. Every mutant starts with them, so no program gets what only another one needs.
 */
export async function filesOf(program: string): Promise<readonly SandboxFile[]> {
  const files = built.get(program) ?? read(program);
  built.set(program, files);
  return await files;
}

async function read(program: string): Promise<readonly SandboxFile[]> {
  const own = await Promise.all([program, ...(MODULES.get(program) ?? [])].map(readInside));
  const packages = await Promise.all(packagesOf(program).map(bundle));
  return [...SETTINGS, ...own, ...packages.flat()];
}

async function readInside(file: string): Promise<SandboxFile> {
  const content = await readFile(new URL(`./inside/${file}`, import.meta.url), "utf8");
  return { path: `${PROGRAM_FOLDER}/${basename(file)}`, content };
}

function packagesOf(program: string): readonly string[] {
  if (program.endsWith(".py")) return [];
  return program === "run-tests.ts" ? TEST_PACKAGES : TOOL_PACKAGES;
}

/** Where the tool lies inside. */
export function insideFolder(name: string): string {
  return `/tool/tools/generated/${name}`;
}

/** The files of a tool, some of them in another version, or added. */
export function toolFiles(
  folder: ToolFolder,
  others: Readonly<Record<string, string>>,
): readonly SandboxFile[] {
  const files = new Map([...folder.files, ...Object.entries(others)]);
  return [...files].map(([name, content]) => ({
    path: `${insideFolder(folder.name)}/${name}`,
    content,
  }));
}

async function bundle(name: string): Promise<readonly SandboxFile[]> {
  const entry = Bun.fileURLToPath(import.meta.resolve(name));
  const { outputs } = await Bun.build({
    entrypoints: [entry],
    target: "bun",
    format: "esm",
    minify: { whitespace: true, syntax: true, identifiers: false },
    plugins: [ENGLISH_ONLY],
  });
  const content = await outputs[0]?.text();
  if (content === undefined) throw new Error(`Building ${name} gave nothing`);
  const folder = `/tool/node_modules/${name}`;
  const manifest = JSON.stringify({ name, type: "module", exports: "./index.js" });
  return [
    { path: `${folder}/package.json`, content: manifest },
    { path: `${folder}/index.js`, content },
  ];
}

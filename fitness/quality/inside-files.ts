/** The files of ours that the programs in the sandbox consist of, read and built once for each process. */
import { readFile } from "node:fs/promises";
import type { SandboxFile } from "#platform/sandbox/arguments.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";

/** Where our programs lie inside. */
export const PROGRAM_FOLDER = "/run/org";

const PROGRAMS = ["ask-all.ts", "run-tests.ts", "ask_all.py", "run_tests.py", "program.py"];
/** What the tests of a tool may import, beside Bun's own; the tool itself may import the first. */
const PACKAGES = ["zod", "fast-check"];

// Bun and pytest look for settings beside programs and tests when nothing names them.
const SETTINGS: readonly SandboxFile[] = [
  { path: `${PROGRAM_FOLDER}/bunfig.toml`, content: "" },
  { path: `${PROGRAM_FOLDER}/tsconfig.json`, content: "{}" },
  {
    path: `${PROGRAM_FOLDER}/pytest.ini`,
    content: "[pytest]\nenable_assertion_pass_hook = true\n",
  },
  // Whoever runs the tests twice must see the same twice.
  {
    path: "/tool/test-setup.ts",
    content: 'import fc from "fast-check";\nfc.configureGlobal({ seed: 1, numRuns: 50 });\n',
  },
  { path: "/tool/package.json", content: '{ "type": "module" }' },
];

let ours: Promise<readonly SandboxFile[]> | undefined;

/** Everything of ours: programs, settings, and the packages as one file each, which load faster than many. */
export function ourFiles(): Promise<readonly SandboxFile[]> {
  ours ??= Promise.all([...PROGRAMS.map(program), ...PACKAGES.map(bundle)]).then((files) => [
    ...SETTINGS,
    ...files.flat(),
  ]);
  return ours;
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

async function program(name: string): Promise<SandboxFile> {
  const content = await readFile(new URL(`./inside/${name}`, import.meta.url), "utf8");
  return { path: `${PROGRAM_FOLDER}/${name}`, content };
}

async function bundle(name: string): Promise<readonly SandboxFile[]> {
  const entry = Bun.fileURLToPath(import.meta.resolve(name));
  const { outputs } = await Bun.build({
    entrypoints: [entry],
    target: "bun",
    format: "esm",
    minify: { whitespace: true, syntax: true, identifiers: false },
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

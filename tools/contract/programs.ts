/** The programs of ours that run in the sandbox, built once for each process of the host. */

import { loadBytes } from "#platform/files.ts";
import type { SandboxFile } from "#platform/sandbox/arguments.ts";

/** Where they lie inside. */
export const PROGRAM_FOLDER = "/run/org";

/** A result depends neither on where the machine stands nor on the order that Python gives to a set. */
const ALWAYS_THE_SAME = { TZ: "UTC", PYTHONHASHSEED: "0" };

/**
 * A call compiles little and is over: what runs a hundred times is not worth the compiler, what runs a thousand times is.
 * A sixth of the processor time of an ordinary call (37 -> 31 ms, Bun 1.4.5), and a quarter of a program that works for
 * 40 ms; a loop of 100 million rounds takes as long as with the values of Bun, 500 and 1000. ops/lib.sh sets the same for
 * `org` itself.
 */
export const PATIENT_COMPILER: Readonly<Record<string, string>> = {
  BUN_JSC_thresholdForJITAfterWarmUp: "20000",
  BUN_JSC_thresholdForOptimizeAfterWarmUp: "50000",
  BUN_JSC_thresholdForOptimizeAfterLongWarmUp: "50000",
};

/**
 * Each of several calls in one process leaves a realm behind as garbage. Bun collects it first at 32 MiB: at 64, twelve
 * calls take 148 ms of processor time instead of 174, and twenty take 112 MB at their peak instead of 91, of the 512 MiB
 * that a call may have (Bun 1.4.5). More MiB gain little.
 */
const FEW_COLLECTIONS = { BUN_JSC_largeHeapSize: String(64 * 1024 ** 2) };

/** Variables of every program of ours that runs a tool. */
export function programEnvironment(isPython: boolean): Readonly<Record<string, string>> {
  return isPython
    ? ALWAYS_THE_SAME
    : { ...ALWAYS_THE_SAME, ...PATIENT_COMPILER, ...FEW_COLLECTIONS };
}

const PYTHON_FILES = [
  "run.py",
  "addresses.py",
  "child.py",
  "context.py",
  "fence.py",
  "frozen_time.py",
  "stable_hash.py",
  "to_json.py",
];

/** Half of zod are its error texts in forty languages; without them a call is 9 ms shorter (Bun 1.4.5). */
export const ENGLISH_ONLY: Bun.BunPlugin = {
  name: "english-only",
  setup(build) {
    build.onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: 'export { default as en } from "./en.js";',
      loader: "js",
    }));
  },
};

let python: Promise<readonly SandboxFile[]> | undefined;
let typescript: Promise<readonly SandboxFile[]> | undefined;

/**
 * What a call of a TypeScript tool needs: the program, the code that prepares the realm, and zod, each as
 * one file. Read from the folder of this source, never from that of a tool.
 */
export function typescriptPrograms(): Promise<readonly SandboxFile[]> {
  typescript ??= buildAll();
  return typescript;
}

/** What a call of a Python tool needs. */
export function pythonPrograms(): Promise<readonly SandboxFile[]> {
  python ??= Promise.all(
    PYTHON_FILES.map(async (name) => ({
      path: `${PROGRAM_FOLDER}/${name}`,
      content: await loadBytes(locate(`./inside/${name}`)),
    })),
  );
  return python;
}

async function buildAll(): Promise<readonly SandboxFile[]> {
  const sources = [
    ["main.js", locate("./inside/main.ts")],
    ["realm.js", locate("./inside/realm.ts")],
    ["zod.js", locate("zod")],
  ] as const;
  const built = await Promise.all(sources.map(([name, path]) => build(name, path)));
  // Bun looks for both beside the program when nothing names them.
  const settings = [
    { path: `${PROGRAM_FOLDER}/bunfig.toml`, content: "" },
    { path: `${PROGRAM_FOLDER}/tsconfig.json`, content: "{}" },
  ];
  return [...built, ...settings];
}

async function build(name: string, path: string): Promise<SandboxFile> {
  const { outputs } = await Bun.build({
    entrypoints: [path],
    target: "bun",
    format: "esm",
    // What we make ourselves keeps its names, for tools see them: `URL.name`.
    minify: { whitespace: true, syntax: true, identifiers: name === "zod.js" },
    plugins: [ENGLISH_ONLY],
  });
  const [output] = outputs;
  if (output === undefined) throw new Error(`Building ${name} gave nothing`);
  const text = await output.text();
  const content = name === "main.js" ? text : asProgram(text);
  return { path: `${PROGRAM_FOLDER}/${name}`, content };
}

/**
 * A module as a program whose value is an object of what it exports. Bun reads a module twice before it runs, and again in
 * each realm: zod took 12 ms of each call, as a program 10 and in further realms 3 (Bun 1.4.5).
 */
function asProgram(module: string): string {
  const exported = /\bexport\s*\{([^{}]*)\};?\s*$/.exec(module);
  if (exported === null) throw new Error("A module that was built ends without its exports");
  const [, names = ""] = exported;
  const properties = names.split(",").map((name) => {
    const [localName = "", exportName = localName] = name.trim().split(/\s+as\s+/);
    return `${exportName}: ${localName}`;
  });
  // In a function, so that nothing of it becomes a name of the realm.
  return `(() => { "use strict"; ${module.slice(0, exported.index)}; return { ${properties.join(", ")} }; })()`;
}

function locate(specifier: string): string {
  return Bun.fileURLToPath(import.meta.resolve(specifier));
}

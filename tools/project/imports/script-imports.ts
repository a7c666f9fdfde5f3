/** Imports of JavaScript and TypeScript. */
import { posix } from "node:path";
import { symbolsOf } from "../symbols.ts";
import type { Mended, Source } from "./source.ts";
import { hasName, kindsOfLines, namesNotBound } from "./used-names.ts";

/** A name as an import binds it: `default`, `*`, or what the module calls it. */
interface Binding {
  readonly name: string;
  readonly is: string;
  readonly from: string;
}

const QUIET =
  /\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[\s\S])*`/g;
const KEYWORDS: ReadonlySet<string> = new Set(
  "if for while switch catch return function typeof await super this import async of in new void delete throw yield case do else require arguments".split(
    " ",
  ),
);
/** What files of tests take from where `test` comes from; with some runners they are there without an import. */
const OF_TESTS: ReadonlySet<string> = new Set(
  "test it describe before after beforeEach afterEach beforeAll afterAll expect".split(" "),
);
const RUNNER = /^(?:node:test|bun:test|vitest|@jest\/globals)$/;
/** Not in that of Node. */
const NOT_OF_NODE: ReadonlySet<string> = new Set(["expect", "beforeAll", "afterAll"]);
/** A path of a file of tests. */
export const IS_TEST: RegExp = /(?:^|[/._-])(?:tests?|specs?)(?:[/._-]|$)/;

const IMPORT = /^import\s+(?:type\s+)?(?<what>[^"';]+?)\s+from\s+["'](?<from>[^"']+)["']/;
const REQUIRE =
  /^(?:const|let|var)\s+(?<what>\{[^{}]*\}|[\w$]+)\s*=\s*require\(\s*["'](?<from>[^"']+)["']\s*\);?\s*$/;
const RELATIVE = /^(?<head>(?:import|export|\})\s(?:[^"']*\sfrom\s)?\s*)["'](?<from>\.[^"']*)["']/;
const ENDINGS = [".ts", ".tsx", ".mts", ".js", ".jsx", ".mjs"];

function isKnown(name: string): boolean {
  return KEYWORDS.has(name) || (name in globalThis && !OF_TESTS.has(name));
}

/** @param isModule files named `.js` are modules here. */
export function scriptImports(source: Source, isModule: boolean): Mended {
  const { path, before } = source;
  const isPlain = /\.js$/.test(path);
  const notices: string[] = [];
  const tell = (line: string) => void notices.push(line);
  // A file that is not a module gets its names in another way.
  if (isPlain && !isModule && !/^import\s/m.test(source.after))
    return { text: source.after, notices: notices };
  // In a module there is no `require`.
  const isStrict = /\.m?js$/.test(path) && (isModule || !isPlain);
  const mend = (line: string) =>
    withFoundFile(isStrict ? withoutRequire(line, tell) : line, source, tell);
  const text = withNewLines(source, (line) => {
    const corrected = mend(line);
    return importsItself(corrected, source, tell) ? undefined : corrected;
  });
  const rules = { quiet: QUIET, isKnown };
  const had = before.split("\n").flatMap(bindingsOf);
  const nameIndex = nameIndexOf({ ...source, after: text });
  const bindings = namesNotBound(text, rules).flatMap((name) => {
    const dropped = had.find((one) => one.name === name);
    // What a file defined itself, and does no more, is not what another one defines.
    const isNew = dropped === undefined && !hasName(before, name);
    return (isNew ? bindingOf(name, source, nameIndex) : dropped) ?? [];
  });
  const lines = linesOf(bindings);
  for (const line of lines) tell(`added ${line}`);
  return { text: withLines(text, lines), notices: notices };
}

/** What a file imports from others of its repository, by the names that it gives them. */
export function scriptNames(text: string): readonly string[] {
  const bindings = text.split("\n").flatMap(bindingsOf);
  return bindings.filter(({ from }) => from.startsWith(".")).map(({ name }) => name);
}

function withoutRequire(line: string, tell: (line: string) => void): string {
  const { what = "", from = "" } = REQUIRE.exec(line)?.groups ?? {};
  if (from === "") return line;
  const statement = `import ${what.replace(/(\w)\s*:\s*/g, "$1 as ")} from ${JSON.stringify(from)};`;
  tell(`${line.trim()} became ${statement}`);
  return statement;
}

/** With a path that leads to a file, where a single one has the name that is meant. */
function withFoundFile(line: string, source: Source, tell: (line: string) => void): string {
  const { head = "", from = "" } = RELATIVE.exec(line)?.groups ?? {};
  const specifier = from === "" ? undefined : foundSpecifier(from, bindingsOf(line), source);
  if (specifier === undefined) return line;
  tell(`${from} became ${specifier}`);
  return line.replace(RELATIVE, () => `${head}${JSON.stringify(specifier)}`);
}

/** A module that imports what it defines is none. */
function importsItself(line: string, source: Source, tell: (line: string) => void): boolean {
  const { from = "" } = IMPORT.exec(line)?.groups ?? {};
  const target = posix.join(posix.dirname(source.path), from);
  const isOwn = from.startsWith(".") && stripped(target) === stripped(source.path);
  // Files that differ in their endings alone are two.
  if (!isOwn || (target !== source.path && source.paths.has(target))) return false;
  tell(`left out ${line.trim()}, which imports this file itself`);
  return true;
}

/** What the file had stays as it is; of the lines that are new none imports what another one does. */
function withNewLines(
  { before, after }: Source,
  mend: (line: string) => string | undefined,
): string {
  const kinds = kindsOfLines(before, after, QUIET);
  const lines = after.split("\n");
  const keyOf = (line: string) => JSON.stringify(bindingsOf(line));
  // What was added for one change may be what the next one brings.
  const existing = new Set(lines.filter((_, at) => kinds[at] === "had").map(keyOf));
  existing.delete("[]");
  return lines
    .flatMap((line, at) => {
      if (kinds[at] !== "new") return [line];
      const corrected = mend(line);
      if (corrected === undefined || existing.has(keyOf(corrected))) return [];
      if (keyOf(corrected) !== "[]") existing.add(keyOf(corrected));
      return [corrected];
    })
    .join("\n");
}

function stripped(path: string): string {
  return path.replace(/\.[mc]?[jt]sx?$/, "");
}

function stemOf(path: string): string {
  return stripped(posix.basename(path));
}

/** @returns nothing where the path leads to a file, and where it is not known which one is meant. */
function foundSpecifier(
  from: string,
  bindings: readonly Binding[],
  source: Source,
): string | undefined {
  const { path, paths, lines } = source;
  const target = posix.join(posix.dirname(path), from);
  // TypeScript names what a file is compiled to.
  const compiled = target.replace(/\.([mc]?)js(x?)$/, ".$1ts$2");
  if (paths.has(target) || paths.has(compiled)) return undefined;
  const ways = ENDINGS.flatMap((end) => [target + end, `${target}/index${end}`]);
  const whole = ways.find((way) => paths.has(way));
  // Node takes a module by its whole name alone.
  if (whole !== undefined)
    return /js$/.test(path) && hasEndings(source) ? specifier(path, whole) : undefined;
  const found = [...paths].filter((one) => one !== path && stemOf(one) === stemOf(from));
  const [only] = found;
  if (only === undefined || found.length > 1) return undefined;
  // Else a file is meant that is still to be written.
  const exported = lines.flatMap((line) => (line.path === only ? exportsOf(line.text) : []));
  const hasAll = bindings.length > 0 && bindings.every(({ is }) => exported.includes(is));
  return hasAll ? specifierOf(only, source) : undefined;
}

function exportsOf(line: string): readonly string[] {
  const isDefault = /^export\s+default\b/.test(line);
  return isDefault ? ["default"] : symbolsOf(line, "script").top;
}

/** Other files import by whole names. */
function hasEndings({ lines }: Source): boolean {
  const all = lines.flatMap(({ text }) => IMPORT.exec(text)?.groups?.["from"] ?? []);
  return all.every((from) => !from.startsWith(".") || /\.[mc]?[jt]sx?$/.test(from));
}

function specifier(from: string, to: string): string {
  const relative = posix.relative(posix.dirname(from), to);
  return relative.startsWith(".") ? relative : `./${relative}`;
}

/** With the ending of a file of TypeScript where the others have it. */
function specifierOf(to: string, source: Source): string {
  const relative = specifier(source.path, to);
  return hasEndings(source) ? relative : relative.replace(/\.[mc]?tsx?$/, "");
}

/** What the files say of names, looked at once. */
interface NameIndex {
  /** Which files define a name at their top, and whether one has it as its default. */
  readonly defining: ReadonlyMap<string, { readonly paths: Set<string>; isDefault: boolean }>;
  /** How another file imports a name: the first one. */
  readonly imported: ReadonlyMap<string, Binding & { readonly in: string }>;
  /** Where tests come from. */
  readonly runner: string | undefined;
}

function nameIndexOf({ lines, after }: Source): NameIndex {
  const defining = new Map<string, { readonly paths: Set<string>; isDefault: boolean }>();
  const imported = new Map<string, Binding & { readonly in: string }>();
  const modules = after.split("\n").flatMap(bindingsOf);
  for (const { path, text } of lines) {
    for (const name of symbolsOf(text, "script").top) {
      const one = defining.get(name) ?? { paths: new Set(), isDefault: false };
      one.paths.add(path);
      one.isDefault ||= /^export\s+default\b/.test(text);
      defining.set(name, one);
    }
    for (const binding of bindingsOf(text)) {
      modules.push(binding);
      if (!imported.has(binding.name)) imported.set(binding.name, { ...binding, in: path });
    }
  }
  return { defining, imported, runner: modules.find(({ from }) => RUNNER.test(from))?.from };
}

function bindingOf(name: string, source: Source, nameIndex: NameIndex): Binding | undefined {
  const { path } = source;
  const { paths = [], isDefault = false } = nameIndex.defining.get(name) ?? {};
  const [defined, ...others] = paths;
  if (others.length > 0) return undefined;
  if (defined !== undefined) {
    return { name, is: isDefault ? "default" : name, from: specifierOf(defined, source) };
  }
  if (OF_TESTS.has(name) && !IS_TEST.test(path)) return undefined;
  const same = nameIndex.imported.get(name);
  if (same !== undefined) {
    const { is, from } = same;
    const target = posix.join(posix.dirname(same.in), from);
    return { name, is, from: from.startsWith(".") ? specifier(path, target) : from };
  }
  const { runner } = nameIndex;
  const hasIt = runner !== undefined && !(runner === "node:test" && NOT_OF_NODE.has(name));
  return OF_TESTS.has(name) && hasIt ? { name, is: name, from: runner } : undefined;
}

function bindingsOf(line: string): readonly Binding[] {
  const { what = "", from = "" } = IMPORT.exec(line)?.groups ?? {};
  const all = /\*\s*as\s+([\w$]+)/.exec(what)?.[1];
  const first = /^[\w$]+/.exec(what)?.[0];
  const named = /\{([^}]*)\}/.exec(what)?.[1]?.split(",") ?? [];
  return [
    ...(all === undefined ? [] : [{ name: all, is: "*", from }]),
    ...(first === undefined ? [] : [{ name: first, is: "default", from }]),
    ...named.flatMap((one) => {
      const [, is = "", name = is] =
        /^\s*(?:type\s+)?([\w$]+)(?:\s+as\s+([\w$]+))?\s*$/.exec(one) ?? [];
      return is === "" ? [] : [{ name, is, from }];
    }),
  ];
}

function linesOf(bindings: readonly Binding[]): readonly string[] {
  const from = Map.groupBy(bindings, (binding) => binding.from);
  return [...from].flatMap(([path, all]) => {
    const end = ` from ${JSON.stringify(path)};`;
    const named = all.filter(({ is }) => is !== "*" && is !== "default");
    const names = named.map(({ name, is }) => (name === is ? name : `${is} as ${name}`)).join(", ");
    return [
      ...all.flatMap(({ name, is }) => (is === "*" ? [`import * as ${name}${end}`] : [])),
      ...all.flatMap(({ name, is }) => (is === "default" ? [`import ${name}${end}`] : [])),
      ...(named.length === 0 ? [] : [`import { ${names} }${end}`]),
    ];
  });
}

/** Before the first import, else at the top. */
function withLines(text: string, added: readonly string[]): string {
  if (added.length === 0) return text;
  const lines = text.split("\n");
  const first = lines.findIndex((line) => /^import\b/.test(line));
  const at = first === -1 ? (lines[0]?.startsWith("#!") === true ? 1 : 0) : first;
  const behind = first === -1 && lines[at] !== "" ? [""] : [];
  return lines.toSpliced(at, 0, ...added, ...behind).join("\n");
}

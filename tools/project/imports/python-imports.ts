/** Imports of Python. */
import { posix } from "node:path";
import type { Mended, Source } from "./source.ts";
import { hasName, namesNotBound } from "./used-names.ts";

const QUIET = /"""[\s\S]*?"""|'''[\s\S]*?'''|#[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g;
/** Keywords before a bracket, and what there is without an import. */
const KNOWN: ReadonlySet<string> = new Set(
  "if elif for while and or not in is return lambda await assert yield with except raise del print self cls super abs all any bin bool bytearray bytes callable chr dict dir divmod enumerate eval exec filter float format frozenset getattr globals hasattr hash hex id input int isinstance issubclass iter len list locals map max min next object oct open ord pow property range repr reversed round set setattr slice sorted staticmethod classmethod str sum tuple type vars zip Exception ValueError TypeError KeyError IndexError RuntimeError AttributeError NotImplementedError OSError FileNotFoundError StopIteration ZeroDivisionError".split(
    " ",
  ),
);
const FROM = /^from\s+(?<module>[\w.]+)\s+import\s+(?<names>[\w, ]+?)\s*(?:#.*)?$/;
const IMPORT = /^import\s+(?<name>\w+)\s*(?:#.*)?$/;
const DEFINES = /^(?:async\s+)?(?:def|class)\s+(?<name>\w+)/;

export function pythonImports(source: Source): Mended {
  const told: string[] = [];
  const text = source.after
    .split("\n")
    .flatMap((line) => {
      const { module } = FROM.exec(line)?.groups ?? {};
      if (module === moduleOf(source.path)) {
        told.push(`left out ${line.trim()}, which imports this file itself`);
        return [];
      }
      const meant = moduleMeant(line, source);
      if (meant !== undefined) told.push(`${line.trim()} became ${meant}`);
      return [meant ?? line];
    })
    .join("\n");
  const rules = { quiet: QUIET, known: (name: string) => KNOWN.has(name) };
  const had = source.before.split("\n").map((line) => ({ path: source.path, line: 0, text: line }));
  const lines = namesNotBound(text, rules).flatMap((name) => {
    // What a file defined itself, and does no more, is not what another one defines.
    const dropped = importedBy(name, had);
    return dropped ?? (hasName(source.before, name) ? [] : (importOf(name, source) ?? []));
  });
  return { text: withLines(text, lines), told: [...told, ...lines.map((line) => `added ${line}`)] };
}

/** What a file imports by its name alone. */
export function pythonNames(text: string): readonly string[] {
  return text.split("\n").flatMap((line) => {
    const { names = "" } = FROM.exec(line)?.groups ?? {};
    return names.split(",").flatMap((name) => (/^\s*\w+\s*$/.test(name) ? [name.trim()] : []));
  });
}

function moduleOf(path: string): string {
  return path.replace(/(?:\/__init__)?\.pyi?$/, "").replaceAll("/", ".");
}

/** The files that define a name at their top. */
function definers(name: string, { lines }: Source): readonly string[] {
  const found = lines.filter(({ text }) => DEFINES.exec(text)?.groups?.["name"] === name);
  return [...new Set(found.map(({ path }) => path))];
}

/** @returns the line with the module that has the name and the definitions, where the one that it names is not there. */
function moduleMeant(line: string, source: Source): string | undefined {
  const { module = "", names = "" } = FROM.exec(line)?.groups ?? {};
  const isNamed = source.lines.some(({ text }) => FROM.exec(text)?.groups?.["module"] === module);
  const isThere = [...source.paths].some((one) => moduleOf(one) === module);
  const beside = posix.join(posix.dirname(source.path), `${module}.py`);
  if (module.startsWith(".") || isNamed || isThere || source.paths.has(beside)) return undefined;
  const stem = module.slice(module.lastIndexOf(".") + 1);
  const all = names.split(",").map((name) => definers(name.trim(), source));
  const [path, ...others] = [...new Set(all.flat())];
  const isMeant = path !== undefined && others.length === 0 && all.every((one) => one.length === 1);
  if (!isMeant || posix.basename(path).replace(/\.pyi?$/, "") !== stem) return undefined;
  return line.replace(module, () => moduleOf(path));
}

function importOf(name: string, source: Source): string | undefined {
  const { lines, path: own } = source;
  const files = definers(name, source).filter((path) => path !== own);
  const [path, ...others] = files;
  if (others.length > 0) return undefined;
  if (path !== undefined) {
    const known = lines.flatMap(({ text }) => FROM.exec(text)?.groups?.["module"] ?? []);
    const stem = posix.basename(path).replace(/\.pyi?$/, "");
    // As the others name it: the folder of the sources may be one that is searched.
    const module = known.find((one) => one.split(".").at(-1) === stem) ?? moduleOf(path);
    return `from ${module} import ${name}`;
  }
  return importedBy(name, lines);
}

/** The first of some lines that imports a name, for it alone. */
function importedBy(name: string, lines: Source["lines"]): string | undefined {
  for (const { text } of lines) {
    if (IMPORT.exec(text)?.groups?.["name"] === name) return `import ${name}`;
    const { module = "", names = "" } = FROM.exec(text)?.groups ?? {};
    const isNamed = names.split(",").some((one) => one.trim() === name);
    if (isNamed && !module.startsWith(".")) return `from ${module} import ${name}`;
  }
  return undefined;
}

/** Before the first import, behind what has to be first, else behind the text that says what the module is. */
function withLines(text: string, added: readonly string[]): string {
  if (added.length === 0) return text;
  const lines = text.split("\n");
  const first = lines.findIndex((line) => /^(?:import\s|from\s+(?!__future__))/.test(line));
  if (first !== -1) return lines.toSpliced(first, 0, ...added).join("\n");
  const head =
    /^(?:#[^\n]*\n|\s*\n)*(?:"""[\s\S]*?"""|'''[\s\S]*?''')?[ \t]*\n?(?:from __future__[^\n]*\n)?/.exec(
      text,
    )?.[0] ?? "";
  const rest = text.slice(head.length);
  return `${head}${added.join("\n")}\n${rest.startsWith("\n") ? "" : "\n"}${rest}`;
}

/** Imports of Python. */
import { posix } from "node:path";
import type { Mended, Source } from "./source.ts";
import { hasName, kindsOfLines, namesNotBound } from "./used-names.ts";

const QUIET = /"""[\s\S]*?"""|'''[\s\S]*?'''|#[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g;
/** Keywords before a bracket, and what there is without an import. */
const BUILT_INS: ReadonlySet<string> = new Set(
  "if elif for while and or not in is return lambda await assert yield with except raise del match case print self cls super abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr compile complex delattr dict dir divmod enumerate eval exec exit filter float format frozenset getattr globals hasattr hash help hex id input int isinstance issubclass iter len list locals map max memoryview min next object oct open ord pow property quit range repr reversed round set setattr slice sorted staticmethod classmethod str sum tuple type vars zip".split(
    " ",
  ),
);
/** Exceptions that there are without an import; a repository may have a class of the same name. */
const EXCEPTION =
  /^(?:(?:Base)?Exception(?:Group)?|(?:Arithmetic|Assertion|Attribute|BlockingIO|BrokenPipe|Buffer|ChildProcess|Connection|ConnectionAborted|ConnectionRefused|ConnectionReset|EOF|FileExists|FileNotFound|FloatingPoint|IO|Import|Indentation|Index|Interrupted|IsADirectory|Key|Lookup|Memory|ModuleNotFound|Name|NotADirectory|NotImplemented|OS|Overflow|Permission|ProcessLookup|Recursion|Reference|Runtime|Syntax|System|Tab|Timeout|Type|UnboundLocal|Unicode(?:Decode|Encode|Translate)?|Value|ZeroDivision)Error|(?:Bytes|Deprecation|Encoding|Future|Import|PendingDeprecation|Resource|Runtime|Syntax|Unicode|User)?Warning|Stop(?:Async)?Iteration|GeneratorExit|KeyboardInterrupt|SystemExit|NotImplemented|Ellipsis)$/;
/** What Python brings along: an import of it is not meant for a file of the repository. */
const STANDARD: ReadonlySet<string> = new Set(
  "abc argparse array ast asyncio base64 bisect calendar cmath code codecs collections concurrent configparser contextlib copy csv ctypes dataclasses datetime decimal difflib dis doctest email enum errno fileinput fnmatch fractions ftplib functools gc getopt getpass gettext glob graphlib gzip hashlib heapq hmac html http imaplib importlib inspect io ipaddress itertools json keyword linecache locale logging lzma mailbox math mimetypes multiprocessing numbers operator os pathlib pickle pkgutil platform plistlib pprint profile queue random re sched secrets select selectors shelve shlex shutil signal site smtplib socket sqlite3 ssl stat statistics string struct subprocess symtable sys tarfile tempfile textwrap threading time timeit token tokenize tomllib trace traceback types typing unicodedata unittest urllib uuid venv warnings wave weakref xml zipfile zlib zoneinfo".split(
    " ",
  ),
);
const FROM = /^from\s+(?<module>[\w.]+)\s+import\s+(?<names>[\w, ]+?)\s*(?:#.*)?$/;
const IMPORT = /^import\s+(?<name>\w+)\s*(?:#.*)?$/;
const DEFINES = /^(?:async\s+)?(?:def|class)\s+(?<name>\w+)/;

export function pythonImports(source: Source): Mended {
  const notices: string[] = [];
  const nameIndex = nameIndexOf(source);
  const kinds = kindsOfLines(source.before, source.after, QUIET);
  // In a package its own name stands for its modules.
  const own = /(?:^|\/)__init__\.pyi?$/.test(source.path) ? undefined : moduleOf(source.path);
  const text = source.after
    .split("\n")
    .flatMap((line, at) => {
      if (kinds[at] !== "new") return [line];
      const { module } = FROM.exec(line)?.groups ?? {};
      if (module !== undefined && module === own) {
        notices.push(`left out ${line.trim()}, which imports this file itself`);
        return [];
      }
      const corrected = withFoundModule(line, source, nameIndex);
      if (corrected !== undefined) notices.push(`${line.trim()} became ${corrected}`);
      return [corrected ?? line];
    })
    .join("\n");
  const rules = {
    quiet: QUIET,
    isKnown: (name: string) => BUILT_INS.has(name) || EXCEPTION.test(name),
  };
  const had = importsOf(source.before.split("\n"));
  // It is not known which names that brings.
  const takesAll = /^from\s+[\w.]+\s+import\s+\*/m.test(text);
  const lines = namesNotBound(text, rules).flatMap((name) => {
    // What a file defined itself, and does no more, is not what another one defines.
    const dropped = had.get(name);
    const isNew = !takesAll && !hasName(source.before, name);
    return dropped ?? (isNew ? (importOf(name, source, nameIndex) ?? []) : []);
  });
  return {
    text: withLines(text, lines),
    notices: [...notices, ...lines.map((line) => `added ${line}`)],
  };
}

/** What a file imports by its name alone from the modules of some files, and not to hand it on. */
export function pythonNames(text: string, paths: Iterable<string>): readonly string[] {
  const modules = [...paths].map((path) => `.${moduleOf(path)}`);
  return text.split("\n").flatMap((line) => {
    const { module = "", names = "" } = FROM.exec(line)?.groups ?? {};
    const isOwn = module.startsWith(".") || modules.some((one) => one.endsWith(`.${module}`));
    if (!isOwn || /#\s*noqa\b/i.test(line)) return [];
    return names.split(",").flatMap((name) => (/^\s*\w+\s*$/.test(name) ? [name.trim()] : []));
  });
}

function moduleOf(path: string): string {
  return path.replace(/(?:\/__init__)?\.pyi?$/, "").replaceAll("/", ".");
}

/** What the other files say of names, looked at once. */
interface NameIndex {
  /** Which files define a name at their top. */
  readonly defining: ReadonlyMap<string, ReadonlySet<string>>;
  /** A line that imports a name, for it alone: the first one. */
  readonly imports: ReadonlyMap<string, string>;
  /** Modules as they are imported, and those that are there. */
  readonly modules: ReadonlySet<string>;
  readonly there: ReadonlySet<string>;
}

function nameIndexOf({ lines, paths }: Source): NameIndex {
  const defining = new Map<string, Set<string>>();
  const modules = new Set<string>();
  for (const { path, text } of lines) {
    const { name } = DEFINES.exec(text)?.groups ?? {};
    if (name !== undefined) defining.set(name, (defining.get(name) ?? new Set()).add(path));
    const { module } = FROM.exec(text)?.groups ?? {};
    if (module !== undefined) modules.add(module);
  }
  const imports = importsOf(lines.map(({ text }) => text));
  return { defining, imports, modules, there: new Set([...paths].map(moduleOf)) };
}

function importsOf(lines: readonly string[]): ReadonlyMap<string, string> {
  const imports = new Map<string, string>();
  const add = (name: string, line: string) => {
    if (!imports.has(name)) imports.set(name, line);
  };
  for (const line of lines) {
    const { name } = IMPORT.exec(line)?.groups ?? {};
    if (name !== undefined) add(name, `import ${name}`);
    const { module = ".", names = "" } = FROM.exec(line)?.groups ?? {};
    if (module.startsWith(".")) continue;
    for (const one of names.split(",")) add(one.trim(), `from ${module} import ${one.trim()}`);
  }
  return imports;
}

/** @returns the line with the module that has the name and the definitions, where the one that it names is not there. */
function withFoundModule(
  line: string,
  { path: own, paths }: Source,
  nameIndex: NameIndex,
): string | undefined {
  const { module = ".", names = "" } = FROM.exec(line)?.groups ?? {};
  const beside = posix.join(posix.dirname(own), `${module}.py`);
  if (module.startsWith(".") || STANDARD.has(module.split(".")[0] ?? "")) return undefined;
  if (nameIndex.modules.has(module) || nameIndex.there.has(module) || paths.has(beside))
    return undefined;
  const stem = module.slice(module.lastIndexOf(".") + 1);
  const all = names.split(",").map((name) => [...(nameIndex.defining.get(name.trim()) ?? [])]);
  const [path, ...others] = [...new Set(all.flat())];
  const isUnique =
    path !== undefined && others.length === 0 && all.every((one) => one.length === 1);
  if (!isUnique || posix.basename(path).replace(/\.pyi?$/, "") !== stem) return undefined;
  return line.replace(module, () => moduleOf(path));
}

function importOf(name: string, { path: own }: Source, nameIndex: NameIndex): string | undefined {
  const files = [...(nameIndex.defining.get(name) ?? [])].filter((path) => path !== own);
  const [path, ...others] = files;
  if (others.length > 0) return undefined;
  if (path === undefined) return nameIndex.imports.get(name);
  const stem = posix.basename(path).replace(/\.pyi?$/, "");
  // As the others name it: the folder of the sources may be one that is searched.
  const named = [...nameIndex.modules].find((one) => one.split(".").at(-1) === stem);
  return `from ${named ?? moduleOf(path)} import ${name}`;
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

/** What a file defines, found line by line by patterns: no parser of fifteen languages has to be installed. */
import { isFields, parseJson } from "#core/json.ts";

/** What a file defines, and how long it is. */
export interface FileSymbols {
  readonly lines: number;
  /** What others may use of it, in the order of the file. */
  readonly top: readonly string[];
  /** Methods and what is not exported: many, so that they are shown only where a task names them. */
  readonly inner: readonly string[];
}

interface Patterns {
  /** Each has the group `name`. */
  readonly top: readonly RegExp[];
  readonly inner?: readonly RegExp[];
}

/** Longer lines are data or were made by a program. */
const LONGEST_LINE = 300;
/** Longest name of a symbol in characters. */
const LONGEST_NAME = 64;
/** Of one file. */
const MOST_SYMBOLS = 400;

const C_FAMILY: Patterns = {
  top: [
    /^(?:typedef\s+)?(?:class|struct|enum(?:\s+class)?|union|namespace)\s+(?<name>\w+)[^;]*$/,
    /^#\s*define\s+(?<name>\w+)/,
    /^(?!(?:return|else|if|for|while|switch|typedef|using|case|static_assert)\b)[A-Za-z_][\w\s*&:<>,]{0,120}[\s*&](?<name>[\w:~]{1,80})\s*\([^;]*$/,
  ],
};
const TYPED: Patterns = {
  top: [
    /^\s{0,4}(?:@\w+\s+)?(?:(?:public|private|protected|internal|abstract|final|sealed|static|data|open|partial|export|case|pub)\s+){0,4}(?:class|interface|enum|record|@interface|object|struct|protocol|extension|trait)\s+(?<name>\w+)/,
    /^(?:(?:public|private|internal|suspend|inline|override)\s+){0,3}(?:fun|func)\s+(?:<[^>]{0,60}>\s*)?(?<name>[\w.]+)/,
  ],
  inner: [
    /^\s+(?:(?:public|protected|private|internal|static|final|abstract|override|async|suspend|virtual|synchronized)\s+){1,4}(?:fun\s+|func\s+)?(?:[\w<>[\],.?]{1,60}\s+){0,3}(?<name>\w+)\s*\(/,
    /^\s+(?:override\s+)?(?:fun|func)\s+(?<name>\w+)/,
  ],
};

/** How a file is read. */
export type Language =
  | ("script" | "python" | "go" | "rust" | "typed" | "c" | "ruby" | "php" | "elixir" | "shell")
  | ("make" | "markdown" | "sections" | "scripts");

const LANGUAGES: Readonly<Record<Language, Patterns>> = {
  script: {
    top: [
      /^export\s+(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:function\s*\*?|class|interface|type|(?:const\s+)?enum|const|let|var|namespace)\s*(?<name>[\w$]+)/,
      /^(?:module\.)?exports\.(?<name>[\w$]+)\s*=/,
    ],
    inner: [
      /^(?:async\s+)?(?:function\s*\*?|class)\s*(?<name>[\w$]+)/,
      /^\s{2,8}(?:(?:public|private|protected|static|override|async|get|set)\s+){0,4}\*?#?(?!(?:if|for|while|switch|catch|return|function|constructor|super)\b)(?<name>[\w$]+)\s*(?:<[^>()]{0,60}>)?\([^;]*\{\s*$/,
      /^(?:const|let|type|interface|enum)\s+(?<name>[\w$]+)/,
    ],
  },
  python: {
    top: [/^(?:async\s+)?(?:def|class)\s+(?<name>\w+)/, /^(?<name>[A-Z][A-Z\d_]{2,})\s*[:=]/],
    inner: [/^\s+(?:async\s+)?(?:def|class)\s+(?<name>\w+)/],
  },
  go: {
    top: [/^func\s+(?:\([^)]{0,80}\)\s*)?(?<name>\w+)/, /^(?:type|var|const)\s+(?<name>\w+)/],
  },
  rust: {
    top: [
      /^(?:pub(?:\([^)]{0,40}\))?\s+)?(?:(?:async|unsafe|const|default)\s+){0,3}(?:extern\s+"[^"]{0,20}"\s+)?(?:fn|struct|enum|trait|mod|type|static|const|union)\s+(?<name>\w+)/,
      /^macro_rules!\s+(?<name>\w+)/,
    ],
    inner: [
      /^\s+(?:pub(?:\([^)]{0,40}\))?\s+)?(?:(?:async|unsafe|const)\s+){0,3}fn\s+(?<name>\w+)/,
    ],
  },
  typed: TYPED,
  c: C_FAMILY,
  ruby: {
    top: [/^(?:class|module|def)\s+(?<name>[\w:.?!]+)/],
    inner: [/^\s+(?:def|class|module)\s+(?:self\.)?(?<name>[\w?!]+)/],
  },
  php: {
    top: [
      /^\s{0,4}(?:(?:abstract|final)\s+)?(?:class|interface|trait|enum|function)\s+(?<name>\w+)/,
    ],
    inner: [/^\s+(?:(?:public|protected|private|static)\s+){1,3}function\s+(?<name>\w+)/],
  },
  elixir: {
    top: [/^\s{0,2}defmodule\s+(?<name>[\w.]+)/],
    inner: [/^\s+defp?\s+(?<name>[\w?!]+)/],
  },
  shell: {
    top: [/^(?:function\s+)?(?<name>[\w.:-]+)\s*\(\)/, /^function\s+(?<name>[\w.:-]+)/],
  },
  make: { top: [/^(?<name>[A-Za-z\d_/%][\w./%-]*)\s*:(?!=)/] },
  markdown: { top: [/^#{1,3}\s+(?<name>\S.*)$/] },
  sections: { top: [/^\[\[?(?<name>[\w.:-]+)\]/] },
  scripts: { top: [] },
};

const ENDINGS: Readonly<Record<Language, string>> = {
  script: "ts tsx mts cts js jsx mjs cjs vue svelte",
  python: "py pyi",
  go: "go",
  rust: "rs",
  typed: "java kt kts cs scala swift",
  c: "c h cc cpp cxx hpp hh m mm",
  ruby: "rb rake",
  php: "php",
  elixir: "ex exs",
  shell: "sh bash zsh bats",
  make: "mk",
  markdown: "md markdown mdx",
  sections: "toml ini cfg",
  scripts: "",
};
const NAMES: Readonly<Record<string, Language>> = {
  Makefile: "make",
  makefile: "make",
  GNUmakefile: "make",
  "package.json": "scripts",
  Rakefile: "ruby",
  Gemfile: "ruby",
};
const BY_ENDING: ReadonlyMap<string, Language> = new Map(
  // The keys of a record of languages are languages.
  (Object.entries(ENDINGS) as [Language, string][]).flatMap(([language, endings]) =>
    endings.split(" ").map((ending): [string, Language] => [ending, language]),
  ),
);

/** @returns `undefined` for a file of which only the length is listed. */
export function languageOf(path: string): Language | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (Object.hasOwn(NAMES, name)) return NAMES[name];
  const dot = name.lastIndexOf(".");
  return dot < 0 ? undefined : BY_ENDING.get(name.slice(dot + 1).toLowerCase());
}

/**
 * What a text defines. Names are as they stand in it: external text, of one line each.
 *
 * Linear in the length of the text: long lines are skipped, and no pattern looks back far.
 */
export function symbolsOf(text: string, language: Language | undefined): FileSymbols {
  const all = text.split(/\r\n?|\n/);
  const lines = all.at(-1) === "" ? all.length - 1 : all.length;
  if (language === undefined) return { lines, top: [], inner: [] };
  if (language === "scripts") return { lines, top: scriptsOf(text), inner: [] };
  const searched = language === "markdown" ? withoutFences(all) : all;
  return { lines, ...symbolsIn(searched, LANGUAGES[language]) };
}

function symbolsIn(lines: readonly string[], patterns: Patterns): Omit<FileSymbols, "lines"> {
  const [top, inner] = [new Set<string>(), new Set<string>()];
  for (const line of lines) {
    if (top.size + inner.size >= MOST_SYMBOLS) break;
    if (line.length > LONGEST_LINE || line === "") continue;
    const name = firstName(line, patterns.top);
    const within = name === undefined ? firstName(line, patterns.inner ?? []) : undefined;
    if (name !== undefined) top.add(name);
    if (within !== undefined) inner.add(within);
  }
  return { top: [...top], inner: [...inner].filter((name) => !top.has(name)) };
}

/** A comment of a shell begins as a heading does. */
function withoutFences(lines: readonly string[]): readonly string[] {
  let isFenced = false;
  return lines.filter((line) => {
    const isFence = /^\s{0,3}(?:```|~~~)/.test(line);
    if (isFence) isFenced = !isFenced;
    return !(isFence || isFenced);
  });
}

function firstName(line: string, patterns: readonly RegExp[]): string | undefined {
  for (const pattern of patterns) {
    const name = pattern.exec(line)?.groups?.["name"]?.trim();
    if (name !== undefined && name !== "") return name.slice(0, LONGEST_NAME).toWellFormed();
  }
  return undefined;
}

/** How a package is built and tested is what one looks for in its manifest. */
function scriptsOf(text: string): readonly string[] {
  const manifest = parseJson(text);
  const scripts = isFields(manifest) ? manifest["scripts"] : undefined;
  if (!isFields(scripts)) return [];
  return Object.keys(scripts)
    .slice(0, MOST_SYMBOLS)
    .map((name) => name.slice(0, LONGEST_NAME).replace(/\s+/g, " ").toWellFormed());
}

/** The files that a command line names as programs or as settings of programs, without running anything of it. */
import { posix } from "node:path";

/** Longest line that is looked at, in characters; no person writes a longer command. */
export const MAX_LINE = 2500;

/** Programs whose first argument is a program. */
const INTERPRETER =
  /^(?:.*\/)?(?:sh|bash|dash|zsh|ksh|fish|node|nodejs|bun|deno|tsx|ts-node|python[\d.]*|pypy\d?|perl|ruby|php|lua|julia|Rscript|source|\.)$/;
/** Programs that start another one, behind options and numbers of their own. */
const WRAPPER =
  /^(?:.*\/)?(?:exec|time|env|nice|ionice|npx|bunx|sudo|doas|xargs|cross-env|timeout|taskset|stdbuf|nohup|setsid|command|chrt|numactl|strace|ltrace|valgrind|hyperfine|xvfb-run|unbuffer|dotenv|direnv)$/;
/** Programs that start another one where their first word says so. */
const RUNNERS: readonly (readonly [program: RegExp, first: RegExp])[] = [
  [/^(?:uv|uvx|poetry|pipenv|pdm|hatch|rye|go|conda|mise|bundle|rbenv|nix)$/, /^(?:run|exec|x)$/],
  [/^(?:npm|pnpm|yarn)$/, /^(?:exec|x|dlx|node)$/],
];
/** What looks like a program wherever it stands. */
const PROGRAM = /\.(?:[cm]?[jt]sx?|py|sh|bash|zsh|rb|pl|php|lua|go|jl|r)$/i;
/** Options whose value is a file that is run or obeyed. */
const LOADS =
  /^(?:-[cfrp]|--(?:config(?:-file)?|preload|require|import|(?:experimental-)?loader|rcfile|tsconfig|project|env-file|setup-?files?|makefile|file|from-file|plugin|ignore-path|test-reporter|manifest-path|test-setup))$/i;
/** Where a command line goes before it starts something. */
const FOLDER = /(?:\bcd|\s-C|\s--(?:prefix|cwd|dir|directory))[ =]+["']?([^\s"';&|]+)/g;

/** The tokens of a command line, whatever they are. */
export function tokensOf(command: string): string[] {
  return command.slice(0, MAX_LINE).split(/[\s"'`=;&|()$<>]+/);
}

/** The files that a command line starts or hands to a runner as settings; relative to where it runs. */
export function startedBy(line: string): readonly string[] {
  const text = line.slice(0, MAX_LINE).replace(/["']/g, " ");
  const names = text.split(/&&|\|\||[;|&]/).flatMap((command) => {
    const plain = command.trim().replace(/^[@+-]+/, "");
    return [...valuesOf(plain.split(/[\s=]+/), LOADS), ...programsOf(plain.split(/\s+/))];
  });
  return withFolders(text, names);
}

/** Programs that tell something of the files that they are given, and start none of them. */
const READER =
  /^(?:.*\/)?(?:wc|cat|tac|find|du|stat|ls|head|tail|sort|uniq|cut|tr|gzip|gunzip|zcat|bzip2|xz|zstd|brotli|base64|(?:md5|sha\d+|b2|ck)sum|size|strip|nm|file|echo|printf|true|false|test|\[|e?grep|fgrep|rg|expr|bc|seq|date|basename|dirname|realpath|readlink|cmp|comm|diff|jq|awk|gawk|sed)$/;
/** Those of them that take their rules from a file. */
const RULED = /^(?:.*\/)?(?:jq|awk|gawk|sed)$/;

/**
 * The files that may decide what a measure prints: every word of its command line that could be one, but for what
 * programs like `wc` only look at. A file too many makes a person look once more; one too few lets a candidate choose its
 * own number.
 */
export function measuredBy(line: string): readonly string[] {
  const text = line.slice(0, MAX_LINE).replace(/["']/g, " ");
  const commands = text.split(/\$\(|[<>]\(|[`();|&\n]+/).map((command) => {
    const [invocation = "", ...inputs] = command.split(/[<>]+/);
    return { tokens: invocation.split(/[\s=,]+/).filter((word) => word !== ""), inputs };
  });
  // What it reads is a program: `cat bench.js | node`.
  const isFed = commands.some(({ tokens }) => runsItsInput(tokens));
  const names = commands.flatMap(({ tokens, inputs }) => {
    const all = [...tokens, ...inputs.flatMap((input) => input.trim().split(/\s+/))];
    const program = programIn(tokens);
    if (isFed || !READER.test(program)) return all.flatMap(asFiles);
    return RULED.test(program) ? valuesOf(tokens, /^(?:-f|--(?:from-)?file)$/) : [];
  });
  return withFolders(text, names);
}

/** Of a pattern everything below the folder that it begins with: `bench/*`. */
function asFiles(word: string): readonly string[] {
  const wild = word.search(/[*?[{]/);
  if (wild < 0) return asFile(word);
  const folder = word.slice(0, word.lastIndexOf("/", wild) + 1);
  return folder === "" ? ["*"] : asFile(folder).map((path) => posix.join(path, "*"));
}

/** The first word that is a program and no wrapper of one; of `find` what it starts. */
function programIn(tokens: readonly string[]): string {
  const own = tokens.slice(tokens.findIndex((word) => /^-exec(?:dir)?$/.test(word)) + 1);
  return own.find((word) => !isSkipped(word) && !WRAPPER.test(word)) ?? "";
}

/** Whether a program gets its text, or its name, from the command before it. */
function runsItsInput(tokens: readonly string[]): boolean {
  const usesXargs = tokens.some((word) => /(?:^|\/)xargs$/.test(word));
  if (usesXargs) return !READER.test(programIn(tokens));
  const at = tokens.findIndex((word) => INTERPRETER.test(word));
  return at >= 0 && tokens.slice(at + 1).every(isSkipped);
}

/** An option, a number or a time: no name of a program. */
function isSkipped(word: string): boolean {
  return /^-|^\d+(?:\.\d+)?[smhd]?$|^[A-Z_][A-Z0-9_]*$/.test(word);
}

function valuesOf(tokens: readonly string[], options: RegExp): readonly string[] {
  return tokens.flatMap((word, index) =>
    options.test(tokens[index - 1] ?? "") ? asFile(word) : [],
  );
}

function withFolders(text: string, names: readonly string[]): readonly string[] {
  const folders = [...text.matchAll(FOLDER)]
    .flatMap(([, folder = ""]) => asFile(folder))
    .slice(0, 5);
  return names.flatMap((name) => [name, ...folders.map((folder) => posix.join(folder, name))]);
}

/** Whether a word begins a command that starts a program which a later word names. */
export function startsPrograms(word: string): boolean {
  return INTERPRETER.test(word) || WRAPPER.test(word) || RUNNERS.some(([own]) => own.test(word));
}

/** Words that stand between an interpreter and its program. */
const SUBCOMMAND = /^(?:run|test|exec|--|\d+(?:\.\d+)?[smhd]?)$/;

/** The program that a command starts, and the values of options before it that could be one. */
function programsOf(tokens: readonly string[]): readonly string[] {
  const [first = "", ...rest] = tokens.filter((word) => !/^(?:\w+=.*|-[a-z]*c)$/.test(word));
  if (INTERPRETER.test(first)) {
    const module = rest[rest.indexOf("-m") + 1];
    if (rest.includes("-m") && module !== undefined) return asFile(module);
    return programsBehind(rest, asFile);
  }
  const runner = RUNNERS.find(([program]) => program.test(first));
  const start = runner === undefined ? -1 : rest.findIndex((word) => runner[1].test(word));
  if (start >= 0) return programsBehind(rest.slice(start + 1), programFile);
  if (WRAPPER.test(first)) return programsBehind(rest, programFile);
  return first.includes("/") ? asFile(first) : [];
}

/** @param named what the first word that belongs to no option names. */
function programsBehind(
  tokens: readonly string[],
  named: (word: string) => readonly string[],
): readonly string[] {
  const values: string[] = [];
  for (const [at, word] of tokens.entries()) {
    if (isOption(word) || SUBCOMMAND.test(word)) continue;
    if (startsPrograms(word)) return [...values, ...programsOf(tokens.slice(at))];
    const option = tokens[at - 1] ?? "";
    // What takes a value is not known of every program: one that looks like a program is the program.
    const isValue =
      isOption(option) && !option.includes("=") && (LOADS.test(option) || !PROGRAM.test(word));
    if (!isValue) return [...values, ...named(word)];
    values.push(...asFile(word));
  }
  return values;
}

function isOption(word: string): boolean {
  return word.startsWith("-") && word !== "--";
}

/** What a wrapper starts may be a command of the system. */
function programFile(word: string): readonly string[] {
  return word.includes("/") || PROGRAM.test(word) ? asFile(word) : [];
}

/** A path below the folder that it is named in, or a module by its dotted name; not what leads elsewhere. */
export function asFile(word: string): readonly string[] {
  const path = posix.normalize(
    word
      .replace(/^["'`]+|["'`]+$/g, "")
      .replace("<rootDir>/", "")
      .toLowerCase(),
  );
  if (!/^[\w.@+-][\w./@+-]*$/.test(path) || path.startsWith("..") || path === ".") return [];
  return /^\w+(?:\.\w+)+$/.test(path) ? [path, path.replaceAll(".", "/")] : [path];
}

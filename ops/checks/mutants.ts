#!/usr/bin/env bun
/**
 * Makes small mistakes at random places of the product, one at a time and in a copy of this checkout, and says which test
 * file notices each.
 *
 *   bun ops/checks/mutants.ts [--seed N] [--count N] [PATH...]   default: a seed by chance, 30, app cli fitness/static
 *
 * Mistakes that the types refuse are not counted. Those of logs and of times to wait are not made: `mutations.ts`.
 * Exit code 1 when tests notice fewer than nine of ten.
 */
import { closeSync, lstatSync, openSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { Random } from "#fitness/oracle/random.ts";
import { loadText } from "#platform/files.ts";
import { type TemporaryFolder, temporaryFolder } from "#platform/temporary-folder.ts";
import timings from "../../test/timings.json";
import { MEASURING, SUFFIX } from "../end-to-end.ts";
import { edgesOf } from "../import-rules.ts";
import { readTexts } from "../imports.ts";
import { failures } from "../totals.ts";
import { type Mutation, mutated, mutationsOf } from "./mutations.ts";
import { lateEdges, type Sources, suites, unitTests } from "./reaching-tests.ts";

export interface MutantOptions {
  /** Absolute path of the checkout; nothing in it is changed. */
  readonly root: string;
  readonly seed: number;
  readonly count: number;
  /** Folders or files of the product, from the root. */
  readonly paths: readonly string[];
  readonly say: (line: string) => void;
}

/** A line of `bun check`. */
const TYPE_ERROR = /^(\S+\.ts)\(\d+,\d+\): error /gm;

interface Mutant {
  readonly file: string;
  readonly mutation: Mutation;
}

/** Processor time of test files by the record, in milliseconds: of the nearest, of more, of all that are requested. */
const UNIT_ROUNDS_MS = [2000, 8000, 20_000];
const SUITE_ROUNDS_MS = [12_000, 25_000, 60_000];
/** What is not recorded takes less than this. */
const UNRECORDED_MS = 170;
/** Longest wait for a run: on a busy machine a file takes a multiple of its processor time. */
const START_MS = 60_000;
const TYPES_MS = 300_000;
const PATIENCE = 8;
/** Of mistakes in ten, tests have to notice so many. */
const NOTICED_OF_TEN = 9;
const DEFAULT_PATHS = ["app", "cli", "fitness/static"];
/** As the scripts beside this. */
const EX_USAGE = 64;

/** @returns how many of the mistakes the tests have noticed. */
export async function checkMutants(options: MutantOptions): Promise<number> {
  const { root, seed, count, paths, say } = options;
  await using folder: TemporaryFolder = await temporaryFolder("mutants");
  const copy = await copyOf(root, join(folder.path, "copy"));
  const texts = await readTexts(copy);
  const edges = [...[...texts].flatMap(([path, text]) => edgesOf(path, text)), ...lateEdges(texts)];
  const check = new Check(copy, seed, { edges, texts, costs: timings.files });
  say(`seed ${seed}, ${count} mutants of ${paths.join(" ")}`);
  let [made, killed] = [0, 0];
  for (const mutant of await drawn(check, options)) {
    const start = performance.now();
    const killer = await check.killer(mutant);
    made += 1;
    if (killer !== undefined) killed += 1;
    const { file, mutation } = mutant;
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    const end = killer === undefined ? "ALIVE" : `killed by ${killer}`;
    say(`${made} ${file}:${mutation.line}  ${mutation.told}  ${end} (${seconds} s)`);
  }
  say(`${killed} of ${made} killed`);
  return killed;
}

/** A line, and what may be changed there. */
interface Place {
  readonly file: string;
  readonly mutations: Mutation[];
}

/** Mistakes that the types allow, at most one of a line; lines have the same chance, whatever is on them. */
async function drawn(
  check: Check,
  { seed, count, paths }: MutantOptions,
): Promise<readonly Mutant[]> {
  const random = new Random(seed);
  const all = [...check.sources.texts]
    .filter(([file]) => paths.some((path) => file === path || file.startsWith(`${path}/`)))
    .filter(([file]) => !file.endsWith(".test.ts"))
    .flatMap(([file, text]): Place[] => {
      const byLine = Map.groupBy(mutationsOf(text), ({ line }) => line);
      return [...byLine.values()].map((mutations) => ({ file, mutations }));
    });
  const shuffled = random
    .shuffle(all)
    .map(({ file, mutations }) => ({ file, mutations: random.shuffle(mutations) }));
  const found = new Map<Place, Mutant>();
  let open = shuffled.splice(0, count);
  while (open.length > 0) {
    // A check of the types takes as long for one as for all, but of a file it can judge only one.
    const batch = new Map(open.map((place) => [place.file, place])).values().toArray();
    const mutants = batch.flatMap(({ file, mutations: [mutation] }) =>
      mutation === undefined ? [] : [{ file, mutation }],
    );
    const refused = await check.refused(mutants);
    for (const place of batch) {
      const mutant = mutants.find(({ file }) => file === place.file);
      if (mutant !== undefined && !refused.has(place.file)) found.set(place, mutant);
      place.mutations.shift();
    }
    const left = open.filter((place) => !found.has(place) && place.mutations.length > 0);
    open = [...left, ...shuffled.splice(0, count - found.size - left.length)];
  }
  return [...found.values()];
}

class Check {
  readonly sources: Sources;
  readonly #copy: string;
  readonly #seed: number;
  /** Whether test files pass without a mistake, by their paths. */
  readonly #sound: Map<string, boolean> = new Map();

  constructor(copy: string, seed: number, sources: Sources) {
    this.#copy = copy;
    this.#seed = seed;
    this.sources = sources;
  }

  /** The files of those that the types do not allow. @param mutants of different files */
  async refused(mutants: readonly Mutant[]): Promise<ReadonlySet<string>> {
    if (mutants.length === 0) return new Set();
    const { hasPassed, output } = await this.#with(mutants, () =>
      this.#run(["check", "--no-script"], TYPES_MS),
    );
    if (hasPassed) return new Set();
    const wrong = new Set([...output.matchAll(TYPE_ERROR)].map(([, file = ""]) => file));
    const refused = mutants.map(({ file }) => file).filter((file) => wrong.has(file));
    if (mutants.length === 1 || (refused.length > 0 && refused.length === wrong.size))
      return new Set(refused.length > 0 ? refused : mutants.map(({ file }) => file));
    // What is wrong elsewhere tells nothing of its cause.
    const half = Math.ceil(mutants.length / 2);
    const first = await this.refused(mutants.slice(0, half));
    return first.union(await this.refused(mutants.slice(half)));
  }

  /** The test file that notices the mistake; nothing where none does. */
  async killer(mutant: Mutant): Promise<string | undefined> {
    const { costs } = this.sources;
    const isMeasuring = (path: string) =>
      MEASURING.some((name) => path.endsWith(`/${name}${SUFFIX}`));
    const suitesOf = suites(mutant.file, this.sources).filter((path) => !isMeasuring(path));
    const all = [
      ...rounds(unitTests(mutant.file, this.sources), UNIT_ROUNDS_MS, costs),
      ...rounds(suitesOf, SUITE_ROUNDS_MS, costs),
    ];
    for (const round of all) {
      const killer = await this.#killerOf(mutant, round);
      if (killer !== undefined) return killer;
    }
    return undefined;
  }

  async #killerOf(mutant: Mutant, round: readonly string[]): Promise<string | undefined> {
    const paths = round.filter((path) => this.#sound.get(path) !== false);
    if (paths.length === 0) return undefined;
    const ended = await this.#with([mutant], () => this.#test(paths));
    if (ended.hasPassed) return undefined;
    const failed = paths.filter((path) => ended.failed.includes(path));
    for (const path of failed) if (await this.#isSound(path)) return path;
    // A process that ended or hung names no file.
    if (failed.length > 0) return await this.#killerOf(mutant, paths);
    const { hasPassed } = await this.#test(paths);
    return hasPassed ? `the end or the time of ${paths.join(", ")}` : undefined;
  }

  async #isSound(path: string): Promise<boolean> {
    const known = this.#sound.get(path) ?? (await this.#test([path])).hasPassed;
    this.#sound.set(path, known);
    return known;
  }

  async #test(paths: readonly string[]) {
    const costMs = paths.reduce((sum, path) => sum + costOf(path, this.sources.costs), 0);
    const options = ["--parallel=3", "--no-isolate", "--only-failures", "--bail"];
    const isSuite = paths[0]?.endsWith(SUFFIX) === true;
    const words = isSuite ? ["ops/end-to-end.ts"] : ["test", ...options];
    const named = paths.map((path) => `./${path}`);
    return await this.#run([...words, ...named], START_MS + costMs * PATIENCE);
  }

  /** Does something while the copy has mistakes. */
  async #with<Result>(mutants: readonly Mutant[], act: () => Promise<Result>): Promise<Result> {
    const textOf = (file: string): string => this.sources.texts.get(file) ?? "";
    const write = (file: string, text: string) => Bun.write(join(this.#copy, file), text);
    for (const { file, mutation } of mutants) await write(file, mutated(textOf(file), mutation));
    try {
      return await act();
    } finally {
      for (const { file } of mutants) await write(file, textOf(file));
    }
  }

  /** Runs Bun in the copy. `failed` has the test files that are named as failed. */
  async #run(words: readonly string[], limitMs: number) {
    // A file: what outlives a run that is ended would keep a pipe open.
    const path = `${this.#copy}.output`;
    const output = openSync(path, "w");
    const child = Bun.spawn([process.execPath, ...words], {
      cwd: this.#copy,
      // The same texts for properties in each run.
      env: { ...Bun.env, FC_SEED: String(this.#seed) },
      stdio: ["ignore", output, output],
      // A group of its own, to end all of it.
      detached: true,
    });
    const end = (): void => void process.kill(-child.pid, "SIGKILL");
    const timer = setTimeout(end, limitMs);
    process.once("exit", end);
    const exitCode = await child.exited;
    clearTimeout(timer);
    process.off("exit", end);
    closeSync(output);
    endProcessesOf(this.#copy);
    const text = await loadText(path);
    const failed = failures(text).map((line) => line.replace(/^\.\//, ""));
    return { hasPassed: exitCode === 0, output: text, failed };
  }
}

/** Ends what tests left running, by the path of the copy: a mistake can keep them from ending what they have started. */
function endProcessesOf(copy: string): void {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      if (line.includes(`${copy}/`)) process.kill(Number(pid), "SIGKILL");
    } catch {
      // It has ended meanwhile.
    }
  }
}

function costOf(path: string, costs: Sources["costs"]): number {
  return costs[path] ?? UNRECORDED_MS;
}

/** Test files in their order, as many to a round as its time allows, which counts from the first; at least one. */
function rounds(
  paths: readonly string[],
  limitsMs: readonly number[],
  costs: Sources["costs"],
): readonly (readonly string[])[] {
  let spentMs = 0;
  const placed = paths.map((path) => {
    spentMs += costOf(path, costs);
    return { path, round: limitsMs.findIndex((limit) => spentMs <= limit) };
  });
  const [first, ...others] = placed;
  const all = first === undefined ? [] : [{ ...first, round: Math.max(first.round, 0) }, ...others];
  return limitsMs
    .map((_limit, index) => all.filter(({ round }) => round === index).map(({ path }) => path))
    .filter((round) => round.length > 0);
}

/** Copies a checkout; packages are linked where the file system can. @returns the path of the copy. */
async function copyOf(root: string, copy: string): Promise<string> {
  const names = readdirSync(root).filter((name) => name !== ".org" && name !== "node_modules");
  // The file of a linked work tree would lead back to the repository of the user.
  const own = names.filter((name) => name !== ".git" || lstatSync(join(root, name)).isDirectory());
  const paths = own.map((name) => join(root, name));
  await Bun.$`mkdir ${copy} && cp -a ${paths} ${copy}`.quiet();
  const packages = join(root, "node_modules");
  const linked = await Bun.$`test ! -e ${packages} || cp -al ${packages} ${copy}`.quiet().nothrow();
  if (linked.exitCode !== 0) await Bun.$`cp -a ${packages} ${copy}`.quiet();
  return copy;
}

interface Request {
  readonly seed: number;
  readonly count: number;
  readonly paths: readonly string[];
}

/** @returns undefined after the message of an argument that is not known or not a number. */
function readRequest(): Request | undefined {
  const options = { seed: { type: "string" }, count: { type: "string", default: "30" } } as const;
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
    const count = Number(values.count);
    if (!(Number.isSafeInteger(seed) && Number.isSafeInteger(count) && count > 0))
      throw new Error("--seed and --count take a whole number");
    return { seed, count, paths: positionals.length === 0 ? DEFAULT_PATHS : positionals };
  } catch (error) {
    console.error(`mutants: ${error instanceof Error ? error.message : error}`);
    console.error(
      "bun ops/checks/mutants.ts [--seed N] [--count N] [PATH...]; nothing was changed",
    );
    return undefined;
  }
}

async function main(): Promise<number> {
  const request = readRequest();
  if (request === undefined) return EX_USAGE;
  const root = dirname(dirname(import.meta.dir));
  const killed = await checkMutants({ ...request, root, say: (line) => console.error(line) });
  return killed * 10 < request.count * NOTICED_OF_TEN ? 1 : 0;
}

if (import.meta.main) {
  // What runs is ended with it: an exit is seen where it was started, a signal is not.
  process.once("SIGINT", () => process.exit(130));
  process.once("SIGTERM", () => process.exit(143));
  process.exitCode = await main();
}

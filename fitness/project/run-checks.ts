/** Runs the checks of a project on a tree of its repository, in the sandbox and nowhere else. */

import { lstat, mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import { GO_PROGRAMS, shellArgs } from "#platform/sandbox/go-library.ts";
import { POLICIES, type ReadOnlyBind, type SandboxPolicy } from "#platform/sandbox/policy.ts";
import type { KillReason, SandboxResult } from "#platform/sandbox/result.ts";
import { runSandboxed } from "#platform/sandbox/run.ts";
import { NO_TOOLCHAINS, type Toolchains, withToolchains } from "#platform/sandbox/toolchains.ts";
import { WORKSPACE } from "#platform/sandbox/working-copy.ts";
import { removeFolder, type TemporaryFolder, temporaryFolder } from "#platform/temporary-folder.ts";
import { printedDoubts } from "./printed-doubts.ts";
import { allTests, readTests } from "./read-tests.ts";
import { REPORT_OUTPUT_BYTES, ReportCollector } from "./report-files.ts";
import { reportedResults } from "./reported-tests.ts";
import type { TestResult } from "./test-result.ts";
import { writeTreeTo } from "./tree-folder.ts";

/** As much of the end of what a check prints as helps, in characters. */
const TAIL = 2000;
const MIB = 1024 * 1024;

/**
 * What a check may use. It sees the tree with a layer of memory above, which is gone with the run: caches can be written,
 * and the next check finds the tree as it was.
 */
const CHECK_POLICY: SandboxPolicy = {
  ...POLICIES.projectCheck,
  path: [GO_PROGRAMS],
  // All tests of a project by name.
  outputBytes: { stdout: 16 * MIB + REPORT_OUTPUT_BYTES, stderr: 16 * MIB },
};

/** Asks runners for the names of all tests where they would print fewer, and for no colours. */
const ENVIRONMENT: Readonly<Record<string, string>> = {
  CI: "1",
  NO_COLOR: "1",
  PYTEST_ADDOPTS: "-rA",
  GOFLAGS: "-v",
  // Without a network each of these only costs time.
  GOTOOLCHAIN: "local",
  GOPROXY: "off",
  CARGO_NET_OFFLINE: "true",
  NPM_CONFIG_UPDATE_NOTIFIER: "false",
};

/** Folders of the user's checkout that a build needs and Git does not hold, such as node_modules. */
interface Dependencies {
  /** Absolute path of the checkout, without a link in it. */
  readonly root: string;
  /** Paths in it, with "/" between names. */
  readonly names: readonly string[];
}

/** What one check may use, where its user set that. */
export interface CheckLimits {
  readonly command: string;
  /** Longest life in milliseconds. @default as of {@link CheckOptions} */
  readonly wallMs?: number | undefined;
  /** @default 4 GiB */
  readonly memoryBytes?: number | undefined;
}

export interface CheckOptions {
  readonly dependencies: Dependencies;
  /** What the user installed for themselves, to run checks with. @default none */
  readonly toolchains?: Toolchains | undefined;
  readonly cleaner: TextCleaner;
  readonly signal: AbortSignal;
  /** Receives what begins, in a few words. */
  readonly note: (text: string) => void;
  /** Longest life of one check in milliseconds. @default 1_800_000 */
  readonly wallMs?: number | undefined;
  /** Of single checks. @default none of its own */
  readonly limits?: readonly CheckLimits[] | undefined;
  /** Absolute path of a folder that its owner removes, for the files of the tree. @default one of their own */
  readonly within?: string | undefined;
}

/** How one check fared on one tree. */
export interface CheckRun {
  readonly command: string;
  /** Null when it was stopped. */
  readonly exit: number | null;
  readonly stopped: KillReason | null;
  readonly ms: number;
  /** The end of what it printed, cleaned: at most 2,000 characters. */
  readonly tail: string;
  /** By name where a runner was recognised, cleaned; else none, and the check as a whole is one test. */
  readonly tests: readonly TestResult[];
  /** What in its output does not fit together, a clause each, cleaned: a program may have imitated its runner. */
  readonly doubts: readonly string[];
}

/** What a command printed, and how it ended. */
export interface PrintedRun extends Pick<CheckRun, "exit" | "stopped" | "ms"> {
  /** Not cleaned. */
  readonly stdout: string;
}

/** Whether a check ended by itself and with exit code 0. */
export function passed({ exit, stopped }: Pick<CheckRun, "exit" | "stopped">): boolean {
  return stopped === null && exit === 0;
}

/** A tree of a repository that checks can run on. */
export interface TreeOf {
  readonly repository: Repository;
  /** Id of a commit or tree. */
  readonly tree: string;
  /** Adds to the folder once the tree is written there. */
  readonly prepare?: ((folder: string) => Promise<void>) | undefined;
  /** Shown beside it. @default nothing */
  readonly readOnly?: readonly ReadOnlyBind[] | undefined;
}

/** A tree that is written when the first check runs on it, and is gone when it is disposed. */
export class CheckedTree implements AsyncDisposable {
  readonly #source: TreeOf;
  readonly #options: CheckOptions;
  #folder: Promise<TemporaryFolder> | undefined;
  #path: Promise<string> | undefined;

  constructor(source: TreeOf, options: CheckOptions) {
    this.#source = source;
    this.#options = options;
  }

  /** @param wallMs longest life of this run in milliseconds; the smaller of it and the option holds. */
  async run(command: string, wallMs: number = Number.POSITIVE_INFINITY): Promise<CheckRun> {
    const { signal, cleaner } = this.#options;
    const tail = new Tail();
    const collector = new ReportCollector();
    const result = await this.#execute(command, wallMs, {
      wrap: (args) => collector.wrap(args, Date.now()),
      onText: (stream, text) => tail.push(stream === "stdout" ? collector.printed(text) : text),
    });
    const { stdout, reports } = collector.split(result.stdout);
    const streams = [stdout, result.stderr];
    const reported = await reportedResults(reports, signal);
    const tests = allTests(readTests(streams), reported.tests);
    const doubts = [...printedDoubts(streams), ...reported.doubts];
    return {
      command,
      exit: result.exit,
      stopped: result.killed,
      ms: result.wallMs,
      tail: (await cleaner.cleanInSlices(tail.text, signal)).trim().slice(-TAIL),
      tests: tests.map((test) => ({ ...test, name: cleaner.clean(test.name) })),
      doubts: doubts.map((doubt) => cleaner.clean(doubt)),
    };
  }

  /** Runs a command for what it prints. @param wallMs as of {@link run}. */
  async print(command: string, wallMs: number): Promise<PrintedRun> {
    const { exit, killed, wallMs: ms, stdout } = await this.#execute(command, wallMs);
    return { exit, stopped: killed, ms, stdout };
  }

  async #execute(
    command: string,
    wallMs: number,
    { wrap = (args) => args, onText }: Watched = {},
  ): Promise<SandboxResult> {
    const { signal, dependencies, toolchains = NO_TOOLCHAINS } = this.#options;
    signal.throwIfAborted();
    const from = await this.#written();
    const own = limitsOf(this.#options, command);
    const longest = Math.min(wallMs, own?.wallMs ?? this.#options.wallMs ?? CHECK_POLICY.wallMs);
    const policy: SandboxPolicy = withToolchains(
      {
        ...CHECK_POLICY,
        wallMs: longest,
        memoryBytes: own?.memoryBytes ?? CHECK_POLICY.memoryBytes,
        // A user who lets a check run longer lets it work longer.
        cpuMs: Math.max(CHECK_POLICY.cpuMs, 2 * longest),
        folder: WORKSPACE,
        environment: ENVIRONMENT,
        readOnly: [
          { from, to: WORKSPACE, layered: true },
          ...(await dependencyBinds(dependencies, from)),
          ...(this.#source.readOnly ?? []),
        ],
      },
      toolchains,
    );
    const args = wrap(shellArgs(command, toolchains));
    const result = await runSandboxed(args, policy, { signal, onOutput: onText });
    signal.throwIfAborted();
    return result;
  }

  /** The folder of the tree. A tree that could not be written whole is not run on later either. */
  #written(): Promise<string> {
    this.#folder ??= folderWithin(this.#options.within);
    this.#path ??= this.#folder.then(async ({ path }) => {
      await writeTreeTo({ ...this.#source, signal: this.#options.signal }, path);
      await this.#source.prepare?.(path);
      return path;
    });
    return this.#path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await using _folder = await this.#folder;
  }
}

/** Those that the user set for a command. */
export function limitsOf(
  { limits = [] }: Pick<CheckOptions, "limits">,
  command: string,
): CheckLimits | undefined {
  return limits.find((one) => one.command === command);
}

interface Watched {
  /** Makes the arguments that run of those of the command, when its tree is written. */
  readonly wrap?: ((args: readonly string[]) => readonly string[]) | undefined;
  readonly onText?: ((stream: "stdout" | "stderr", text: string) => void) | undefined;
}

async function folderWithin(owned: string | undefined): Promise<TemporaryFolder> {
  if (owned === undefined) return await temporaryFolder("check");
  const path = await mkdtemp(join(owned, "tree-"));
  return { path, [Symbol.asyncDispose]: () => removeFolder(path) };
}

/** The end of a long text: what both streams say, in the order in which it came. */
class Tail {
  text = "";

  push(text: string): void {
    this.text += text;
    // Cut seldom, and long before what is printed begins: half a secret is not recognised.
    if (this.text.length > 64 * TAIL) this.text = this.text.slice(-16 * TAIL);
  }
}

/**
 * Dependencies lie where the checkout has them. One that is not there, is a link, or whose path the tree takes for
 * something else is left out: the check says best what it misses.
 */
async function dependencyBinds(
  { root, names }: Dependencies,
  tree: string,
): Promise<readonly ReadOnlyBind[]> {
  const binds: ReadOnlyBind[] = [];
  for (const name of names) {
    const parts = name.split("/");
    if (parts.some((part) => ["", ".", "..", ".git"].includes(part))) continue;
    const [ours, theirs] = await Promise.all([foldersOf(root, parts), foldersOf(tree, parts)]);
    const isThere = ours.every((kind) => kind === "folder");
    if (isThere && !theirs.includes("other")) {
      binds.push({ from: join(root, name), to: `${WORKSPACE}/${name}`, layered: true });
    }
  }
  return binds;
}

/** What each step from a folder down to a path is. */
async function foldersOf(
  root: string,
  parts: readonly string[],
): Promise<readonly ("folder" | "missing" | "other")[]> {
  return await Promise.all(
    parts.map(async (_part, index) => {
      const entry = await lstat(join(root, ...parts.slice(0, index + 1))).catch(() => undefined);
      if (entry === undefined) return "missing";
      return entry.isDirectory() ? "folder" : "other";
    }),
  );
}

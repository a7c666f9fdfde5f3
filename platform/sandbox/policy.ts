/** What a sandboxed program may use. Policies are plain data, so that they can be printed, compared and stored. */

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;

/** A host file or folder that the program sees, read-only. */
export interface ReadOnlyBind {
  /** Absolute path on the host, without a link in it. */
  readonly from: string;
  /** Absolute path inside the sandbox; must not lie in `/usr`, `/proc` or `/dev`. */
  readonly to: string;
  /** Paths in `from` that the program sees empty; those that do not exist, or lie behind a link, are left out. */
  readonly hide?: readonly string[] | undefined;
  /**
   * Lets the program write there: into a layer of memory above the folder, of at most `scratchBytes` for all such
   * folders together, that is gone with the run. The host's folder never changes. Where the kernel refuses such a
   * layer for one of them, all but the first are read-only, and that as well where it refuses it, too.
   */
  readonly layered?: boolean | undefined;
}

/**
 * A folder of the host that the program changes for good. Only a folder that org made for this purpose may be
 * named here; its own folder must be closed to programs.
 */
export interface WritableBind {
  /** Absolute path of a folder on the host that belongs to us, without a link in it. */
  readonly from: string;
  /** Absolute path inside the sandbox; what `readOnly` shows may lie below it, where the folder has a place for it. */
  readonly to: string;
  /** Most bytes that a run adds to the folder; a program that adds more is stopped. */
  readonly maxBytes: number;
  /** Most files and folders that a run adds; a program that adds more is stopped. */
  readonly maxFiles: number;
}

interface OutputCaps {
  readonly stdout: number;
  readonly stderr: number;
}

/** What a program reaches through the proxy that its environment names (`HTTPS_PROXY`). */
interface NetworkPolicy {
  /** Domains: `example.com`, or `*.example.com` for all names below it; https alone. */
  readonly hosts: readonly string[];
}

export interface SandboxPolicy {
  /** Memory of the whole process tree in bytes: pages, page tables, scratch files, socket buffers. */
  readonly memoryBytes: number;
  /** CPU time of the whole process tree in milliseconds. */
  readonly cpuMs: number;
  /** Wall-clock time in milliseconds, start of the sandbox included. */
  readonly wallMs: number;
  /** Processes and threads alive at once. */
  readonly processes: number;
  /** Open file descriptors of each process. */
  readonly openFiles: number;
  /** Size in bytes of `/work` and of `/tmp`, each; also the largest file. */
  readonly scratchBytes: number;
  /** Most bytes read from each stream; a program that writes more is stopped. */
  readonly outputBytes: OutputCaps;
  readonly readOnly: readonly ReadOnlyBind[];
  /** Folders that the program changes for good; none by default. */
  readonly writable?: readonly WritableBind[] | undefined;
  /** Where the program starts, by its path inside: `to` of one of the binds. @default `/work` */
  readonly folder?: string | undefined;
  /** Folders that programs are looked for in before those of the system, by their paths inside. @default none */
  readonly path?: readonly string[] | undefined;
  /** The program's environment, added to PATH, HOME, LANG and TMPDIR. Never put a secret here. */
  readonly environment: Readonly<Record<string, string>>;
  /** The way out of the sandbox's own loopback; none by default. */
  readonly network: false | NetworkPolicy;
  /**
   * Lets the program build sandboxes of its own within, as browsers do for each page: user, process and network
   * namespaces, and Unix sockets among its processes. Only for programs of the system, never for one that a model wrote, and
   * only under bubblewrap. @default false
   */
  readonly nested?: boolean | undefined;
}

/** Where every sandbox looks for programs. */
export const SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin";

/** The limits that hold unless others were chosen. */
export const DEFAULT_POLICY: SandboxPolicy = {
  memoryBytes: 1 * GIB,
  cpuMs: 60_000,
  wallMs: 30_000,
  processes: 64,
  openFiles: 256,
  scratchBytes: 64 * MIB,
  outputBytes: { stdout: 4 * MIB, stderr: 4 * MIB },
  readOnly: [],
  environment: {},
  network: false,
};

export type PolicyName =
  | "sh"
  | "pythonRun"
  | "generatedTool"
  | "forgeCheck"
  | "generation"
  | "mcpServer"
  | "browser"
  | "projectCheck";

/** The policies of the built-in uses, each said as its difference from the default. */
export const POLICIES: Readonly<Record<PolicyName, SandboxPolicy>> = {
  /** Shell commands of a model. */
  sh: DEFAULT_POLICY,
  /** Python programs of a model. */
  pythonRun: DEFAULT_POLICY,
  /** One call of a generated tool: small, so that many fit on a machine. */
  generatedTool: {
    ...DEFAULT_POLICY,
    memoryBytes: 512 * MIB,
    cpuMs: 10_000,
    wallMs: 10_000,
    outputBytes: { stdout: 1 * MIB, stderr: 256 * KIB },
  },
  /** Type checks, tests and mutants of a tool under construction. */
  forgeCheck: { ...DEFAULT_POLICY, cpuMs: 120_000, wallMs: 120_000 },
  /** A candidate generation that serves beside the current one. */
  generation: { ...DEFAULT_POLICY, cpuMs: 3_600_000, wallMs: 24 * 3_600_000 },
  /** A server of the Model Context Protocol: it lives as long as org does, and what it writes is read as it comes. */
  mcpServer: {
    ...DEFAULT_POLICY,
    memoryBytes: 512 * MIB,
    cpuMs: 24 * 3_600_000,
    wallMs: 7 * 24 * 3_600_000,
    outputBytes: { stdout: Number.MAX_SAFE_INTEGER, stderr: Number.MAX_SAFE_INTEGER },
  },
  /** Chromium, for the pages that a room reads; how long it lives, its owner says. */
  browser: {
    ...DEFAULT_POLICY,
    cpuMs: 24 * 3_600_000,
    wallMs: 7 * 24 * 3_600_000,
    // Threads count, too: about 120 for one page.
    processes: 512,
    openFiles: 1024,
    scratchBytes: 256 * MIB,
    outputBytes: { stdout: Number.MAX_SAFE_INTEGER, stderr: Number.MAX_SAFE_INTEGER },
    nested: true,
  },
  /** One check of the user's own project: its compiler, its tests. Builds write large files and open many. */
  projectCheck: {
    ...DEFAULT_POLICY,
    memoryBytes: 4 * GIB,
    cpuMs: 3_600_000,
    wallMs: 1_800_000,
    processes: 256,
    openFiles: 1024,
    scratchBytes: 512 * MIB,
  },
};

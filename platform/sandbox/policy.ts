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
  /** Names directly in `from` that the program sees empty; those that do not exist are left out. */
  readonly hide?: readonly string[] | undefined;
  /**
   * Lets the program write there: into a layer of memory above the folder, of at most `scratchBytes`, that is
   * gone with the run. The host's folder never changes. Where the kernel refuses such a layer, and for all but
   * the first bind that asks for one, the folder is read-only.
   */
  readonly layered?: boolean | undefined;
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
  /** Where the program starts, by its path inside: `to` of one of the binds. @default `/work` */
  readonly folder?: string | undefined;
  /** The program's environment, added to PATH, HOME, LANG and TMPDIR. Never put a secret here. */
  readonly environment: Readonly<Record<string, string>>;
  /** The way out of the sandbox's own loopback; none by default. */
  readonly network: false | NetworkPolicy;
}

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

export type PolicyName = "sh" | "pythonRun" | "generatedTool" | "forgeCheck" | "generation";

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
};

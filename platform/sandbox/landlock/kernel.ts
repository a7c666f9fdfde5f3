/**
 * The Linux calls with which a process takes rights from itself, for good.
 *
 * @see https://docs.kernel.org/userspace-api/landlock.html
 */
import { dlopen, FFIType, ptr } from "bun:ffi";

// The same numbers on every processor; C libraries have no functions for them.
const SYS_CREATE_RULESET = 444;
const SYS_ADD_RULE = 445;
const SYS_RESTRICT_SELF = 446;
const SYS_CLOSE_RANGE = 436;
const CREATE_RULESET_VERSION = 1;
const RULE_PATH_BENEATH = 1;
const CLOSE_RANGE_CLOEXEC = 4;
const PR_SET_NO_NEW_PRIVS = 38;
const PR_SET_SECCOMP = 22;
const PR_SET_CHILD_SUBREAPER = 36;
const SECCOMP_MODE_FILTER = 2;
const WNOHANG = 1;
const FILTER_INSTRUCTION_BYTES = 8;

const { i32, i64, u64, ptr: pointer } = FFIType;
const SYMBOLS = {
  syscall: { args: [i64, i64, i64, i64, i64], returns: i64 },
  prctl: { args: [i32, u64, u64, u64, u64], returns: i32 },
  setrlimit: { args: [i32, pointer], returns: i32 },
  setsid: { args: [], returns: i32 },
  setgroups: { args: [u64, pointer], returns: i32 },
  setresgid: { args: [i32, i32, i32], returns: i32 },
  setresuid: { args: [i32, i32, i32], returns: i32 },
  waitpid: { args: [i32, pointer, i32], returns: i32 },
  execve: { args: [pointer, pointer, pointer], returns: i32 },
} as const;

/** What a rule set decides about; words of `linux/landlock.h`. */
export interface Ruleset {
  readonly files: bigint;
  readonly network: bigint;
  readonly scopes: bigint;
}

/** The calls, bound to the C library. Each throws when the kernel refuses. */
export class Kernel {
  readonly #libc = dlopen("libc.so.6", SYMBOLS).symbols;

  /** The version of Landlock that the kernel has; 0: none, or switched off. */
  get landlockVersion(): number {
    const version = this.#libc.syscall(SYS_CREATE_RULESET, 0, 0, CREATE_RULESET_VERSION, 0);
    return Math.max(0, Number(version));
  }

  /** Makes a set of rules by which everything is forbidden that it decides about. */
  createRuleset({ files, network, scopes }: Ruleset): number {
    const attributes = new BigUint64Array([files, network, scopes]);
    // A kernel takes a longer description as long as what it does not know is zero.
    const size = attributes.byteLength;
    const set = this.#libc.syscall(SYS_CREATE_RULESET, ptr(attributes), size, 0, 0);
    return check(set, "making a set of rules");
  }

  /** Allows `rights` on an open file, or on everything below an open folder. */
  allow(ruleset: number, fd: number, rights: bigint): void {
    const attributes = new DataView(new ArrayBuffer(12));
    attributes.setBigUint64(0, rights, true);
    attributes.setInt32(8, fd, true);
    const rule = ptr(new Uint8Array(attributes.buffer));
    check(this.#libc.syscall(SYS_ADD_RULE, ruleset, RULE_PATH_BENEATH, rule, 0), "adding a rule");
  }

  /** From here on a set-uid program gives nothing; Landlock and filters ask for it. */
  giveUpNewRights(): void {
    check(this.#libc.prctl(PR_SET_NO_NEW_PRIVS, 1n, 0n, 0n, 0n), "giving up new rights");
  }

  restrict(ruleset: number): void {
    check(this.#libc.syscall(SYS_RESTRICT_SELF, ruleset, 0, 0, 0), "applying the rules");
  }

  /** @param filter an array of `struct sock_filter`. */
  applyFilter(filter: Uint8Array): void {
    const program = new DataView(new ArrayBuffer(16));
    program.setUint16(0, filter.length / FILTER_INSTRUCTION_BYTES, true);
    program.setBigUint64(8, BigInt(ptr(filter)), true);
    const address = BigInt(ptr(new Uint8Array(program.buffer)));
    const mode = BigInt(SECCOMP_MODE_FILTER);
    check(this.#libc.prctl(PR_SET_SECCOMP, mode, address, 0n, 0n), "applying the filter");
  }

  /** @param resource a number of `RLIMIT_`. */
  limit(resource: number, soft: number, hard: number = soft): void {
    const limits = new BigUint64Array([BigInt(soft), BigInt(hard)]);
    check(this.#libc.setrlimit(resource, ptr(limits)), `setting limit ${resource}`);
  }

  /** Root becomes another user, and cannot come back. */
  becomeUser(id: number): void {
    check(this.#libc.setgroups(0, null), "leaving the groups of root");
    check(this.#libc.setresgid(id, id, id), `becoming group ${id}`);
    check(this.#libc.setresuid(id, id, id), `becoming user ${id}`);
  }

  /** Leaves the terminal. */
  startSession(): void {
    check(this.#libc.setsid(), "starting a session");
  }

  /** Whatever loses its parent below this process becomes its child. */
  adoptOrphans(): void {
    check(this.#libc.prctl(PR_SET_CHILD_SUBREAPER, 1n, 0n, 0n, 0n), "adopting orphans");
  }

  /** Takes note of the end of a child, where it has ended. */
  reap(pid: number): void {
    this.#libc.waitpid(pid, null, WNOHANG);
  }

  /** Becomes another program, with no file open but the three streams. Returns only when it cannot. */
  become(path: string, args: readonly string[], environment: readonly string[]): never {
    const [file, argv, envp] = [cString(path), cStrings(args), cStrings(environment)];
    this.#libc.syscall(SYS_CLOSE_RANGE, 3, 0xffff_ffff, CLOSE_RANGE_CLOEXEC, 0);
    this.#libc.execve(ptr(file), ptr(argv.array), ptr(envp.array));
    throw new Error(`The kernel does not run "${path}"`);
  }
}

function cString(text: string): Uint8Array {
  return new TextEncoder().encode(`${text}\0`);
}

function cStrings(texts: readonly string[]): { array: BigUint64Array; strings: Uint8Array[] } {
  // Handed out with the array: pointers alone do not keep the texts alive.
  const strings = texts.map(cString);
  return { array: new BigUint64Array([...strings.map((text) => BigInt(ptr(text))), 0n]), strings };
}

function check(result: number | bigint, action: string): number {
  if (result < 0) throw new Error(`The kernel refused ${action}`);
  return Number(result);
}

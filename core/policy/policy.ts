/** What the human allows, as plain data. Decisions on it are in `decide.ts`; no clock, no I/O. */

/** What a tool can touch. */
export type Capability =
  | "file_read"
  | "file_write"
  | "shell"
  | "network"
  | "memory"
  | "forge"
  | "gpu";

export const CAPABILITIES: readonly Capability[] = [
  "file_read",
  "file_write",
  "shell",
  "network",
  "memory",
  "forge",
  "gpu",
];

/**
 * What holds for a call that no rule speaks of.
 *
 * - `open`: everything runs.
 * - `standard`: what runs in the sandbox runs; the network asks, but for the domains that are listed.
 * - `locked`: only what reads runs, and no rule can widen that.
 * - `supervised`: only what reads runs without an approval.
 */
export type PermissionMode = "open" | "standard" | "locked" | "supervised";

export const PERMISSION_MODES: readonly PermissionMode[] = [
  "open",
  "standard",
  "supervised",
  "locked",
];

export type Permission = "allow" | "ask" | "deny";

/** Speaks of the calls that fit all of it. Patterns are globs: `*` is any text, `?` one character. */
export interface Rule {
  readonly tool: string;
  /** @default "*" */
  readonly persona?: string | undefined;
  /** Only tools that have this capability. */
  readonly capability?: Capability | undefined;
  /**
   * Pattern of the hosts that a call names, in lower case: an address has many spellings, a host has one.
   * To be allowed, all of them have to fit; to need an approval or be denied, one is enough.
   */
  readonly host?: string | undefined;
  /** Patterns of single arguments; what is not a string is compared as JSON. */
  readonly arguments?: Readonly<Record<string, string>> | undefined;
  readonly permission: Permission;
  /** The reason in the refusal or the approval request. */
  readonly why?: string | undefined;
}

/** A call, and what the rules are expected to make of it. */
export interface PolicyTest {
  readonly call: {
    readonly tool: string;
    /** @default "agent" */
    readonly persona?: string | undefined;
    readonly arguments?: Readonly<Record<string, unknown>> | undefined;
  };
  readonly expect: Permission;
}

export interface Policy {
  readonly mode: PermissionMode;
  /** Modes of single tools; the keys are globs. An exact name wins, then the strictest pattern. */
  readonly tools: Readonly<Record<string, PermissionMode>>;
  readonly rules: readonly Rule[];
  /** Hosts that the network needs no asking for: exact, or `*.example.org`. */
  readonly domains: readonly string[];
  /** Real paths of the only programs that a shell may start; absent: any that the sandbox has. */
  readonly shellPrograms?: ReadonlySet<string> | undefined;
}

export const DEFAULT_POLICY: Policy = { mode: "standard", tools: {}, rules: [], domains: [] };

/** What a decision depends on. */
export interface CallFacts {
  readonly tool: string;
  readonly persona: string;
  /** What the model wrote. */
  readonly arguments: unknown;
  readonly effect: "none" | "room" | "execute";
  readonly capabilities: readonly Capability[];
  /** The only program that the tool starts, whatever its arguments; for the shell's allowlist. */
  readonly program?: string | undefined;
  /** A host in its arguments does not bind it to that host: others wrote the tool. @default false */
  readonly hidesHosts?: boolean | undefined;
  /**
   * Hosts that the user has approved for what the call goes on with, such as an open browser. Where it is there, the tool
   * reaches no host that it does not name in its arguments. @default each call is on its own
   */
  readonly approvedHosts?: readonly string[] | undefined;
  /** The Git branch that the call works on, where it does. */
  readonly branch?: string | undefined;
}

export interface Decision {
  readonly permission: Permission;
  /** One clause for a person and for the model. */
  readonly why: string;
}

/** The argument of a call by its name; `undefined` where there is none. */
export function argumentOf(args: unknown, name: string): unknown {
  if (typeof args !== "object" || args === null || !Object.hasOwn(args, name)) return undefined;
  return Reflect.get(args, name);
}

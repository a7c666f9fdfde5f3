import type { SandboxHost } from "#platform/sandbox/host.ts";
import type { SandboxPolicy } from "#platform/sandbox/policy.ts";

export interface CallOptions {
  readonly signal: AbortSignal;
  /** Limits of the call. @default `POLICIES.generatedTool` */
  readonly policy?: SandboxPolicy | undefined;
  /** What the sandbox is built with, where it is not what the host's PATH has. */
  readonly host?: SandboxHost | undefined;
  /** The host's side of what a tool was granted; what is missing here fails when it is used. */
  readonly capabilities?: Grants | undefined;
  /** Makes the random numbers of the call repeatable. @default those of the machine */
  readonly seed?: string | undefined;
  /** What the tool's clock says, in milliseconds since 1970. @default the clock of the machine */
  readonly nowMs?: number | undefined;
  /** Gets what the call cost, start of the sandbox included. */
  readonly onCost?: ((cost: { readonly cpuMs: number }) => void) | undefined;
  /** Gets what the tool logs, at most 256 KiB, not cleaned. */
  readonly onLog?: ((text: string) => void) | undefined;
  /** Told what the call took, however it ended. */
  readonly onUsage?: ((usage: CallUsage) => void) | undefined;
}

interface CallUsage {
  /** Processor time of the whole tree in milliseconds, set-up included. */
  readonly cpuMs: number;
  /** The most memory that was seen; 0 when the call was over before anybody looked. */
  readonly peakBytes: number;
}

/** What the host does for a tool. Each may throw: then the tool sees an error with that message. */
export interface Grants {
  readonly fetch?: ((url: string, signal: AbortSignal) => Promise<FetchAnswer>) | undefined;
  readonly files?: ToolFiles | undefined;
  readonly memory?: ToolMemory | undefined;
}

export interface FetchAnswer {
  /** Where the answer came from. */
  readonly url: string;
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Paths are relative to a folder that the host chose. */
export interface ToolFiles {
  read(path: string): Promise<string>;
  /** Names in a folder, those of folders with `/` at the end; "" is the folder itself. */
  list(path: string): Promise<readonly string[]>;
  write(path: string, text: string): Promise<void>;
}

/** What one tool keeps between calls. */
export interface ToolMemory {
  get(key: string): Promise<unknown>;
  /** @param value is JSON. */
  set(key: string, value: unknown): Promise<void>;
}

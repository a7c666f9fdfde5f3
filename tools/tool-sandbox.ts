import { existsSync, realpathSync } from "node:fs";
import { z } from "zod";
import { SECRET_FILES, SECRET_FOLDERS } from "#core/text/secret-names.ts";
import type { SandboxHost } from "#platform/sandbox/host.ts";
import type { SandboxPolicy } from "#platform/sandbox/policy.ts";
import { type Toolchains, withToolchains } from "#platform/sandbox/toolchains.ts";
import { type Dependency, WORKSPACE, workingCopy } from "#platform/sandbox/working-copy.ts";

/** Where and how the tools that execute do so. */
export interface ToolSandbox {
  /**
   * Absolute path of the host folder that programs see as `/workspace`, and start in. What they write there
   * goes to a layer that is gone with the call.
   */
  readonly workspace?: string | undefined;
  /**
   * Absolute path, without a link, of a copy that belongs to the room: programs see it as `/workspace` instead of
   * `workspace`, start in it, and what they change there is kept.
   */
  readonly copy?: string | undefined;
  /** Told that a program is about to run in the copy, and waited for. */
  readonly beforeRun?: (() => Promise<void>) | undefined;
  /** Folders of the user's checkout that are shown read-only in the copy. */
  readonly dependencies?: readonly Dependency[] | undefined;
  /** What the user installed for themselves, to run programs of the copy with. @default none */
  readonly toolchains?: Toolchains | undefined;
  /** Limits that replace those of the tool. */
  readonly policy?: SandboxPolicy | undefined;
  /** What the sandbox is built with, where it is not what the host's PATH has. */
  readonly host?: SandboxHost | undefined;
}

/** The longest a model may let one program run, in seconds. */
const MAX_TIMEOUT_S = 600;

/** The optional argument of {@link timeoutSchema}, which is not in the schema that a model sees. */
export const UNLISTED_TIMEOUT: readonly string[] = ["timeout_s"];

/**
 * Seconds that a program may run, as a model wrote them. Models fill in whatever they are offered, `0` and
 * `null` above all, so what is not a time of up to {@link MAX_TIMEOUT_S} means that of the policy.
 */
export const timeoutSchema: z.ZodType<number | undefined> = z.unknown().transform((input) => {
  const seconds = typeof input === "string" ? Number(input) : input;
  const isTime = typeof seconds === "number" && seconds > 0 && seconds <= MAX_TIMEOUT_S;
  return isTime ? seconds : undefined;
});

// What lies in a project, or in a home that a user works in, and is not for models: our own state, with
// the journal and the gate's hidden cases, and the folders where programs keep secrets.
const HIDDEN = [...[".org", ".env", ".env.local", ".docker"], ...SECRET_FOLDERS, ...SECRET_FILES];

/** What a model has to know of the sandbox, in as few words as will do. */
export function whereItRuns({ workspace, copy }: ToolSandbox): string {
  const persistence = copy === undefined ? "not kept" : "kept";
  const hasFiles = copy !== undefined || workspace !== undefined;
  const folder = hasFiles ? ` cwd has the user's files; changes are ${persistence}.` : "";
  return `Sandboxed: no network, own /etc.${folder}`;
}

/** The policy of one call, which follows at once. */
export async function callPolicy(
  sandbox: ToolSandbox,
  preset: SandboxPolicy,
  timeoutS: number | undefined,
): Promise<SandboxPolicy> {
  const policy = sandbox.policy ?? preset;
  const wallMs = timeoutS === undefined ? policy.wallMs : timeoutS * 1000;
  const fileAccess = fileAccessOf(sandbox);
  if (sandbox.copy !== undefined) await sandbox.beforeRun?.();
  const { readOnly = [] } = fileAccess;
  const own = { ...policy, wallMs, ...fileAccess, readOnly: [...policy.readOnly, ...readOnly] };
  return sandbox.toolchains === undefined ? own : withToolchains(own, sandbox.toolchains);
}

// Models write `data.csv`, not where it lies: they start where the files are.
function fileAccessOf({ workspace, copy, dependencies }: ToolSandbox): Partial<SandboxPolicy> {
  if (copy !== undefined) return workingCopy(copy, dependencies);
  if (workspace === undefined) return {};
  const mount = { from: realPath(workspace), to: WORKSPACE, hide: HIDDEN, layered: true };
  return { readOnly: [mount], folder: WORKSPACE };
}

// The human may have chosen a link. A folder that is gone is for the sandbox to complain about.
function realPath(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}

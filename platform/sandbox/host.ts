/** What of the host the sandbox is built with. */
import { geteuid } from "node:process";
import { OrgError } from "#core/errors.ts";
import { delegatedGroup } from "./cgroup.ts";
import type { ContainerHost } from "./container/container-host.ts";
import { type FilterTier, filterBytes, isSupported } from "./seccomp/filter.ts";

/** An id of the host that owns nothing: what root becomes before anything else happens. */
export const OVERFLOW_ID = 65_534;

export interface SandboxHost {
  /** Absolute path of bubblewrap. */
  readonly bwrap: string;
  /** The words before bubblewrap: what takes root's rights away, nothing for an ordinary user. */
  readonly demotion: readonly string[];
  /** The seccomp filter for this processor. */
  readonly filter: Uint8Array;
  /** Folder of the control group that runs may divide; without one the watchdog alone holds the limits. */
  readonly group: string | undefined;
  /** Set where the human chose Landlock instead of bubblewrap, which is then not used. */
  readonly landlockVersion?: number | undefined;
  /** Set where the human chose a container engine instead of bubblewrap, which is then not used. */
  readonly container?: ContainerHost | undefined;
}

interface Constant {
  readonly filter: Uint8Array;
  readonly group: string | undefined;
}

// The same for every run: 2 ms of work, and a control group is taken over only once.
let constant: Constant | undefined;

let chosen: SandboxHost | undefined;

/**
 * Makes {@link findHost} give this one from now on. For the whole process: a tool that forgot to pass the
 * choice on would run in another sandbox than the human chose.
 */
export function chooseHost(host: SandboxHost | undefined): void {
  chosen = host;
}

/** What {@link chooseHost} was told last. */
export function chosenHost(): SandboxHost | undefined {
  return chosen;
}

/** A host on which programs run in containers alone. Nothing chooses it by itself. */
export function hostOfContainers(container: ContainerHost): SandboxHost {
  return { bwrap: "", demotion: [], filter: new Uint8Array(0), group: undefined, container };
}

/** Tells the absolute path of a program. */
export type LookUp = (program: string) => string | null;

// From "/": a relative entry of PATH must not lead into a folder that a model can write.
const onPath: LookUp = (program) => Bun.which(program, { cwd: "/" });

/**
 * Looks up the programs on the host's PATH, unless {@link chooseHost} was told another host.
 *
 * @throws {OrgError} `SANDBOX_UNAVAILABLE` when one is missing.
 */
export function findHost(lookUp: LookUp = onPath): SandboxHost {
  if (chosen !== undefined) return chosen;
  const bwrap = needed(lookUp("bwrap"), "bwrap", "bubblewrap");
  constant ??= { filter: filterFor(process.arch), group: delegatedGroup() };
  return { bwrap, demotion: geteuid?.() === 0 ? demotion(lookUp) : [], ...constant };
}

/** @throws {OrgError} `SANDBOX_UNAVAILABLE` for a processor that the filter is not written for. */
export function filterFor(architecture: string, tier?: FilterTier): Uint8Array {
  if (isSupported(architecture)) return filterBytes(architecture, tier);
  throw new OrgError(`The sandbox does not know the processor "${architecture}"`, {
    code: "SANDBOX_UNAVAILABLE",
    why: "Its filter of system calls is written for x64 and arm64.",
    remedies: ["run org on an x86-64 or arm64 machine"],
    unchanged: "Nothing was run.",
  });
}

// A user namespace that root makes maps to root of the host: files of root under /proc/sys stay writable
// and the process limit is ignored. So root gives everything up before bubblewrap starts.
function demotion(lookUp: LookUp): string[] {
  return [
    needed(lookUp("setpriv"), "setpriv", "util-linux"),
    `--reuid=${OVERFLOW_ID}`,
    `--regid=${OVERFLOW_ID}`,
    "--clear-groups",
    "--inh-caps=-all",
    "--bounding-set=-all",
    "--no-new-privs",
    "--",
  ];
}

function needed(path: string | null, program: string, debianPackage: string): string {
  if (path !== null) return path;
  throw new OrgError(`The sandbox needs "${program}", which is not installed`, {
    code: "SANDBOX_UNAVAILABLE",
    why: "Commands that models write run only inside the sandbox.",
    remedies: [`sudo apt-get install ${debianPackage}`],
    unchanged: "Nothing was run.",
  });
}

/** What of the host the sandbox is built with. */
import { geteuid } from "node:process";
import { OrgError } from "#core/errors.ts";

/** An id of the host that owns nothing: what root becomes before anything else happens. */
export const NOBODY = 65_534;

export interface SandboxHost {
  /** Absolute path of bubblewrap. */
  readonly bwrap: string;
  /** The words before bubblewrap: what takes root's rights away, nothing for an ordinary user. */
  readonly demotion: readonly string[];
}

/**
 * Looks up the programs on the host's PATH.
 *
 * @throws {OrgError} `SANDBOX_UNAVAILABLE` when one is missing.
 */
export function findHost(): SandboxHost {
  const bwrap = find("bwrap", "bubblewrap");
  return { bwrap, demotion: geteuid?.() === 0 ? demotion() : [] };
}

// A user namespace that root makes maps to root of the host: files of root under /proc/sys stay writable
// and the process limit is ignored. So root gives everything up before bubblewrap starts.
function demotion(): string[] {
  return [
    find("setpriv", "util-linux"),
    `--reuid=${NOBODY}`,
    `--regid=${NOBODY}`,
    "--clear-groups",
    "--inh-caps=-all",
    "--bounding-set=-all",
    "--no-new-privs",
    // From the first moment: bubblewrap asks for the same a millisecond later.
    "--pdeathsig=KILL",
    "--",
  ];
}

function find(program: string, debianPackage: string): string {
  const path = Bun.which(program);
  if (path === null) {
    throw new OrgError(`The sandbox needs "${program}", which is not installed`, {
      code: "SANDBOX_UNAVAILABLE",
      why: "Commands that models write run only inside the sandbox.",
      remedies: [`sudo apt-get install ${debianPackage}`],
      left: "Nothing was run.",
    });
  }
  return path;
}

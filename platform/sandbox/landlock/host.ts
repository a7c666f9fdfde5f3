/** Whether this kernel can do without namespaces; asked only where a human has said so. */
import { OrgError } from "#core/errors.ts";
import { filterFor, type SandboxHost } from "../host.ts";
import { Kernel } from "./kernel.ts";
import { LEAST_VERSION, SIGNAL_VERSION } from "./rules.ts";

/**
 * A host on which programs run under Landlock alone. Nothing chooses it by itself.
 *
 * @throws {OrgError} `SANDBOX_UNAVAILABLE` where the kernel has no Landlock, or one that is too old.
 */
export function landlockHost(version: number = new Kernel().landlockVersion): SandboxHost {
  if (version < LEAST_VERSION) {
    throw new OrgError("Landlock is unavailable on this kernel", {
      code: "SANDBOX_UNAVAILABLE",
      why:
        version === 0
          ? "The kernel has no Landlock, or it is switched off."
          : `The kernel has version ${version} of Landlock; ${LEAST_VERSION} (Linux 6.2) is the first that keeps programs from emptying files.`,
      remedies: [
        "use bubblewrap, the usual sandbox: leave --sandbox=landlock out",
        "boot with lsm=landlock, or with a kernel of 6.2 or later",
      ],
      unchanged: "Nothing was run.",
    });
  }
  const filter = filterFor(process.arch, "landlock");
  return { bwrap: "", demotion: [], filter, group: undefined, landlockVersion: version };
}

/** What this tier does not promise, in clauses for a person. */
export function landlockGaps(version: number): readonly string[] {
  return [
    "programs see the names, sizes and times of the files of this machine, and the command lines of its processes",
    "scratch is a folder on the disk, removed afterwards, and /workspace and --ro are links in it",
    "the number of processes is counted 40 times a second, not held by the kernel",
    "a copy of a project is without its dependencies, and for root there is none",
    "nothing has owners, rights or times changed, and no socket is opened at all",
    ...(version < SIGNAL_VERSION
      ? ["before Linux 6.12 programs can send signals to your other processes, and end them"]
      : []),
  ];
}

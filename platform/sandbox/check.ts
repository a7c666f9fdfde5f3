/** Tells whether, and how well, programs can be sandboxed here. */
import { geteuid } from "node:process";
import type { Check, Finding } from "#core/check.ts";
import { OrgError } from "#core/errors.ts";
import { checkContainers } from "./container/check.ts";
import { chosenHost, findHost, OVERFLOW_ID, type SandboxHost } from "./host.ts";
import { userOfRun } from "./landlock/entry-spec.ts";
import { landlockGaps } from "./landlock/host.ts";
import type { SandboxOptions } from "./run.ts";
import { attackSandbox } from "./self-test/self-test.ts";

export interface SandboxDescription {
  /** What bubblewrap says of itself, for example "bubblewrap 0.8.0". */
  readonly version: string;
  /** Who holds memory and CPU limits: the kernel over a control group, or our watchdog over the tree. */
  readonly tier: "cgroup" | "watchdog" | "landlock";
  /** The user id, on the host, that sandboxed programs run as. */
  readonly userId: number;
}

/** @throws {OrgError} `SANDBOX_UNAVAILABLE` when a program is missing. */
export async function describeSandbox(host: SandboxHost = findHost()): Promise<SandboxDescription> {
  if (host.landlockVersion !== undefined) {
    const userId = geteuid?.() || userOfRun();
    return { version: `Landlock ${host.landlockVersion}`, tier: "landlock", userId };
  }
  const version = await Bun.$`${host.bwrap} --version`.quiet().text();
  return {
    version: version.trim(),
    tier: host.group === undefined ? "watchdog" : "cgroup",
    // Root becomes the overflow user; other users stay.
    userId: geteuid?.() || OVERFLOW_ID,
  };
}

/** What a program sees under Landlock, which hides nothing that lies on the disk. */
const VISIBLE_UNDER_LANDLOCK = ["list folders of the host"];

/** What `org doctor` says of the sandbox: names the tier and attacks it with ten harmless probes. */
export const sandboxCheck: Check = {
  name: "sandbox",
  run: (signal) => checkSandbox({ signal }),
};

/** @see {@link sandboxCheck} */
export async function checkSandbox(
  options: Pick<SandboxOptions, "signal" | "host">,
): Promise<Finding> {
  const { container } = options.host ?? chosenHost() ?? {};
  if (container !== undefined) return await checkContainers(container, options.signal);
  try {
    const { version, tier, userId } = await describeSandbox(options.host);
    const reports = await attackSandbox(options);
    const isLandlock = tier === "landlock";
    const through = reports.filter(
      ({ name, safe }) => !(safe || (isLandlock && VISIBLE_UNDER_LANDLOCK.includes(name))),
    );
    const heldOff = reports.filter(({ safe }) => safe).length;
    const detail = `${version}, limits by ${tier}, programs run as user ${userId}, ${heldOff} of ${reports.length} attacks held off`;
    if (through.length === 0 && isLandlock) return promisesLess(detail, options.host);
    if (through.length === 0) return { state: "ok", detail, remedies: [] };
    const names = through.map(({ name, seen }) => `${name} (${seen})`).join(", ");
    return { state: "fault", detail: `${detail}; through: ${names}`, remedies: [] };
  } catch (error) {
    if (!(error instanceof OrgError)) throw error;
    const why = error.why === undefined ? "" : `; ${error.why}`;
    return { state: "fault", detail: `${error.message}${why}`, remedies: error.remedies };
  }
}

function promisesLess(detail: string, host: SandboxHost = findHost()): Finding {
  const { landlockVersion = 0 } = host;
  return {
    state: "warning",
    detail: `${detail}; not promised: ${landlockGaps(landlockVersion).join("; ")}`,
    remedies: ["use bubblewrap, the usual sandbox, wherever it can be had"],
  };
}

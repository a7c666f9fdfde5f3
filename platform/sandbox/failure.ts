import { OrgError } from "#core/errors.ts";

interface Remedy {
  /** What the set-up wrote to stderr. */
  readonly pattern: RegExp;
  readonly why: string;
  readonly remedies: readonly string[];
}

const APPARMOR_PROFILE =
  "printf 'abi <abi/4.0>,\\ninclude <tunables/global>\\nprofile bwrap /usr/bin/bwrap flags=(unconfined) {\\n  userns,\\n}\\n'";

// The first match counts.
const REMEDIES: readonly Remedy[] = [
  {
    pattern: /setting up uid map: Permission denied|loopback: Failed RTM_NEWADDR/,
    why: "AppArmor keeps programs without a profile from using user namespaces (Ubuntu 24.04 and later).",
    remedies: [
      `${APPARMOR_PROFILE} | sudo tee /etc/apparmor.d/bwrap`,
      "sudo apparmor_parser -r /etc/apparmor.d/bwrap",
    ],
  },
  {
    pattern: /max_\*_namespaces exceeded|No space left on device/,
    why: "The limit of namespaces is reached, or set to 0.",
    remedies: ["sudo sysctl -w user.max_user_namespaces=15000"],
  },
  {
    pattern:
      /No permissions to creat|Creating new namespace failed|pivot_root|Failed to make \/ slave/,
    why: "The kernel, or the container around this process, refuses user namespaces.",
    remedies: [
      "sudo sysctl -w kernel.unprivileged_userns_clone=1",
      "in a container, start it with: --security-opt seccomp=unconfined --security-opt apparmor=unconfined",
    ],
  },
  {
    pattern: /^setpriv: /m,
    why: "org runs as root and cannot give root's rights up here, which it does before any program runs.",
    remedies: ["run org as an ordinary user"],
  },
  {
    pattern: /Unexpected capabilities/,
    why: "org was started with capabilities, which bubblewrap does not take.",
    remedies: ["setpriv --ambient-caps=-all --inh-caps=-all -- org"],
  },
  {
    pattern: /Unknown option/,
    why: "This bubblewrap is older than 0.8.0.",
    remedies: ["sudo apt-get install --only-upgrade bubblewrap"],
  },
  {
    pattern: /Can't find source path|Can't bind mount/,
    why: "A folder that the policy shows to the program is missing or cannot be read.",
    remedies: ["check that the folders named in the text above exist"],
  },
  {
    pattern: /execvp prlimit/,
    why: "The sandbox sets its limits with prlimit.",
    remedies: ["sudo apt-get install util-linux"],
  },
];

const UNKNOWN: Pick<Remedy, "why" | "remedies"> = {
  why: "bubblewrap ended before the program began.",
  remedies: ["org doctor"],
};

/** @param stderr what the set-up wrote before it ended. */
export function setupFailed(stderr: string): OrgError {
  const { why, remedies } = REMEDIES.find(({ pattern }) => pattern.test(stderr)) ?? UNKNOWN;
  const reason = stderr.trim().split("\n").at(-1) ?? "";
  return new OrgError(
    `The sandbox could not be set up: ${reason === "" ? "no reason given" : reason}`,
    {
      code: "SANDBOX_UNAVAILABLE",
      why,
      remedies,
      unchanged: "Nothing was run.",
    },
  );
}

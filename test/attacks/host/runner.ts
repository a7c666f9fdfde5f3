/**
 * Attacks the host as the user who starts this, with what org has (`ours`) or with what is usual elsewhere
 * (`weak`), and prints one outcome a line, as JSON.
 */
import { ADDRESSES } from "./addresses.ts";
import { APPROVALS } from "./approvals.ts";
import { CONFIG } from "./config.ts";
import { ANSWER_FLOODS } from "./floods.ts";
import { GIT_PLACES } from "./git-places.ts";
import { GIT_PROGRAMS } from "./git-programs.ts";
import { GIT_TREES } from "./git-trees.ts";
import { LEASES } from "./leases.ts";
import { type HostProbe, outcomeOf } from "./probe.ts";
import { REDIRECTS } from "./redirects.ts";
import { SAID } from "./said.ts";
import { SCREEN } from "./screen.ts";

export const HOST_PROBES: readonly HostProbe[] = [
  ...GIT_PROGRAMS,
  ...GIT_PLACES,
  ...GIT_TREES,
  ...ADDRESSES,
  ...REDIRECTS,
  ...ANSWER_FLOODS,
  ...APPROVALS,
  ...SAID,
  ...LEASES,
  ...CONFIG,
  ...SCREEN,
];

if (import.meta.main) {
  const isWeak = process.argv[2] === "weak";
  for (const { id, attempt, weak } of HOST_PROBES) {
    const tried = isWeak ? weak : attempt;
    if (tried === undefined) continue;
    process.stdout.write(`${JSON.stringify(await outcomeOf(id, tried))}\n`);
  }
}

/** Whether the model server of a home has ended by itself, seen from outside. */
import type { Look, ObservedProcess } from "./observation.ts";

/** What may have started it; it ends with them. */
const OWNERS: ReadonlySet<string> = new Set(["current", "room"]);

/**
 * @returns the engine of the look before, where it is gone while those who own the home are still the same: its record
 *   names a dead process, or another one already. One whose owner ended it has taken its record along.
 */
export function endedEngine(before: Look, now: Look): ObservedProcess | undefined {
  const ran = engineOf(before);
  const there = engineOf(now);
  if (ran?.lives !== true || there === undefined || now.stopped.includes("engine"))
    return undefined;
  const isGone = !isSame(ran, there) || !there.lives;
  const owners = before.processes.filter(({ role, lives }) => OWNERS.has(role) && lives);
  const isOwned = owners.every((owner) =>
    now.processes.some((one) => isSame(one, owner) && one.lives && !one.hasLeft),
  );
  return isGone && owners.length > 0 && isOwned ? ran : undefined;
}

function engineOf({ processes }: Look): ObservedProcess | undefined {
  return processes.find(({ role }) => role === "engine");
}

function isSame(one: ObservedProcess, other: ObservedProcess): boolean {
  const { pid, startTime } = one.identity;
  return pid === other.identity.pid && startTime === other.identity.startTime;
}

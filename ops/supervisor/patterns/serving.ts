/** Patterns of the processes that own a home and serve it. */
import { AUTONOMY_ROLE } from "../../processes/home-processes.ts";
import { endedEngine } from "../ended-engine.ts";
import type { Look, MinuteLook, Observation, ObservedProcess } from "../observation.ts";
import type { Finding, Pattern } from "../pattern.ts";
import { MOST_ENDS, WINDOW_MS } from "../restart-plan.ts";

/** What is looked at for a silence: so many looks one after the other. */
const SILENT_LOOKS = 3;
/** Of a process that the machine hardly lets run: found within 30 s all the same. */
const STARVED_LOOKS = 6;
/** So much of a time in which no processor was free for it leaves it too little to answer in. */
const STARVED_SHARE = 0.5;
const GONE_LOOKS = 2;
/** An engine's end by the kernel counts for so many looks, a minute. */
const ENDED_LOOKS = 13;
const UNREADY_MS = 120_000;
const GIBIBYTE = 1024 ** 3;
const HOUR_MS = 60 * 60_000;
/** Growth an hour that is none of ordinary work. */
const LEAK_GROWTH = 1.2;
const LEAK_HOURS = 3;
/** So many looks, 20 s, by a twentieth together and a little at each. */
const FAST_LOOKS = 5;
const FAST_GROWTH = 1.05;
const FAST_STEP = 1.005;

/** Of the memory that a process may have. */
const FULL_SHARE = 0.95;

/** What serves. */
const GENERATIONS: readonly string[] = ["current", "candidate"];

/** The last looks, if there are so many and none of them came late. */
export function lastLooks({ looks }: Observation, count: number): readonly Look[] | undefined {
  const last = looks.slice(-count);
  return last.length === count && last.every((look) => !look.isLate) ? last : undefined;
}

function newest({ looks }: Observation): Look | undefined {
  return looks.at(-1);
}

function ofRole(look: Look, role: string): ObservedProcess | undefined {
  return look.processes.find((one) => one.role === role);
}

function name(look: Look, role: string): string {
  return `${role}:${ofRole(look, role)?.identity.pid}`;
}

export const ownerGone: Pattern = {
  ...{ id: "owner-gone", fix: "start-serving", auto: true },
  detect: (observation) => {
    const looks = lastLooks(observation, GONE_LOOKS);
    const last = looks?.at(-1);
    if (looks === undefined || last === undefined) return [];
    return ["current", "room"].flatMap((role): readonly Finding[] => {
      const dead = ofRole(last, role);
      const isSame = looks.every((look) => name(look, role) === name(last, role));
      if (dead === undefined || dead.lives || !isSame || dead.hasLeft) return [];
      if (looks.some((look) => ofRole(look, role)?.lives === true)) return [];
      // A person has the home, or what serves is just being started: another one could not take it.
      if (ofRole(last, "room")?.lives === true) return [];
      // Nothing is served for a room, so there is nothing to start: only what it left in the way.
      if (role === "room" && (!looks.every((look) => look.isSocketDead) || serves(last))) return [];
      // As long as another process has its port it could not start.
      if (last.stopped.includes(role) || dead.portHolder !== undefined) return [];
      const why = `process ${dead.identity.pid} has ended without leaving, and its record names no living process`;
      return [{ pattern: "owner-gone", subject: role, why }];
    });
  },
};

function serves(look: Look): boolean {
  return ofRole(look, "current") !== undefined;
}

export const burstHung: Pattern = {
  ...{ id: "burst-hung", fix: "end-burst", auto: "always" },
  detect: (observation) => {
    const [before, now] = lastLooks(observation, GONE_LOOKS) ?? [];
    const burst = now && ofRole(now, AUTONOMY_ROLE);
    if (before === undefined || now === undefined || burst?.lives !== true) return [];
    // It beats four times a second; one that has not begun to, or of a release that did not, proves nothing.
    const isSilent = burst.beat !== undefined && ofRole(before, AUTONOMY_ROLE)?.beat === burst.beat;
    if (!isSilent || name(before, AUTONOMY_ROLE) !== name(now, AUTONOMY_ROLE)) return [];
    const { pid } = burst.identity;
    const why = `process ${pid} works by itself and gives no sign of life: nothing else ends it while the owner hangs, too`;
    return [{ pattern: "burst-hung", subject: AUTONOMY_ROLE, why }];
  },
};

export const generationDown: Pattern = {
  ...{ id: "generation-down", fix: "restart-generation", auto: true },
  detect: (observation) =>
    GENERATIONS.flatMap((role) => {
      const why = whySilent(observation, role) ?? whyUnready(observation, role);
      return why === undefined ? [] : [{ pattern: "generation-down", subject: role, why }];
    }),
};

function whySilent(observation: Observation, role: string): string | undefined {
  const why = silentFor(observation, role, SILENT_LOOKS);
  return why !== undefined && isStarved(observation, role)
    ? silentFor(observation, role, STARVED_LOOKS)
    : why;
}

/** What is ready to answer and waits for a processor is not hung: a restart would take even more of the machine. */
function isStarved(observation: Observation, role: string): boolean {
  const looks = lastLooks(observation, SILENT_LOOKS) ?? [];
  const [first, last] = [looks[0], looks.at(-1)];
  if (first === undefined || last === undefined) return false;
  const [from, to] = [ofRole(first, role)?.queuedMs, ofRole(last, role)?.queuedMs];
  if (from === undefined || to === undefined) return false;
  return to - from > (last.at - first.at) * STARVED_SHARE;
}

function silentFor(observation: Observation, role: string, count: number): string | undefined {
  const looks = lastLooks(observation, count);
  const last = looks?.at(-1);
  if (looks === undefined || last === undefined || last.stopped.includes(role)) return undefined;
  const isSilent = looks.every((look) => {
    const one = ofRole(look, role);
    return one?.lives === true && one.health === "silent" && name(look, role) === name(last, role);
  });
  return isSilent ? `it lives, and has not answered ${count} times` : undefined;
}

/** A disk that is full is another pattern's: a restart makes no space. */
function whyUnready({ looks }: Observation, role: string): string | undefined {
  const last = looks.at(-1);
  if (last === undefined || last.stopped.includes(role)) return undefined;
  const bad: Look[] = [];
  for (const look of looks.toReversed()) {
    const one = ofRole(look, role);
    const isBad =
      one?.lives === true && isTrouble(one.ready) && name(look, role) === name(last, role);
    if (look.isLate || !isBad) break;
    bad.unshift(look);
  }
  const first = bad[0];
  if (first === undefined || last.at - first.at < UNREADY_MS) return undefined;
  return `it has not been ready for ${Math.round((last.at - first.at) / 1000)} s (${ofRole(last, role)?.ready})`;
}

function isTrouble(ready: string | undefined): boolean {
  return ready !== undefined && !["ready", "leaving", "ENOSPC", "EDQUOT"].includes(ready);
}

export const crashLoop: Pattern = {
  ...{ id: "crash-loop", fix: "break-loop", auto: true },
  detect: (observation) => {
    const now = newest(observation);
    if (now === undefined) return [];
    const recent = observation.ends.filter(({ at }) => now.at - at < WINDOW_MS);
    return [...Map.groupBy(recent, ({ role }) => role)].flatMap(([role, ends]) => {
      if (ends.length <= MOST_ENDS || now.stopped.includes(role)) return [];
      // It came up at last and stays.
      if (ofRole(now, role)?.lives === true && ofRole(now, role)?.health !== "silent") return [];
      const why = `it has ended ${ends.length} times within ${WINDOW_MS / 60_000} minutes`;
      return [{ pattern: "crash-loop", subject: role, why }];
    });
  },
};

export const portOccupied: Pattern = {
  ...{ id: "port-taken", fix: "free-port", auto: true },
  detect: (observation) => {
    const looks = lastLooks(observation, GONE_LOOKS) ?? [];
    const last = looks.at(-1);
    return GENERATIONS.flatMap((role): readonly Finding[] => {
      const dead = last && ofRole(last, role);
      const isHeld = looks.every((look) => ofRole(look, role)?.portHolder !== undefined);
      const holder = dead?.portHolder;
      if (holder === undefined || !isHeld || dead?.hasLeft !== false) return [];
      if (last?.stopped.includes(role) !== false) return [];
      const who = holder.pid === undefined ? holder.name : `process ${holder.pid} (${holder.name})`;
      const why = `it has ended, and ${who} listens on its port ${dead.port}`;
      return [{ pattern: "port-taken", subject: role, why, isForPerson: !holder.isOurs }];
    });
  },
};

export const engineOom: Pattern = {
  ...{ id: "engine-oom", fix: "halve-engine", auto: true },
  detect: (observation) => {
    const why = whyEngineEnded(observation) ?? whyEngineIsFull(observation);
    return why === undefined ? [] : [{ pattern: "engine-oom", subject: "engine", why }];
  },
};

/** Only one look sees an end. It stays found until an engine lives again: another fix may be under way just then. */
function whyEngineEnded({ looks }: Observation): string | undefined {
  const recent = looks.slice(-ENDED_LOOKS);
  const last = recent.at(-1);
  if (last === undefined) return undefined;
  for (let at = recent.length - 1; at > 0; at -= 1) {
    const [before, now] = recent.slice(at - 1, at + 1);
    if (before === undefined || now === undefined || before.isLate || now.isLate) return undefined;
    const kills = now.oomKills - before.oomKills;
    const hasEnded = endedEngine(before, now) !== undefined;
    // And whose it was is still there.
    if (hasEnded && kills > 0 && endedEngine(before, last) !== undefined) {
      return `it has ended, and the kernel killed ${kills} processes for want of memory`;
    }
    if (hasEnded || ofRole(now, "engine")?.lives === true) return undefined;
  }
  return undefined;
}

/** A little more, and the kernel ends it, or something else. */
function whyEngineIsFull(observation: Observation): string | undefined {
  const looks = lastLooks(observation, SILENT_LOOKS);
  const last = looks?.at(-1);
  if (looks === undefined || last === undefined) return undefined;
  const isFull = looks.every(
    (look) =>
      (ofRole(look, "engine")?.memoryShare ?? 0) > FULL_SHARE &&
      name(look, "engine") === name(last, "engine"),
  );
  const percent = Math.round((ofRole(last, "engine")?.memoryShare ?? 0) * 100);
  return isFull ? `it has ${percent} % of the memory that it may have at most` : undefined;
}

export const leak: Pattern = {
  ...{ id: "leak", fix: "restart-idle", auto: true },
  detect: (observation) =>
    GENERATIONS.flatMap((role) => {
      const why = whyLeakingFast(observation, role) ?? whyLeaking(observation, role);
      return why === undefined ? [] : [{ pattern: "leak", subject: role, why }];
    }),
};

/** What would fill a machine before an hour is over; while nothing runs no work asks for it. */
function whyLeakingFast(observation: Observation, role: string): string | undefined {
  const looks = lastLooks(observation, FAST_LOOKS);
  if (looks === undefined || looks.some(({ queue }) => (queue?.busy ?? 0) > 0)) return undefined;
  const processes = looks.map((look) => ofRole(look, role));
  const first = processes[0];
  const figures = processes.flatMap((one) =>
    one?.identity.startTime === first?.identity.startTime ? (one?.rss ?? []) : [],
  );
  const [least = 0, most = 0] = [figures[0], figures.at(-1)];
  const grows = figures.every(
    (figure, index) => index === 0 || figure > (figures[index - 1] ?? figure) * FAST_STEP,
  );
  if (figures.length < FAST_LOOKS || least <= GIBIBYTE || !grows) return undefined;
  if (most < least * FAST_GROWTH) return undefined;
  const mebibytes = figures.map((figure) => Math.round(figure / 1024 ** 2));
  return `its memory grew at each of ${FAST_LOOKS} looks while no job ran: ${mebibytes.join(", ")} MiB`;
}

function whyLeaking(observation: Observation, role: string): string | undefined {
  const last = newest(observation);
  const now = last && ofRole(last, role);
  if ((last?.queue?.busy ?? 0) > 0) return undefined;
  if (last === undefined || now?.rss === undefined || now.rss <= GIBIBYTE) return undefined;
  const minutes: readonly MinuteLook[] = [...observation.minutes, last];
  // One figure for the end of each hour, back from now, of the same process.
  const figures = Array.from({ length: LEAK_HOURS + 1 }, (_one, hours) => {
    const look = minutes.findLast(({ at }) => at <= last.at - hours * HOUR_MS);
    const one = look?.processes.find((process) => process.role === role);
    return one?.identity.startTime === now.identity.startTime ? one.rss : undefined;
  });
  const grows = figures.every((figure, hours) => {
    const older = figures[hours + 1];
    return (
      hours === LEAK_HOURS ||
      (figure !== undefined && older !== undefined && figure > older * LEAK_GROWTH)
    );
  });
  if (!grows) return undefined;
  const mebibytes = figures.toReversed().map((figure = 0) => Math.round(figure / 1024 ** 2));
  return `its memory grew by more than a fifth each hour: ${mebibytes.join(", ")} MiB`;
}

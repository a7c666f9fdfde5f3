/** Patterns of the work of a home: models, jobs, promotions, questions, and its clock. */
import type { Finding, Pattern } from "../pattern.ts";
import { unreachedTurns } from "../unreached-turns.ts";
import { lastLooks } from "./serving.ts";

const MINUTE_MS = 60_000;
const LOOKS = 2;
const DEAD_JOBS = 10;
const OLDEST_MS = 300_000;
const UNSETTLED_MS = 600_000;
const JUMP_MS = 60_000;
const GONE_MS = 60 * MINUTE_MS;
const WAITING_MS = 15 * MINUTE_MS;

const CURRENT = "current";

export const providerDown: Pattern = {
  ...{ id: "provider-down", fix: "open-breaker", auto: true },
  detect: ({ looks, lines }) => {
    const last = looks.at(-1);
    const failed = unreachedTurns(lines, last?.at ?? 0);
    // One that answers by now, or is only slow, was not away.
    if (failed === 0 || last?.isProviderUp !== false) return [];
    const why = `${failed} turns within a minute got no answer of the model server, and it gives none now`;
    return [{ pattern: "provider-down", subject: CURRENT, why }];
  },
};

export const queueStuck: Pattern = {
  ...{ id: "queue-stuck", fix: "restart-workers", auto: true },
  detect: (observation) => {
    const looks = lastLooks(observation, LOOKS) ?? [];
    const queues = looks.flatMap(({ queue }) => queue ?? []);
    const last = queues.at(-1);
    if (last === undefined || queues.length < LOOKS) return [];
    // What a person lets wait waits, and the oldest may be of it.
    const isPaused = (looks.at(-1)?.paused ?? []).length > 0;
    const idle =
      !isPaused &&
      queues.every(({ oldestMs, busy, workers }) => oldestMs > OLDEST_MS && busy < workers);
    const unsettled = queues.every(
      ({ unsettledMs, queued }) => unsettledMs > UNSETTLED_MS && queued > 0,
    );
    const seconds = (ms: number) => Math.round(ms / 1000);
    const why = idle
      ? `the oldest job has waited for ${seconds(last.oldestMs)} s while ${last.workers - last.busy} workers are idle`
      : `no job has ended for ${seconds(last.unsettledMs)} s while ${last.queued} wait`;
    return idle || unsettled ? [{ pattern: "queue-stuck", subject: CURRENT, why }] : [];
  },
};

export const deadLetters: Pattern = {
  ...{ id: "dead-letters", fix: "pause-kind", auto: false },
  detect: ({ lines }) => {
    const dead = lines.filter(({ event }) => event === "job-dead");
    const groups = Map.groupBy(dead, ({ kind = "", code = "" }) => `${kind} ${code}`);
    return [...groups.values()].flatMap((group): readonly Finding[] => {
      const [first] = group;
      if (first?.kind === undefined || group.length <= DEAD_JOBS) return [];
      const why = `${group.length} jobs of the kind ${first.kind} died within ten minutes, all with one code`;
      return [{ pattern: "dead-letters", subject: first.kind, why }];
    });
  },
};

export const lockDead: Pattern = {
  ...{ id: "lock-dead", fix: "settle-promotion", auto: true },
  detect: (observation) => {
    const looks = lastLooks(observation, LOOKS);
    const dead = (looks ?? []).map(({ processes }) =>
      processes.find(({ role, lives }) => role === "promotion" && !lives),
    );
    const [first] = dead;
    if (first === undefined || dead.some((one) => one?.identity.pid !== first.identity.pid))
      return [];
    const why = `the promotion of process ${first.identity.pid} has ended without finishing`;
    return [{ pattern: "lock-dead", subject: "promotion", why }];
  },
};

export const worktreeZombie: Pattern = {
  ...{ id: "worktree-zombie", fix: "prune-worktrees", auto: true },
  detect: ({ looks, minutes }) => {
    const last = looks.at(-1);
    if (last === undefined) return [];
    const long = minutes.filter(({ at }) => last.at - at <= GONE_MS + 2 * MINUTE_MS);
    const isLong = (folder: string): boolean => {
      const first = long[0];
      const gone = long.every(({ worktrees }) =>
        worktrees.some((one) => one.folder === folder && one.isGone),
      );
      return first !== undefined && last.at - first.at >= GONE_MS && gone;
    };
    const zombies = last.worktrees.filter(
      ({ folder, isMissing, isGone }) => isMissing || (isGone && isLong(folder)),
    );
    if (zombies.length === 0) return [];
    const dirty = zombies.filter(({ isDirty }) => isDirty);
    const dirtyText = dirty.length === 0 ? "" : `; ${dirty.length} of them hold changes and stay`;
    const isForPerson = dirty.length === zombies.length;
    const subject = isForPerson ? "dirty" : "home";
    const why = `${zombies.length} work trees have no folder or no branch any more${dirtyText}`;
    return [{ pattern: "worktree-zombie", subject, why, isForPerson }];
  },
};

export const clockJump: Pattern = {
  ...{ id: "clock-jump", auto: true },
  detect: ({ looks }) => {
    const [before, now] = looks.slice(-2);
    if (before === undefined || now === undefined) return [];
    const jump = now.wall - before.wall - (now.at - before.at);
    if (Math.abs(jump) <= JUMP_MS) return [];
    const seconds = Math.round(Math.abs(jump) / 1000);
    const why = `the clock of this machine went ${jump > 0 ? "forward" : "back"} by ${seconds} s`;
    return [{ pattern: "clock-jump", subject: "home", why }];
  },
};

export const approvalsWaiting: Pattern = {
  ...{ id: "approvals-waiting", auto: false },
  detect: ({ looks }) => {
    const last = looks.at(-1);
    return (last?.questions ?? []).flatMap(({ room, id, since }) => {
      const waited = (last?.at ?? 0) - since;
      if (waited <= WAITING_MS) return [];
      const why = `question ${id} in ${room} has waited for ${Math.round(waited / MINUTE_MS)} minutes`;
      return [{ pattern: "approvals-waiting", subject: `${room} ${id}`, why }];
    });
  },
};

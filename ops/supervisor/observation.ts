/** The supervisor's observation of a home, as plain data: all that a pattern may judge by. */
import type { ProcessIdentity } from "#platform/process-record.ts";

/** A process that a record names, whether it lives or not. */
export interface ObservedProcess {
  /** "current", "candidate", "room" (it owns the home and serves nothing), or what a service does: "engine". */
  readonly role: string;
  readonly identity: ProcessIdentity;
  /** That very process runs. */
  readonly lives: boolean;
  /** It had announced its shutdown: a person or a command had asked it to. */
  readonly hasLeft: boolean;
  /** Resident memory in bytes, while it lives. */
  readonly rss?: number | undefined;
  /** Of the engine: how near it is to what it may have at most, 0 to 1. */
  readonly memoryShare?: number | undefined;
  /** Its last sign of life, of a burst: other than the one before while it does not hang. */
  readonly beat?: number | undefined;
  readonly port?: number | undefined;
  readonly commit?: string | undefined;
  /** What it answered on its port: absent where it was not asked. */
  readonly health?: "ok" | "silent" | undefined;
  /** How long it was ready to run and no processor was free, in milliseconds since it began, where the kernel tells. */
  readonly queuedMs?: number | undefined;
  /** Who listens on its port while it does not live; the id is absent for a process of another user. */
  readonly portHolder?:
    | {
        readonly pid?: number | undefined;
        readonly name: string;
        /** This very process has served the home before. */
        readonly isOurs: boolean;
      }
    | undefined;
  /** Of `GET /ready`: "ready", "leaving", or the code of what keeps it from working, such as "ENOSPC". */
  readonly ready?: string | undefined;
}

export interface ObservedQuestion {
  readonly room: string;
  readonly id: string;
  /** When it was first observed, on the clock of {@link Look.at}. */
  readonly since: number;
}

/** The queue of the process that serves, as it reports it. */
export interface ObservedQueue {
  readonly queued: number;
  /** How long the oldest job waits that may begin, in milliseconds. */
  readonly oldestMs: number;
  readonly workers: number;
  readonly busy: number;
  /** How long no job has come to an end while some were running, in milliseconds; 0 while none runs. */
  readonly unsettledMs: number;
}

/** A work tree that Git lists below the home. */
export interface ObservedWorktree {
  readonly folder: string;
  /** Without `refs/heads/`. */
  readonly branch: string;
  readonly isMissing: boolean;
  /** Its branch is there no more. */
  readonly isGone: boolean;
  /** It holds what no commit has. */
  readonly isDirty: boolean;
}

/** What the newest `health.json` says, while it is fresh. */
export interface ObservedHealth {
  /** When the newest backup was made, in milliseconds since the epoch; absent: there is none. */
  readonly backupAt?: number | undefined;
  /** That backup was restored once, to see that it is whole. */
  readonly isBackupVerified: boolean;
  /** The daily backup was switched off. */
  readonly isBackupOff?: boolean | undefined;
  /** Since when the home has had a journal, in milliseconds since the epoch. */
  readonly homeSince?: number | undefined;
  /** Databases whose check did not end well, by name. */
  readonly damaged: readonly string[];
}

/** One look at a home. */
export interface Look {
  /** Milliseconds since the boot of the machine: a clock that no user sets. */
  readonly at: number;
  /** Milliseconds since the epoch, as the machine believes. */
  readonly wall: number;
  /** The supervisor itself came late to it: the machine slept, or it was stopped. What hangs then proves nothing. */
  readonly isLate: boolean;
  readonly processes: readonly ObservedProcess[];
  /** Roles that a person has stopped. */
  readonly stopped: readonly string[];
  /** The socket of the home is there, and a connection to it is refused. */
  readonly isSocketDead: boolean;
  /** Bytes that a process of this user can still write, and all there are. */
  readonly disk: { readonly free: number; readonly total: number };
  /** Logs of databases, by file name, in bytes. */
  readonly wals: readonly { readonly name: string; readonly bytes: number }[];
  /** A backup is being written. */
  readonly isBackingUp: boolean;
  readonly questions: readonly ObservedQuestion[];
  readonly queue?: ObservedQueue | undefined;
  /** The model server answered a question of the supervisor's own; absent: there was no reason to ask, or no owner. */
  readonly isProviderUp?: boolean | undefined;
  /** Kinds of jobs that are not taken. */
  readonly paused: readonly string[];
  readonly worktrees: readonly ObservedWorktree[];
  readonly health?: ObservedHealth | undefined;
  /** How many processes the kernel has killed for want of memory since the boot. */
  readonly oomKills: number;
}

/** A line of a log of ours: only what our own logger sets, never a message. */
export interface ObservedLine {
  /** On the clock of {@link Look.at}. */
  readonly at: number;
  /** Name of the log: "current", "candidate", "gate". */
  readonly source: string;
  readonly level: "info" | "warn" | "error";
  readonly pid: number;
  /** Of a process that tells of itself; with its id it names that very process. */
  readonly startTime?: number | undefined;
  readonly code?: string | undefined;
  /** What the system or SQLite called the failure, such as "SQLITE_CORRUPT_INDEX". */
  readonly errno?: string | undefined;
  readonly event?: string | undefined;
  /** What it says, of an error: for a model that is asked about it; nothing is decided by it. */
  readonly text?: string | undefined;
  /** Of a job: its kind. */
  readonly kind?: string | undefined;
  readonly call?: ObservedCall | undefined;
  readonly turn?: ObservedTurn | undefined;
}

/** A call of a tool that has ended, as a line reports it. */
export interface ObservedCall {
  readonly tool: string;
  readonly ok: boolean;
  readonly ms: number;
}

/** A turn that has ended, as a line reports it. */
export interface ObservedTurn {
  readonly isComplete: boolean;
  readonly tokens: number;
}

/** The end of a process that was not asked to leave. */
export interface ObservedEnd {
  readonly role: string;
  readonly at: number;
}

/** The part of a look that is stored for hours, also by a supervisor that is started later. */
export interface MinuteLook extends Pick<Look, "at"> {
  readonly processes: readonly Pick<ObservedProcess, "role" | "identity" | "rss">[];
  readonly worktrees: readonly Pick<ObservedWorktree, "folder" | "isGone">[];
}

export interface Observation {
  /** The newest last; at least one. */
  readonly looks: readonly Look[];
  /** One look a minute over the last hours, the newest last. */
  readonly minutes: readonly MinuteLook[];
  /** Of the last ten minutes, the newest last; of a flood only its beginning. */
  readonly lines: readonly ObservedLine[];
  /** Lines of the levels `warn` and `error` in the last 60 s, by log. */
  readonly warnings: ReadonlyMap<string, number>;
  /** Logs of which more was written than one look reads. */
  readonly unread: ReadonlySet<string>;
  /** Of the last ten minutes, the newest last. */
  readonly ends: readonly ObservedEnd[];
}

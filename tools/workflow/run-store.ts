/**
 * Runs of workflows on disk. Rows are only ever added: what a run was made of at its start, each step when
 * it is finished, and how each part of the run ended.
 */
import type { Database } from "bun:sqlite";
import { z } from "zod";
import { fileFailed } from "#platform/files.ts";
import { openPrivateDatabase } from "#platform/private-database.ts";
import type { StepRecords } from "./run-context.ts";
import { type StepRecord, stepRecordSchema } from "./trace.ts";
import type { Json, JsonObject } from "./workflow.ts";

const SCHEMA = `
  create table if not exists run (
    id text primary key,
    workflow text not null,
    texts text not null,
    inputs text not null,
    started_at integer not null
  ) strict;
  create table if not exists entry (
    run text not null references run (id),
    number integer not null,
    kind text not null check (kind in ('step', 'failed', 'stopped', 'done')),
    path text not null,
    body text not null,
    at integer not null,
    primary key (run, number)
  ) strict, without rowid;
  create unique index if not exists entry_once on entry (run, kind, path) where kind in ('step', 'done');
  create trigger if not exists run_stays before update on run begin select raise(abort, 'append only'); end;
  create trigger if not exists run_kept before delete on run begin select raise(abort, 'append only'); end;
  create trigger if not exists entry_stays before update on entry begin select raise(abort, 'append only'); end;
  create trigger if not exists entry_kept before delete on entry begin select raise(abort, 'append only'); end;
`;

const APPEND = `
  insert into entry (run, number, kind, path, body, at)
  select $run, coalesce(max(number), 0) + 1, $kind, $path, $body, $at from entry where run = $run`;

/** Each run with its last entry; the bodies of steps are large and stay where they are. */
const LIST = `
  select id, workflow, started_at, kind, case kind when 'failed' then body end as body,
    (select count(*) from entry where run = id and kind = 'step') as steps
  from run left join entry on run = id and number = (select max(number) from entry where run = id)
  order by started_at desc, id`;

/** A run as it was at its start. */
export interface StoredRun {
  readonly id: string;
  /** Name of the file of its workflow. */
  readonly workflow: string;
  /** That workflow and all that it runs, by the names of their files: files change, a run does not. */
  readonly texts: ReadonlyMap<string, string>;
  readonly inputs: JsonObject;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

export interface RunSummary extends Pick<StoredRun, "id" | "workflow" | "startedAt"> {
  /** How its last part ended; `unfinished`: it did not, or it is still under way. */
  readonly state: "done" | "failed" | "stopped" | "unfinished";
  /** How many steps are finished. */
  readonly steps: number;
  /** Why it failed. */
  readonly message?: string | undefined;
}

interface Entry {
  readonly kind: "step" | "failed" | "stopped" | "done";
  readonly path: string;
  readonly body: string;
}

interface RunRow {
  readonly id: string;
  readonly workflow: string;
  readonly texts: string;
  readonly inputs: string;
  readonly started_at: number;
}

interface SummaryRow extends Pick<RunRow, "id" | "workflow" | "started_at"> {
  readonly steps: number;
  readonly kind: Entry["kind"] | null;
  readonly body: string | null;
}

const textsSchema: z.ZodType<Readonly<Record<string, string>>> = z.record(z.string(), z.string());
const inputsSchema: z.ZodType<JsonObject> = z.record(z.string(), z.json());
const json: z.ZodType<Json> = z.json();

/** Several processes may have it open; who may go on with a run is said by its lock. */
export class RunStore implements Disposable {
  readonly #path: string;
  readonly #database: Database;
  readonly #now: () => number;

  /**
   * @param now milliseconds since the epoch.
   * @throws {OrgError} `FILE_FAILED`
   */
  constructor(path: string, now: () => number = Date.now) {
    this.#path = path;
    this.#now = now;
    try {
      // A finished step that a power cut took back would be done twice: this one syncs.
      this.#database = openPrivateDatabase(path, SCHEMA);
    } catch (error) {
      throw fileFailed(path, error);
    }
  }

  create({ id, workflow, texts, inputs, startedAt }: StoredRun): void {
    this.#write("insert into run values ($id, $workflow, $texts, $inputs, $startedAt)", {
      ...{ id, workflow, startedAt },
      texts: JSON.stringify(Object.fromEntries(texts)),
      inputs: JSON.stringify(inputs),
    });
  }

  find(id: string): StoredRun | undefined {
    const sql = "select * from run where id = $id";
    const row = this.#database.query<RunRow, { id: string }>(sql).get({ id });
    if (row === null) return undefined;
    return {
      id,
      workflow: row.workflow,
      texts: new Map(Object.entries(textsSchema.parse(JSON.parse(row.texts)))),
      inputs: inputsSchema.parse(JSON.parse(row.inputs)),
      startedAt: row.started_at,
    };
  }

  /** The newest first. */
  list(): readonly RunSummary[] {
    const rows = this.#database.query<SummaryRow, []>(LIST).all();
    return rows.map(({ id, workflow, started_at, steps, kind, body }) => ({
      ...{ id, workflow, steps, startedAt: started_at },
      state: kind === null || kind === "step" ? "unfinished" : kind,
      message: kind === "failed" && body !== null ? body : undefined,
    }));
  }

  /** The finished steps of a run, in the order in which they were finished. */
  stepsOf(id: string): ReadonlyMap<string, StepRecord> {
    const steps = this.#entries(id).filter(({ kind }) => kind === "step");
    return new Map(steps.map(({ path, body }) => [path, stepRecordSchema.parse(JSON.parse(body))]));
  }

  /** For the one process that holds the lock of the run. */
  recordsOf(id: string): StepRecords {
    const stored = new Map(this.stepsOf(id));
    return {
      get size() {
        return stored.size;
      },
      find: (path) => stored.get(path),
      save: (path, record) => {
        this.#append(id, { kind: "step", path, body: JSON.stringify(record) });
        stored.set(path, record);
      },
    };
  }

  /** What a run gave that is done. */
  outputOf(id: string): { readonly output: Json } | undefined {
    const done = this.#entries(id).find(({ kind }) => kind === "done");
    return done && { output: json.parse(JSON.parse(done.body)) };
  }

  finish(id: string, output: Json): void {
    this.#append(id, { kind: "done", path: "", body: JSON.stringify(output) });
  }

  /** @param path of the step that failed. */
  fail(id: string, path: string, message: string): void {
    this.#append(id, { kind: "failed", path, body: message });
  }

  stop(id: string): void {
    this.#append(id, { kind: "stopped", path: "", body: "" });
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  #entries(run: string): readonly Entry[] {
    const sql = "select kind, path, body from entry where run = $run order by number";
    return this.#database.query<Entry, { run: string }>(sql).all({ run });
  }

  #append(run: string, { kind, path, body }: Entry): void {
    this.#write(APPEND, { run, kind, path, body, at: this.#now() });
  }

  #write(sql: string, values: Record<string, string | number>): void {
    try {
      this.#database.query(sql).run(values);
    } catch (error) {
      throw fileFailed(this.#path, error);
    }
  }
}

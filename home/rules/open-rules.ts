/** The rules of one generation: an SQLite file that a single process owns and writes. */
import type { Database } from "bun:sqlite";
import { canonicalJson } from "#core/canonical-json.ts";
import { OrgError } from "#core/errors.ts";
import type { FrozenFile } from "#core/frozen-file.ts";
import { after, BEGUN } from "#core/rules/life.ts";
import {
  type Observation,
  type RegrettedAnswer,
  type Rule,
  type RuleBook,
  type RuleKey,
  type RuleOutcome,
  ruleName,
} from "#core/rules/rule.ts";
import { sweepPages } from "../erase-database.ts";
import { CommitQueue } from "../journal/commit-queue.ts";
import { copyDatabase } from "../journal/copy-database.ts";
import {
  isCorrupt,
  journalClosed,
  journalCorrupt,
  journalFailed,
  type OwnedFile,
} from "../journal/failures.ts";
import { FreezableFile } from "../journal/frozen-file.ts";
import { type FindOwner, openDatabase } from "../journal/open-database.ts";
import { RuleTable } from "./rule-table.ts";
import { ADDED, RULES_FORMAT } from "./schema.ts";

/** More than a person repeats word for word; of those that do not answer the longest unused goes first. */
const MOST_RULES = 1000;

export interface RulesOptions {
  /** Asked who owns the home when the file is taken; see `describeOwner`. */
  readonly owner?: FindOwner;
  /** The clock, in milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
  /** @default 1,000 */
  readonly most?: number;
}

/**
 * Opens or makes the rules of a generation; this process alone owns them until they are disposed.
 *
 * @param path of `rules.sqlite`; its folder is there.
 * @throws {OrgError} `HOME_BUSY` while another process owns it, `JOURNAL_CORRUPT` for a damaged or foreign file, which
 *   stays as it is, `JOURNAL_FAILED` when the system refuses.
 */
export async function openRules(path: string, options: RulesOptions = {}): Promise<SqliteRules> {
  const { owner = () => Promise.resolve(undefined), now = Date.now, most = MOST_RULES } = options;
  const database = await openDatabase(path, RULES_FORMAT, owner);
  try {
    return new SqliteRules(database, { path, now, most });
  } catch (error) {
    database.close(true);
    if (!isCorrupt(error) || !(error instanceof Error)) throw error;
    throw journalCorrupt({ path, noun: RULES_FORMAT.noun }, error.message);
  }
}

interface Parts {
  readonly path: string;
  readonly now: () => number;
  readonly most: number;
}

export class SqliteRules implements RuleBook, AsyncDisposable {
  readonly #database: Database;
  readonly #file: OwnedFile;
  readonly #parts: Parts;
  readonly #table: RuleTable;
  readonly #commits: CommitQueue;
  readonly #freezable: FreezableFile;
  /** As they are on disk or in the transaction that runs; read again once a write was undone. */
  #rules: Map<number, Rule> | undefined;
  #isClosed: boolean = false;

  constructor(database: Database, parts: Parts) {
    // What is deleted is overwritten with zeros.
    database.run("pragma secure_delete = on");
    this.#database = database;
    this.#file = { path: parts.path, noun: RULES_FORMAT.noun };
    this.#parts = parts;
    database.run(ADDED);
    this.#table = new RuleTable(database);
    this.#freezable = new FreezableFile(database, parts.path);
    this.#commits = new CommitQueue(database, {
      committed: () => undefined,
      rolledBack: () => {
        this.#rules = undefined;
      },
      explain: (error) => journalFailed(this.#file, error),
    });
    this.#current();
  }

  list(): readonly Rule[] {
    this.#demandOpen();
    return [...this.#current().values()];
  }

  show(id: number): Rule {
    this.#demandOpen();
    return this.#demand(id);
  }

  async observe({ outcomes, lesson, tools }: Observation): Promise<void> {
    await this.#write(() => {
      for (const { id, outcome } of outcomes) this.#count(id, outcome, tools);
      const existing = lesson && this.#find(lesson);
      if (existing === undefined) {
        if (lesson !== undefined) this.#learn(lesson, tools);
      } else if (!outcomes.some(({ id }) => id === existing.id)) {
        // Another room has learnt it since this one looked.
        this.#count(existing.id, "for", tools);
      }
    });
  }

  async judge(id: number, outcome: RuleOutcome, tools: string): Promise<void> {
    await this.#write(() => this.#count(id, outcome, tools));
  }

  async regret(
    id: number,
    outcome: "regretted" | "against",
    { turn, tools }: RegrettedAnswer,
  ): Promise<void> {
    await this.#write(() => {
      if (this.#table.regret(turn, this.#parts.now())) this.#count(id, outcome, tools);
    });
  }

  async forget(id: number): Promise<void> {
    this.show(id);
    await this.#write(() => this.#delete(id));
    this.#demandOpen();
    this.#freezable.break();
    // Its words go at once: from pages that nothing uses and from the log, too.
    sweepPages(this.#database);
  }

  async turn(id: number, to: "on" | "off"): Promise<Rule> {
    this.show(id);
    return await this.#write(() => {
      const rule = this.#demand(id);
      const isOff = rule.state === "off";
      if (isOff === (to === "off")) return rule;
      return this.#put({ ...rule, ...BEGUN, state: to === "off" ? "off" : "shadow" });
    });
  }

  async copyTo(path: string): Promise<void> {
    this.#demandOpen();
    await copyDatabase(this.#database, { ...this.#file, path });
  }

  /** For a backup by another process: until it is disposed of, the file is read without a lock. */
  freeze(): FrozenFile {
    this.#demandOpen();
    return this.#freezable.freeze();
  }

  /** Commits what was handed in and gives the file to others. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    this.#commits.close(journalClosed(this.#file));
    this.#isClosed = true;
    this.#freezable.break();
    this.#database.close(true);
  }

  #count(id: number, outcome: Parameters<typeof after>[1], tools: string): void {
    const rule = this.#current().get(id);
    if (rule === undefined || rule.state === "off") return;
    // With other tools the model may do something else; what was learnt before says nothing.
    const base = rule.tools === tools ? rule : { ...rule, ...BEGUN, tools };
    const next = after(base, outcome);
    if (next === undefined) this.#delete(id);
    else {
      const fired = rule.fired + (outcome === "fired" ? 1 : 0);
      this.#put({ ...base, ...next, fired, usedAt: this.#parts.now() });
    }
  }

  #find(lesson: RuleKey): Rule | undefined {
    const key = keyOf(lesson);
    return this.list().find((rule) => keyOf(rule) === key);
  }

  #learn(lesson: RuleKey, tools: string): void {
    const rules = this.#current();
    if (rules.size >= this.#parts.most && !this.#makeRoom()) return;
    const begun = { ...BEGUN, ...after(BEGUN, "for"), at: this.#parts.now() };
    const rule = this.#table.insert(lesson, tools, begun);
    rules.set(rule.id, rule);
  }

  /** @returns false where all of them answer, or were switched off by the user. */
  #makeRoom(): boolean {
    const shadows = [...this.#current().values()].filter(({ state }) => state === "shadow");
    const [oldest] = shadows.sort((one, other) => one.usedAt - other.usedAt);
    if (oldest !== undefined) this.#delete(oldest.id);
    return oldest !== undefined;
  }

  #put(rule: Rule): Rule {
    const written = this.#table.update(rule.id, rule);
    this.#current().set(rule.id, written);
    return written;
  }

  #delete(id: number): void {
    this.#table.delete(id);
    this.#current().delete(id);
  }

  #demand(id: number): Rule {
    const rule = this.#current().get(id);
    if (rule !== undefined) return rule;
    throw new OrgError(`There is no rule ${ruleName(id)}`, {
      code: "RULE_UNKNOWN",
      remedies: ["org rules list"],
      unchanged: "Nothing was changed.",
    });
  }

  async #write<T>(work: () => T): Promise<T> {
    this.#demandOpen();
    return await this.#commits.submit(work);
  }

  #current(): Map<number, Rule> {
    this.#rules ??= new Map(this.#table.all().map((rule) => [rule.id, rule]));
    return this.#rules;
  }

  #demandOpen(): void {
    if (this.#isClosed) throw journalClosed(this.#file);
  }
}

/** What makes a rule the one it is. */
function keyOf({ persona, place, pattern, template }: RuleKey): string {
  return canonicalJson([persona, place, pattern, template]);
}

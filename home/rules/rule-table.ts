/** Rules as rows. */
import type { Database } from "bun:sqlite";
import type { SlotKind } from "#core/rules/line.ts";
import type { Rule, RuleKey, RuleScope, RuleState, Standing } from "#core/rules/rule.ts";

interface Row {
  readonly id: number;
  readonly persona: string;
  readonly place: RuleScope;
  readonly head: string;
  readonly slot: SlotKind | "";
  readonly tool: string;
  readonly fixed: string;
  readonly argument: string;
  readonly tools: string;
  readonly state: RuleState;
  readonly confirmed: number;
  readonly against: number;
  readonly in_row: number;
  readonly recent: string;
  readonly lines: number;
  readonly fired: number;
  readonly learnt_at: number;
  readonly used_at: number;
}

/** What changes of a rule. */
export type RuleChange = Standing & Pick<Rule, "tools" | "fired" | "usedAt">;

const INSERT = `
  insert into rule (persona, place, head, slot, tool, fixed, argument, tools, state, confirmed, against, in_row, recent,
    lines, fired, learnt_at, used_at)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)
  returning *`;

const UPDATE = `
  update rule set tools = ?, state = ?, confirmed = ?, against = ?, in_row = ?, recent = ?, lines = ?, fired = ?,
    used_at = ? where id = ? returning *`;

/** A room may be opened again long after its last line. */
const RETENTION_MS = 365 * 86_400_000;

export class RuleTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  all(): readonly Rule[] {
    return this.#database.query<Row, []>("select * from rule order by id").all().map(ruleOf);
  }

  insert(
    { persona, place, pattern, template }: RuleKey,
    tools: string,
    begun: Standing & { readonly at: number },
  ): Rule {
    const { head, slot = "" } = pattern;
    const { tool, fixed, argument = "" } = template;
    const { state, confirmed, against, inRow, recent, lines, at } = begun;
    return this.#one(INSERT, [
      ...[persona, place, head, slot, tool, fixed, argument, tools],
      ...[state, confirmed, against, inRow, recent, lines, at, at],
    ]);
  }

  update(id: number, change: RuleChange): Rule {
    const { tools, state, confirmed, against, inRow, recent, lines, fired, usedAt } = change;
    const values = [tools, state, confirmed, against, inRow, recent, lines, fired, usedAt, id];
    return this.#one(UPDATE, values);
  }

  delete(id: number): void {
    this.#database.query("delete from rule where id = ?").run(id);
  }

  /** Records that an answer was unwanted. @returns false where it is recorded already. */
  regret(turn: string, now: number): boolean {
    // Nothing of it is asked for later: an answer can be complained about in the two lines behind it.
    this.#database.query("delete from regretted where at < ?").run(now - RETENTION_MS);
    const sql = "insert or ignore into regretted (turn, at) values (?, ?)";
    return this.#database.query(sql).run(turn, now).changes > 0;
  }

  #one(sql: string, values: readonly (string | number)[]): Rule {
    const row = this.#database.query<Row, (string | number)[]>(sql).get(...values);
    if (row === null) throw new Error("A rule was not written");
    return ruleOf(row);
  }
}

function ruleOf({ head, slot, tool, fixed, argument, ...row }: Row): Rule {
  const { id, persona, place, tools, state, confirmed, against, recent, lines, fired } = row;
  return {
    ...{ id, persona, place, tools, state, confirmed, against, recent, lines, fired },
    pattern: { head, slot: slot === "" ? undefined : slot },
    template: { tool, fixed, argument: argument === "" ? undefined : argument },
    inRow: row.in_row,
    learntAt: row.learnt_at,
    usedAt: row.used_at,
  };
}

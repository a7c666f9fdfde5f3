/** The rules of a home in the process that owns it: opened by their first use, closed before the home is given back. */
import { existsSync } from "node:fs";
import type { FrozenFile } from "#core/frozen-file.ts";
import type { Rule, RuleBook, RuleSource, RulesMode } from "#core/rules/rule.ts";
import { createHome, type HomePaths } from "#home/home-paths.ts";
import type { SqliteRules } from "#home/rules/open-rules.ts";
import { describeOwner } from "#platform/owner.ts";
import { answerOfRules, type RulesService } from "#server/socket/rules-service.ts";

interface HomeRulesOptions {
  readonly paths: HomePaths;
  readonly mode: RulesMode;
  /** Path of the candidate's rules, for a copy of these. */
  readonly candidate: string;
}

export class HomeRules implements RuleSource {
  readonly mode: RulesMode;
  readonly #options: HomeRulesOptions;
  #opened: Promise<SqliteRules> | undefined;

  constructor(options: HomeRulesOptions) {
    this.mode = options.mode;
    this.#options = options;
  }

  readonly open = (): Promise<SqliteRules> => {
    if (this.#opened !== undefined) return this.#opened;
    const opened = this.#load();
    this.#opened = opened;
    // What failed may go well the next time.
    opened.catch(() => {
      if (this.#opened === opened) this.#opened = undefined;
    });
    return opened;
  };

  readonly openIfExists = async (): Promise<RuleBook | undefined> => {
    const isStored = this.#opened !== undefined || existsSync(this.#options.paths.rules);
    return isStored ? await this.open() : undefined;
  };

  /** For the user. */
  readonly service: RulesService = async (request, signal) => {
    const { candidate, paths } = this.#options;
    const book = await this.open();
    if (request.kind === "forget") {
      // First: who asked is told only once it stands nowhere, and asks again after a crash.
      const rule = book.show(request.id);
      const { forgetRuleInCandidate } = await import("#server/socket/forget-rule.ts");
      await forgetRuleInCandidate(paths, { rule, signal });
    }
    return await answerOfRules({ book, candidate }, request);
  };

  /** Forgets the rules that hold a text: lines that begin so, and arguments. @throws {OrgError} as {@link open} does. */
  readonly forgetWhere = async (holds: (text: string) => boolean): Promise<void> => {
    const book = await this.openIfExists();
    if (book === undefined) return;
    const isIt = ({ pattern: { head }, template: { fixed } }: Rule) => holds(head) || holds(fixed);
    for (const { id } of book.list().filter(isIt)) await book.forget(id);
  };

  /** Keeps their file as it is for a backup; they are opened for that. */
  readonly freeze = async (): Promise<readonly FrozenFile[]> => {
    if (this.#opened === undefined && !existsSync(this.#options.paths.rules)) return [];
    // What is damaged is not locked here.
    const opened = await this.open().catch(() => undefined);
    return opened === undefined ? [] : [opened.freeze()];
  };

  /** Waits for what is being written. They can be opened again. */
  readonly close = async (): Promise<void> => {
    const opened = await this.#opened?.catch(() => undefined);
    this.#opened = undefined;
    await opened?.[Symbol.asyncDispose]();
  };

  async #load(): Promise<SqliteRules> {
    // SQLite is loaded when something is to be kept.
    const { openRules } = await import("#home/rules/open-rules.ts");
    const { paths } = this.#options;
    await createHome(paths);
    return await openRules(paths.rules, { owner: () => describeOwner(paths.ownerRecord) });
  }
}

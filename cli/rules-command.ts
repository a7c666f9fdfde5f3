import { EXIT } from "#core/error-codes.ts";
import { OrgError, unreachable } from "#core/errors.ts";
import { isControl } from "#core/rules/life.ts";
import { type Rule, type RulesMode, ruleName } from "#core/rules/rule.ts";
import { boundOf, callOf, lineOf } from "#core/rules/rule-text.ts";
import { echoed } from "#core/text/echoed.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { RulesService } from "#server/socket/rules-service.ts";
import type { Output } from "#ui/output.ts";
import { actionNamed } from "./action.ts";
import { CleanPrinter } from "./clean-printer.ts";
import type { CommandLine } from "./command-spec.ts";

export interface RulesDeps {
  readonly rules: RulesService;
  readonly mode: RulesMode;
  readonly cleaner: TextCleaner;
  readonly output: Output;
  readonly signal: AbortSignal;
}

const RULE_ACTIONS = ["list", "show", "forget", "off", "on"] as const;

/**
 * `org rules`: what the user asks of the rules of the fast path, in the process that owns the home or through it.
 *
 * @throws {OrgError} `USAGE`, `RULE_UNKNOWN`.
 */
export async function runRulesCommand(
  { operands, options }: Pick<CommandLine, "operands" | "options">,
  deps: RulesDeps,
): Promise<number> {
  const [actionName = "list", ...ruleWords] = operands;
  const action = actionNamed("rules", RULE_ACTIONS, actionName);
  const { rules, signal, mode } = deps;
  const print = new Printer(deps, options.has("json"));
  switch (action) {
    case "list":
      refuseExtra(ruleWords);
      print.list(await rules({ kind: "list" }, signal), mode);
      return EXIT.done;
    case "show":
      print.whole(await rules({ kind: "show", id: idOf(ruleWords) }, signal));
      return EXIT.done;
    case "forget":
    case "off":
    case "on": {
      const id = idOf(ruleWords);
      const [rule] = await rules({ kind: action, id }, signal);
      print.done(id, action, rule);
      return EXIT.done;
    }
    default:
      return unreachable(action);
  }
}

const DONE = { forget: "forgotten", off: "off", on: "on, as a shadow rule at first" } as const;

class Printer extends CleanPrinter {
  list(all: readonly Rule[], mode: RulesMode): void {
    for (const rule of all) this.#print(visibleRule(rule), [rowOf(rule)]);
    for (const text of remarks(all, mode)) this.say(text);
  }

  whole(rules: readonly Rule[]): void {
    for (const rule of rules) this.#print(visibleRule(rule), rowsOf(rule));
  }

  done(id: number, action: keyof typeof DONE, rule: Rule | undefined): void {
    const done = DONE[action];
    const data = rule === undefined ? { id: ruleName(id), done } : visibleRule(rule);
    this.#print(data, [`${ruleName(id)} ${done}`]);
  }

  #print(data: unknown, rows: readonly string[]): void {
    if (this.isJson) this.json(data);
    else this.write(rows.join("\n"));
  }
}

function remarks(all: readonly Rule[], mode: RulesMode): readonly string[] {
  const none = all.length === 0 ? [NO_RULES] : [];
  if (mode === "live") return none;
  const what =
    mode === "off" ? "org learns no rule and uses none" : "org learns rules and uses none";
  return [...none, `[rules] mode = "${mode}" in org.config: ${what}`];
}

const NO_RULES =
  "No rule was learnt yet. A message becomes a rule after a model has answered it 16 times with the same call of a tool without side effects.";

function rowOf(rule: Rule): string {
  const { id, state, persona, confirmed, against, fired } = rule;
  const bound = boundOf(rule).toFixed(2);
  return `${ruleName(id)}  ${state.padEnd(6)}  ${persona}: ${lineOf(rule)} → ${callOf(rule)}  (${confirmed} for, ${against} against, bound ${bound}, answered ${fired})`;
}

function rowsOf(rule: Rule): readonly string[] {
  const { place, recent, learntAt, usedAt, state } = rule;
  const where = place === "project" ? "rooms on a repository" : "rooms without a repository";
  const next = isControl(rule)
    ? "the next message goes to the model"
    : "one message in 20 goes to the model";
  return [
    rowOf(rule),
    `in      ${where}`,
    `recent  ${recent}`,
    ...(state === "live" ? [`control ${next}`] : []),
    `learnt  ${new Date(learntAt).toISOString()}`,
    `used    ${new Date(usedAt).toISOString()}`,
  ];
}

/** A rule for programs. */
function visibleRule(rule: Rule): object {
  const { id, template, pattern, ...rest } = rule;
  const { tool, fixed, argument = null } = template;
  const { head, slot = null } = pattern;
  const args: unknown = JSON.parse(fixed);
  return {
    id: ruleName(id),
    line: head,
    slot,
    tool,
    arguments: args,
    argument,
    bound: boundOf(rule),
    ...rest,
  };
}

/** "r7" or "7". */
function idOf([word, ...more]: readonly string[]): number {
  refuseExtra(more);
  if (word === undefined) throw usage("Which rule?");
  const id = /^r?(\d{1,9})$/i.exec(word)?.[1];
  if (id === undefined || Number(id) === 0) throw usage(`${echoed(word)} is not a rule`);
  return Number(id);
}

function refuseExtra([word]: readonly string[]): void {
  if (word !== undefined) throw usage(`Unexpected argument ${echoed(word)}`);
}

function usage(message: string): OrgError {
  return new OrgError(message, {
    code: "USAGE",
    remedies: ["org rules list", "org rules show r7", 'mode = "off" below [rules] in org.config'],
    unchanged: "Nothing was changed.",
  });
}

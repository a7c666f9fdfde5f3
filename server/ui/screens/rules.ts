/** The rules of the fast path, below the memory: which were learnt, and the user's word about them. */
import { z } from "zod";
import { type Rule, type RuleState, ruleName } from "#core/rules/rule.ts";
import { boundOf, callOf, lineOf } from "#core/rules/rule-text.ts";
import type { RulesService } from "../../socket/rules-service.ts";
import { type Html, html } from "../html.ts";
import { type Action, action, type Tone, type Visit } from "../page.ts";
import { badge, emptyNote, postButton, section } from "../parts.ts";
import { fold } from "./format.ts";

const KINDS = ["on", "off", "forget"] as const;

const DONE = { on: "on, as a shadow rule at first", off: "off", forget: "forgotten" } as const;

/** @param path of the page that they stand on; below it a note could have the name of an action. */
export function ruleActions(rules: RulesService, path: string): readonly Action[] {
  return KINDS.map((kind) =>
    action({
      ...{ path: `/ui/rules/${kind}`, scope: "run" },
      form: z.strictObject({ id: z.coerce.number<string>().int().min(1).max(999_999_999) }),
      run: async ({ signal }, { id }) => {
        await rules({ kind, id }, signal);
        return { to: path, flash: { tone: "good", text: `${ruleName(id)} is ${DONE[kind]}.` } };
      },
    }),
  );
}

const TONES: Readonly<Record<RuleState, Tone | "busy">> = {
  live: "good",
  shadow: "busy",
  off: "plain",
};

export async function rulesSection(rules: RulesService, visit: Visit): Promise<Html> {
  const all = await rules({ kind: "list" }, visit.signal);
  const none = emptyNote(
    "No rule was learnt yet. A message becomes a rule after a model has answered it 16 times with the same call of a tool without side effects.",
  );
  const items = all.map((rule) => ruleItem(rule, visit));
  return section("Learnt rules", all.length === 0 ? none : html`<ul class="notes">${items}</ul>`);
}

function ruleItem(rule: Rule, visit: Visit): Html {
  const { id, state, persona, confirmed, against, fired } = rule;
  const name = ruleName(id);
  const button = (kind: (typeof KINDS)[number], label: string) => {
    const hidden = { id: String(id) };
    return postButton(visit, { to: `/ui/rules/${kind}`, hidden, label, about: name });
  };
  const forget = fold(
    html`Forget…<span class="unseen"> ${name}</span>`,
    button("forget", "Forget it"),
  );
  return html`<li><p class="words">${persona}: ${visit.clean(lineOf(rule))} → <code>${visit.clean(callOf(rule))}</code></p>
<p class="remark">${name} ${badge(state, TONES[state])} ${confirmed} for, ${against} against, bound ${boundOf(rule).toFixed(2)}, answered ${fired}</p>
<div class="actions">${state === "off" ? button("on", "Switch on") : button("off", "Switch off")}${forget}</div></li>`;
}

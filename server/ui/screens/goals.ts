/** Goals that models work towards, and what the home does by itself. */
import { z } from "zod";
import { fieldsOf, textOf } from "#core/json.ts";
import type { BurstRow } from "#home/autonomy/autonomy-store.ts";
import { type AutonomyState, isOn } from "#home/autonomy/autonomy-switch.ts";
import { readReport, reportText } from "#home/autonomy/burst-report.ts";
import type { AutonomySettings } from "#home/settings/autonomy-settings.ts";
import type { JobService, JobView } from "../../jobs/job-service.ts";
import { newestGoals } from "../../jobs/newest-goals.ts";
import { type Html, html, type Piece } from "../html.ts";
import { action, type Screen, type View, type Visit } from "../page.ts";
import {
  badge,
  commandLine,
  emptyNote,
  facts,
  moment,
  postButton,
  postForm,
  section,
  table,
} from "../parts.ts";
import { ago, block, count, duration, fold, oneRow } from "./format.ts";
import { jobBadge, pathOf } from "./jobs.ts";

const PATH = "/ui/goals";
const MAX_LISTED = 50;
const BURSTS = 10;
const LONGEST_GOAL = 20_000;
/** Before what other jobs wait for: a person looks on. */
const PRIORITY = 50;

/** What a person sees and says of autonomy. */
export interface AutonomySource {
  state(): AutonomyState;
  /** @throws {OrgError} `FILE_FAILED` */
  turn(to: "on" | "off"): Promise<void>;
  /** Ends a burst that runs, with all that it started. @returns whether there was one, and whether it is gone. */
  end(): Promise<"none" | "gone" | "left">;
  /** The newest first. */
  bursts(most: number): readonly BurstRow[];
  /** Tokens that it has taken today, in UTC. */
  tokensToday(): Promise<number>;
}

export interface GoalsParts {
  readonly jobs: Pick<JobService, "list" | "submit">;
  readonly autonomy: AutonomySource;
  readonly settings: AutonomySettings;
}

const goalForm = z.strictObject({ goal: z.string().trim().min(1).max(LONGEST_GOAL) });

export function goalsScreen({ jobs, autonomy, settings }: GoalsParts): Screen {
  return {
    nav: { label: "Goals", path: PATH, position: 50 },
    pages: [
      {
        path: PATH,
        render: async (visit) =>
          goalsPage(
            visit,
            await newestGoals(jobs, MAX_LISTED),
            await autonomySection(visit, autonomy, settings),
          ),
      },
    ],
    actions: [
      action({
        ...{ path: PATH, scope: "run", form: goalForm },
        run: async (_visit, { goal: text }) => {
          const { id } = await jobs.submit({ work: { kind: "goal", text }, priority: PRIORITY });
          return { to: pathOf(id), flash: { tone: "good", text: "The goal is queued." } };
        },
      }),
      action({
        ...{
          path: `${PATH}/autonomy`,
          scope: "admin",
          form: z.strictObject({ to: z.enum(["on", "off"]) }),
        },
        run: async (_visit, { to }) => {
          await autonomy.turn(to);
          const burst = to === "on" ? "none" : await autonomy.end();
          const tone = burst === "left" ? "bad" : "good";
          return { to: PATH, flash: { tone, text: to === "on" ? ON : OFF[burst] } };
        },
      }),
    ],
  };
}

const ON = "Autonomy is on: while nothing happens, the home works a little by itself.";
const OFF = {
  none: "Autonomy is off; nothing was running.",
  gone: "Autonomy is off; the burst that ran was ended.",
  left: "Autonomy is off; the process of the burst that ran is still there: see Health.",
} as const;

function goalsPage(visit: Visit, goals: readonly JobView[], aside: Html): View {
  const form = postForm(visit, {
    ...{ to: PATH, shape: "stacked" },
    fields: html`<label for="goal">What should be reached?</label><textarea id="goal" name="goal" rows="3" maxlength="${LONGEST_GOAL}" required></textarea>
<button type="submit" class="button main">Work on it</button>
<p class="remark">A model works in cycles within the limits of the profile; what needs your approval is refused and stands in the report.</p>`,
  });
  return {
    title: "Goals",
    main: html`${section("A new goal", form)}${section("Goals", goalTable(goals, visit))}`,
    aside,
  };
}

function goalTable(goals: readonly JobView[], { clean }: Visit): Html {
  if (goals.length === 0) {
    return html`${emptyNote("No goal was set yet.")}${commandLine('org goal "What is in this folder?" --detach')}`;
  }
  return table({
    caption: "Goals, the newest first",
    empty: "",
    rows: goals,
    columns: [
      {
        title: "Goal",
        cell: ({ id, work }) =>
          html`<a href="${pathOf(id)}">${oneRow(clean(work.kind === "goal" ? work.text : id))}</a>`,
      },
      { title: "State", cell: ({ state }) => jobBadge(state) },
      { title: "Ended", cell: ({ result }) => textOf(fieldsOf(result)["end"]) || "–" },
      { title: "Took", cell: ({ result }) => tookOf(result) },
      { title: "Changed", cell: ({ changedAt }) => ago(changedAt) },
      { title: "Report", cell: ({ result, error }) => reportOf(result, error?.message, clean) },
    ],
  });
}

function tookOf(result: unknown): string {
  const spent = fieldsOf(fieldsOf(result)["spent"]);
  const number = (name: string): number => Number(spent[name] ?? 0);
  if (spent["cycles"] === undefined) return "–";
  return `${number("cycles")} cycles, ${count(number("tokens"))} tokens, ${duration(number("ms"))}`;
}

function reportOf(result: unknown, error: string | undefined, clean: Visit["clean"]): Piece {
  const text = error ?? textOf(fieldsOf(result)["text"]);
  return text === "" ? "–" : fold("Read", block(clean(text), "Report"));
}

const STATES: Readonly<Record<AutonomyState, string>> = {
  on: "switched on by you",
  off: "switched off by you",
  enabled: "on by [autonomy] enabled in org.config",
  disabled: "never switched on",
};

async function autonomySection(
  visit: Visit,
  autonomy: AutonomySource,
  settings: AutonomySettings,
): Promise<Html> {
  const { idleMs, gapMs, aDay, lengthMs, questions, budget, allow } = settings;
  const state = autonomy.state();
  const to = isOn(state) ? "off" : "on";
  const button = postButton(visit, {
    ...{ to: `${PATH}/autonomy`, hidden: { to }, tone: to === "off" ? "danger" : "main" },
    label: to === "off" ? "Stop at once" : "Switch on",
    about: "autonomy",
  });
  const tokens = await autonomy.tokensToday();
  const bursts = autonomy.bursts(BURSTS);
  const body = [
    facts([
      [
        "State",
        html`${badge(isOn(state) ? "on" : "off", isOn(state) ? "good" : "plain")} ${STATES[state]}`,
      ],
      ["Today", html`${count(tokens)} of ${count(budget.tokens)} tokens`],
      [
        "Begins",
        `after ${duration(idleMs)} without a line, ${duration(gapMs)} apart, ${aDay} a day`,
      ],
      ["A burst", `${questions} questions, ${duration(lengthMs)} at most`],
      ["May call", allow.join(", ") || "no tool"],
    ]),
    html`<h3>Bursts</h3>`,
    bursts.length === 0
      ? emptyNote(
          "It has not worked by itself yet. What it makes waits for you under Memory and Gate.",
        )
      : html`<ul class="list">${bursts.map((burst) => burstItem(burst, visit))}</ul>`,
  ];
  return section("Autonomy", body, button);
}

function burstItem(burst: BurstRow, { clean }: Visit): Html {
  const report = readReport(burst);
  const end = report === undefined ? badge("runs", "busy") : badge(report.end);
  const did: Piece =
    report !== undefined && ` ${report.did.length} done, ${count(report.tokens)} tokens`;
  return html`<li>${fold(html`${moment(burst.startedAt)} ${end}${did}`, block(clean(reportText(burst)), "Report"))}</li>`;
}

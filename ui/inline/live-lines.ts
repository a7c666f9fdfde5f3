/** The single lines of the live region, without their width. Pure. */
import { sanitize } from "#core/sanitize.ts";
import { oneRow } from "#core/text/one-row.ts";
import { oneLine } from "#room/event-text.ts";
import type { Style } from "#room/style.ts";
import { type Context, type RunningCall, rateOf, type TurnActivity } from "./activity.ts";

const SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
/** Longest piece of a persona's last words, in columns. */
const TAIL_COLUMNS = 48;

/** How long a frame of the spinner stands, in milliseconds. */
export const SPINNER_MS: number = 100;

export interface Moment {
  readonly nowMs: number;
  readonly style: Style;
}

/** One who speaks, but is not read yet: `python ⠙ 230 tok · "last words…"`. */
export function speakerLine(turn: TurnActivity, { nowMs, style }: Moment): string {
  const tail = tailOf(turn.textTail);
  const about = [
    ...(turn.tokens === 0 ? [] : [`${turn.tokens} tok`]),
    ...(tail === "" ? [phaseText(turn, nowMs)] : [`"${tail}…"`]),
  ];
  return `${style("name", turn.persona)} ${style("quiet", `${spinner(nowMs)} ${about.join(" · ")}`)}`;
}

/** A call that runs: `⠙ 3 s agent · sh ls -l`; of one with steps the newest comes first. */
export function callLine(
  persona: string,
  { label, sinceMs, step }: RunningCall,
  { nowMs, style }: Moment,
): string {
  const since = seconds(nowMs - sinceMs);
  const parts = [persona, ...(step === undefined ? [] : [stepText(step, nowMs)]), label];
  return style("quiet", `${spinner(nowMs)} ${since} ${parts.join(" · ")}`);
}

function stepText({ text, sinceMs }: NonNullable<RunningCall["step"]>, nowMs: number): string {
  const stepLabel = sanitize(text).trim();
  return sinceMs === undefined ? stepLabel : `${stepLabel} ${seconds(nowMs - sinceMs)}`;
}

/** Longest name of a repository, and of a candidate, in the status, in columns. */
const PROJECT_COLUMNS = 30;

export interface StatusFacts {
  /** Name of the repository that the room works on. @default none */
  readonly project?: string | undefined;
  /** Name of its candidate that waits for a promotion. @default none */
  readonly candidate?: string | undefined;
  readonly mode: string;
  readonly context: Context;
  /** The budget with the least left; absent: there is none. */
  readonly budget: string | undefined;
  /** Who is in the foreground, or the first who does anything. */
  readonly turn: TurnActivity | undefined;
}

/** Repository, candidate, mode, model, how full its window is, tokens per second, and what is being done for how long. */
export function statusLine(facts: StatusFacts, { nowMs, style }: Moment): string {
  const { project, candidate, mode, budget, turn } = facts;
  // Of several who speak, it is the window of the one who is named.
  const { context } = turn ?? facts;
  const rate = turn === undefined ? undefined : rateOf(turn, nowMs);
  const parts = [
    ...(turn === undefined ? [] : [`${spinner(nowMs)} ${turn.persona} ${phaseText(turn, nowMs)}`]),
    ...(rate === undefined ? [] : [`${Math.round(rate)} tok/s`]),
    ...[project, candidate].flatMap((name) =>
      name === undefined ? [] : [oneLine(name, PROJECT_COLUMNS)],
    ),
    sanitize(mode),
    ...(context.windowTokens === 0
      ? []
      : [oneLine(context.model, TAIL_COLUMNS), contextText(context)]),
    ...(budget === undefined ? [] : [budget]),
  ];
  return style("quiet", parts.join(" · "));
}

function phaseText({ phase, phaseSinceMs }: TurnActivity, nowMs: number): string {
  return `${oneLine(phase === "" ? "begins" : phase, TAIL_COLUMNS)} ${seconds(nowMs - phaseSinceMs)}`;
}

function contextText({ usedTokens, windowTokens, cachedTokens }: Context): string {
  if (usedTokens === undefined) return `window ${thousands(windowTokens)}`;
  const share = Math.round((usedTokens / windowTokens) * 100);
  const used = `${thousands(usedTokens)} of ${thousands(windowTokens)} (${share} %)`;
  return cachedTokens === undefined ? used : `${used} · ${thousands(cachedTokens)} reused`;
}

function thousands(count: number): string {
  return count < 1000 ? `${count}` : `${(count / 1000).toFixed(1)}k`;
}

function seconds(ms: number): string {
  return `${Math.floor(Math.max(0, ms) / 1000)} s`;
}

function spinner(nowMs: number): string {
  return SPINNER.charAt(Math.floor(nowMs / SPINNER_MS) % SPINNER.length);
}

/** Whole words only: the first of them may have been cut. */
function tailOf(text: string): string {
  const line = oneRow(sanitize(text));
  if (Bun.stringWidth(line) <= TAIL_COLUMNS) return line;
  return Bun.sliceAnsi(line, -TAIL_COLUMNS).replace(/^\S* /, "");
}

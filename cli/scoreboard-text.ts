import { shellWord } from "#core/text/shell-word.ts";

/** The gate's figures on a screen. */

interface Board {
  readonly verdicts: number;
  readonly promotions: number;
  readonly rollbacks: number;
  readonly standing: number;
  readonly stoppedAt: Readonly<Record<string, number>>;
  readonly medianMs: number | null;
  readonly alarms: readonly {
    readonly at: string;
    readonly why: string;
    readonly reverts: string | null;
    readonly isReverted: boolean;
  }[];
  readonly evidence: readonly {
    readonly at: string;
    readonly branch: string;
    readonly verdict: string;
    readonly pairs: number;
    readonly notWorse: number;
    readonly worse: number;
    readonly needed: number;
  }[];
  readonly survival: {
    readonly days: number;
    readonly of: number;
    readonly survived: number;
    readonly younger: number;
  };
  readonly lineage: readonly {
    readonly tag: string;
    readonly to: string;
    readonly undoes: string | null;
    readonly at: string;
  }[];
}

/** So many alarms stand in the text, the newest; `--json` has all. */
const MOST_ALARMS = 20;
/** And so many comparisons. */
const MOST_COMPARISONS = 20;

export function scoreboardText(board: Board): string {
  const stopped = Object.entries(board.stoppedAt).map(([stage, count]) => `${stage} ${count}`);
  const seconds = board.medianMs === null ? "–" : `${(board.medianMs / 1000).toFixed(1)} s`;
  const older = board.alarms.length - MOST_ALARMS;
  const earlier = board.evidence.length - MOST_COMPARISONS;
  const lines = [
    `verdicts     ${board.verdicts}, median ${seconds}`,
    `promotions   ${board.promotions}, of which ${board.standing} are not reverted`,
    `survival     ${survivalText(board.survival)}`,
    `rollbacks    ${board.rollbacks}`,
    `stopped at   ${stopped.join(", ") || "nothing so far"}`,
    `alarms       ${board.alarms.length}`,
    ...board.alarms.slice(0, MOST_ALARMS).map(alarmLine),
    ...(older > 0 ? [`  and ${older} older: org scoreboard --json`] : []),
    `evidence     ${evidenceTitle(board.evidence.length)}`,
    ...(earlier > 0 ? [`  ${earlier} earlier: org scoreboard --json`] : []),
    ...board.evidence.slice(-MOST_COMPARISONS).map(comparisonLine),
    ...board.lineage.map(({ tag, to, undoes, at }) => {
      const what = undoes === null ? "" : ` reverts ${undoes}`;
      return `  ${at}  ${to.slice(0, 12)}  ${tag}${what}`;
    }),
  ];
  return `${lines.join("\n")}\n`;
}

function survivalText({ days, of, survived, younger }: Board["survival"]): string {
  const young = younger === 0 ? "" : `; ${younger} younger`;
  if (of === 0) return `no promotion is ${days} days old${young}`;
  const percent = Math.round((survived / of) * 100);
  return `${survived} of ${of} stood after ${days} days (${percent} %)${young}`;
}

function evidenceTitle(count: number): string {
  if (count === 0) return "no candidate was compared with main so far";
  return "e-values: not worse than main / worse, of what is needed";
}

function comparisonLine({ at, ...one }: Board["evidence"][number]): string {
  const { branch, verdict, pairs, notWorse, worse, needed } = one;
  const values = `${eValue(notWorse)} / ${eValue(worse)} of ${eValue(needed)}`;
  return `  ${at}  ${values} in ${pairs} pairs: ${verdict}  ${branch}`;
}

/** Digits behind the point only where they say something; beyond a million no figure does. */
function eValue(value: number): string {
  if (value >= 1e6) return "1000000+";
  return value < 100 ? String(Math.round(value * 100) / 100) : String(Math.round(value));
}

function alarmLine({ at, why, reverts, isReverted }: Board["alarms"][number]): string {
  const what = isReverted ? "was reverted" : "is to be reverted";
  return `  ${at}  ${why}${reverts === null ? "" : `; ${reverts} ${what}`}`;
}

/**
 * How a person checks the newest tag with Git, from any folder.
 *
 * @param home where main lies. @param signers path of the file with those whose signatures count: Git asks for it in
 *   its own configuration, which is the user's.
 */
export function tagCheck(
  { lineage: [newest] }: Pick<Board, "lineage">,
  { home, signers }: { readonly home: string; readonly signers: string },
): string {
  if (newest === undefined) return "";
  return `→ git -C ${shellWord(home)} -c gpg.ssh.allowedSignersFile=${shellWord(signers)} verify-tag ${newest.tag}\n`;
}

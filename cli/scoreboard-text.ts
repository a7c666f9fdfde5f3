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
  readonly lineage: readonly {
    readonly tag: string;
    readonly to: string;
    readonly undoes: string | null;
    readonly at: string;
  }[];
}

/** So many alarms stand in the text, the newest; `--json` has all. */
const MOST_ALARMS = 20;

export function scoreboardText(board: Board): string {
  const stopped = Object.entries(board.stoppedAt).map(([stage, count]) => `${stage} ${count}`);
  const seconds = board.medianMs === null ? "–" : `${(board.medianMs / 1000).toFixed(1)} s`;
  const older = board.alarms.length - MOST_ALARMS;
  const lines = [
    `verdicts     ${board.verdicts}, median ${seconds}`,
    `promotions   ${board.promotions}, of which ${board.standing} stand`,
    `rollbacks    ${board.rollbacks}`,
    `stopped at   ${stopped.join(", ") || "nothing so far"}`,
    `alarms       ${board.alarms.length}`,
    ...board.alarms.slice(0, MOST_ALARMS).map(alarmLine),
    ...(older > 0 ? [`  and ${older} older: org scoreboard --json`] : []),
    ...board.lineage.map(({ tag, to, undoes, at }) => {
      const what = undoes === null ? "" : ` reverts ${undoes}`;
      return `  ${at}  ${to.slice(0, 12)}  ${tag}${what}`;
    }),
  ];
  return `${lines.join("\n")}\n`;
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

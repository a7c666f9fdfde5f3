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
  }[];
  readonly lineage: readonly {
    readonly tag: string;
    readonly to: string;
    readonly undoes: string | null;
    readonly at: string;
  }[];
}

export function scoreboardText(board: Board): string {
  const stopped = Object.entries(board.stoppedAt).map(([stage, count]) => `${stage} ${count}`);
  const seconds = board.medianMs === null ? "–" : `${(board.medianMs / 1000).toFixed(1)} s`;
  const lines = [
    `verdicts     ${board.verdicts}, median ${seconds}`,
    `promotions   ${board.promotions}, of which ${board.standing} stand`,
    `rollbacks    ${board.rollbacks}`,
    `stopped at   ${stopped.join(", ") || "nothing so far"}`,
    `alarms       ${board.alarms.length}`,
    ...board.alarms.map(({ at, why, reverts }) => {
      return `  ${at}  ${why}${reverts === null ? "" : `; ${reverts} was reverted`}`;
    }),
    ...board.lineage.map(({ tag, to, undoes, at }) => {
      const what = undoes === null ? "" : ` reverts ${undoes}`;
      return `  ${at}  ${to.slice(0, 12)}  ${tag}${what}`;
    }),
  ];
  const [newest] = board.lineage;
  // Git asks for the file of signers in its own configuration, which is the user's.
  const checks =
    newest === undefined
      ? []
      : [`→ git -c gpg.ssh.allowedSignersFile=.org/gate/allowed_signers verify-tag ${newest.tag}`];
  return `${[...lines, ...checks].join("\n")}\n`;
}

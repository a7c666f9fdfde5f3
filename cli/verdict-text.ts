/** The gate's words on a screen. */
import { type GateStage, STAGE_ASKS } from "#fitness/stages.ts";

interface Stage {
  readonly id: GateStage;
  readonly result: "pass" | "fail" | "hold";
  readonly ms: number;
  readonly reason?: string | undefined;
  readonly details: readonly string[];
}

interface Verdict {
  readonly verdict: "promote" | "reject" | "hold";
  readonly stage?: string | undefined;
  readonly reason: string;
  readonly candidate: string;
  readonly tools: Readonly<
    Record<
      string,
      { readonly tests?: { readonly coverage: number; readonly mutationScore: number } | undefined }
    >
  >;
}

const MARK = { pass: "✔", fail: "✘", hold: "◦" } as const;
const WORD = { promote: "PROMOTE", reject: "REJECT", hold: "HOLD" } as const;

/** Most lines that one stage says of what is wrong. */
const MOST_DETAILS = 20;

/** One stage, as it ends. */
export function stageLine({ id, result, ms, reason, details }: Stage): string {
  const head = `${MARK[result]} ${id.padEnd(3)} ${(STAGE_ASKS[id]).padEnd(26)} ${ms} ms`;
  if (result === "pass") return `${head}\n`;
  const others = details.filter((detail) => detail !== reason);
  const detailLines = others.slice(0, MOST_DETAILS).map((detail) => `      ${detail}\n`);
  const more = others.length - detailLines.length;
  const rest = more > 0 ? `      and ${more} more\n` : "";
  return `${head}\n    ${reason ?? ""}\n${detailLines.join("")}${rest}`;
}

/** The verdict, in one line, and what was measured of the tools behind it. */
export function verdictText({ verdict, stage, reason, candidate, tools }: Verdict): string {
  const where = stage === undefined ? "" : ` at ${stage}`;
  const percent = (part: number): string => `${Math.round(100 * part)} %`;
  const figures = Object.entries(tools).flatMap(([name, { tests }]) =>
    tests === undefined
      ? []
      : [
          `  ${name}: coverage ${percent(tests.coverage)}, mutants noticed ${percent(tests.mutationScore)}\n`,
        ],
  );
  return `${WORD[verdict]} ${candidate.slice(0, 12)}${where}: ${reason}\n${figures.join("")}`;
}

/** What a demo ends with, for a person. Pure. */

export interface Report {
  readonly ran: readonly string[];
  readonly moves: readonly {
    readonly tag: string;
    readonly tools: readonly string[];
  }[];
  readonly home: string;
  readonly isKept: boolean;
}

export function reportText({ ran, moves, home, isKept }: Report): string {
  const moved = moves.map(({ tag, tools }) => {
    const has = tools.length === 0 ? "no tool" : tools.join(", ");
    return `✔ ${tag}: signed, verified by git; main has ${has}`;
  });
  return [
    "",
    `✔ ran in the sandbox: ${[...new Set(ran)].join(", ")}`,
    ...moved,
    isKept
      ? `→ ${home} is left: ORG_HOME=${home} org scoreboard`
      : "✔ the demo's home is removed; your own was not touched",
    "",
  ].join("\n");
}

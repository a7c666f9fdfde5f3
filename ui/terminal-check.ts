import type { Check, Finding } from "#core/check.ts";

export interface TerminalFacts {
  /** The kind of terminal, as in the variable TERM. */
  readonly term: string | undefined;
  /** The variable that decides which characters there are: LC_ALL, LC_CTYPE or LANG. */
  readonly locale: string | undefined;
  readonly colour: boolean;
  /** A person asked for text that is read aloud. */
  readonly accessible: boolean;
}

/** Whether a room can be drawn here: the kind of terminal, its characters, its colours. */
export function terminalCheck(facts: TerminalFacts): Check {
  return { name: "terminal", run: async () => terminal(facts) };
}

function terminal({ term = "", locale = "", colour, accessible }: TerminalFacts): Finding {
  const plain = accessible || term === "dumb" || term === "";
  const detail = [
    `TERM ${term || "not set"}`,
    `locale ${locale || "not set"}`,
    colour ? "colours" : "no colours (NO_COLOR)",
    ...(plain ? ["append-only screen"] : []),
  ].join(", ");
  const trouble = [
    ...(/utf-?8/i.test(locale)
      ? []
      : [["tmux and others take this for a terminal without Unicode", "export LANG=C.UTF-8"]]),
    ...(term === ""
      ? [["no program can know what this terminal understands", "export TERM=xterm-256color"]]
      : []),
  ];
  if (trouble.length === 0) return { state: "ok", detail, remedies: [] };
  return {
    state: "warning",
    detail: [detail, ...trouble.map(([problem]) => problem)].join("\n"),
    remedies: trouble.map(([, remedy = ""]) => remedy),
  };
}

import { columns } from "./help.ts";

/** A variable of the environment that the program reads. */
export interface Variable {
  readonly name: string;
  readonly summary: string;
}

export const VARIABLES: readonly Variable[] = [
  { name: "ORG_HOME", summary: "the home: settings, rooms, tools; default: the checkout of org" },
  { name: "ORG_WORKSPACE", summary: "the only folder that personas write to" },
  { name: "OLLAMA_BASE", summary: "address of the model server" },
  { name: "OPENAI_BASE_URL", summary: "the same, where OLLAMA_BASE is not set" },
  { name: "OLLAMA_HOST", summary: "the same as Ollama writes it, after these two" },
  { name: "OLLAMA_MODEL", summary: "the model" },
  { name: "ORG_WIRE", summary: "what the server speaks: openai, ollama or anthropic" },
  { name: "OPENAI_API_KEY", summary: "key for a server that speaks openai or ollama" },
  { name: "ANTHROPIC_API_KEY", summary: "key for a server that speaks anthropic" },
  { name: "ORG_CONTEXT_TOKENS", summary: "size of the models' window in tokens" },
  { name: "ORG_FIRST_BYTE_MS", summary: "longest wait for the first byte of an answer" },
  { name: "ORG_IDLE_MS", summary: "longest silence within an answer" },
  { name: "ORG_PARALLEL", summary: "how many personas may use one endpoint at once; default: 1" },
  {
    name: "ORG_DB",
    summary: "PostgreSQL that several machines share: postgres://USER:PASSWORD@HOST/DB",
  },
  {
    name: "ORG_NODE",
    summary: "name of this machine among those of ORG_DB; default: the host name",
  },
  {
    name: "ORG_REMOTE",
    summary:
      "Git repository by which the tools of these machines travel: a folder, or ssh://HOST/FOLDER",
  },
  { name: "ORG_MAX_CYCLES", summary: "how many cycles a goal may take" },
  { name: "ORG_PULSE_BUDGET_S", summary: "how many seconds a goal may take" },
  { name: "ORG_TELEGRAM_TOKEN", summary: "token of the bot of org telegram" },
  { name: "PATH", summary: "where the programs lie that the checks of your repository need" },
  { name: "NO_COLOR", summary: "not empty: no colours" },
  { name: "ACCESSIBLE", summary: "1: append-only output, for a screen that is read aloud" },
  { name: "TERM", summary: "dumb: append-only output" },
  { name: "LC_ALL", summary: "which characters the terminal has, for org doctor" },
  { name: "LC_CTYPE", summary: "the same, where LC_ALL is not set" },
  { name: "LANG", summary: "the same, after these two" },
  { name: "VISUAL", summary: "your editor, for Ctrl-G in a room" },
  { name: "EDITOR", summary: "the same, where VISUAL is not set; default: vi" },
  { name: "TMUX", summary: "set by tmux: /copy goes through it" },
  { name: "WAYLAND_DISPLAY", summary: "set on a desktop: /copy goes through wl-copy" },
  { name: "DISPLAY", summary: "set on a desktop: /copy goes through xclip" },
];

/** The page of `org help environment`. */
export function environmentPage(): string {
  return [
    "Variables of the environment; flags win over them, and they over ORG_HOME/org.config:",
    ...columns(VARIABLES.map(({ name, summary }) => [name, summary])),
    "",
  ].join("\n");
}

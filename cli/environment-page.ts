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
  { name: "OPENAI_BASE_URL", summary: "the same, used if OLLAMA_BASE is not set" },
  { name: "OLLAMA_HOST", summary: "the same in Ollama's form, used if neither of these is set" },
  { name: "OLLAMA_MODEL", summary: "the model" },
  { name: "ORG_WIRE", summary: "what the server speaks: openai, ollama or anthropic" },
  { name: "OPENAI_API_KEY", summary: "key for a server that speaks openai or ollama" },
  { name: "ANTHROPIC_API_KEY", summary: "key for a server that speaks anthropic" },
  { name: "ORG_CONTEXT_TOKENS", summary: "size of the models' context window in tokens" },
  { name: "ORG_FIRST_BYTE_MS", summary: "longest wait for the first byte of an answer" },
  { name: "ORG_IDLE_MS", summary: "longest silence within an answer" },
  {
    name: "ORG_PARALLEL",
    summary: "how many personas may use one model server at once; default: 1",
  },
  {
    name: "ORG_DB",
    summary: "PostgreSQL database that several machines share: postgres://USER:PASSWORD@HOST/DB",
  },
  {
    name: "ORG_NODE",
    summary: "name of this machine among those that share ORG_DB; default: the host name",
  },
  {
    name: "ORG_REMOTE",
    summary:
      "Git repository by which these machines exchange tools: a folder, or ssh://HOST/FOLDER",
  },
  { name: "ORG_MAX_CYCLES", summary: "the most cycles of a goal" },
  { name: "ORG_PULSE_BUDGET_S", summary: "the most seconds of a goal" },
  { name: "ORG_TELEGRAM_TOKEN", summary: "token of the bot of org telegram" },
  {
    name: "ORG_ENGINE_DIR",
    summary: "folder of the built-in engine; default: XDG_DATA_HOME/org/engine",
  },
  {
    name: "ORG_ENGINE_MODEL",
    summary: "which model org engine install takes: work or chat; default: by the memory",
  },
  { name: "HF_ENDPOINT", summary: "a mirror of the Hugging Face hub, for org engine install" },
  {
    name: "XDG_DATA_HOME",
    summary: "folder for data; default: ~/.local/share, for root /usr/local/share",
  },
  { name: "HOME", summary: "your home folder, where XDG_DATA_HOME is not set" },
  { name: "CI", summary: "set, and neither 0 nor false: the built-in engine uses one thread" },
  { name: "PATH", summary: "where the checks of your repository find their programs" },
  { name: "NO_COLOR", summary: "not empty: no colours" },
  { name: "ACCESSIBLE", summary: "1: append-only output, for a screen that is read aloud" },
  { name: "TERM", summary: "dumb: append-only output" },
  { name: "LC_ALL", summary: "which characters the terminal has, for org doctor" },
  { name: "LC_CTYPE", summary: "the same, used if LC_ALL is not set" },
  { name: "LANG", summary: "the same, used if neither of these is set" },
  { name: "VISUAL", summary: "your editor, for Ctrl-G in a room" },
  { name: "EDITOR", summary: "the same, used if VISUAL is not set; default: vi" },
  { name: "TMUX", summary: "set by tmux: /copy goes through it" },
  { name: "WAYLAND_DISPLAY", summary: "set on a desktop: /copy goes through wl-copy" },
  { name: "DISPLAY", summary: "set on a desktop: /copy goes through xclip" },
];

/** The page of `org help environment`. */
export function environmentPage(): string {
  return [
    "Environment variables. A flag overrides a variable; a variable overrides ORG_HOME/org.config.",
    ...columns(VARIABLES.map(({ name, summary }) => [name, summary])),
    "",
  ].join("\n");
}

/** The command line of `bench tasks` and `bench project-tasks`. */
import { parseArgs } from "node:util";
import { z } from "zod";
import type { Trial } from "./trial.ts";

/** What differs between the benches of tasks. */
export interface TaskSet {
  readonly name: "tasks" | "project-tasks";
  /** Kinds of its tasks, and what a row of the report calls them. */
  readonly kinds: Readonly<Record<string, string>>;
  /** What the report calls a right attempt. */
  readonly success: "right" | "solved";
  /** Which tasks are chosen where it is not said. */
  readonly half: "tune" | "all";
}

const helpOf = ({
  name,
  kinds,
  half,
}: TaskSet): string => `bun run bench ${name} --base URL --model NAME [OPTIONS]

  --base URL          the model server, without /v1
  --model NAME        the model, as the server calls it
  --contestants A,B   org, engine, loop, pi, opencode; default: org,loop
  --kind KIND         ${Object.keys(kinds).join(", ")}; default: all of them
  --half HALF         tune, heldout or all; default: ${half}
  --task A,B          only these tasks
  --runs N            each task so often; default: 1
  --seconds N         longest time of one contestant at one task; default: 240
  --temperature T     of the loop; default: 0.2
  --wire WIRE         what org speaks with the server: openai or ollama; default: openai
  --peers DIR         the folder in which npm installed pi and opencode
  --out FILE          append the raw results as JSON lines
  --read FILE         run nothing, print the tables of such a file
  --floor N           exit with 1 when org has fewer than N right`;

const CONTESTANTS = ["org", "engine", "loop", "pi", "opencode"] as const;

export type ContestantName = (typeof CONTESTANTS)[number];

const names = z.string().transform((list) => list.split(",").map((name) => name.trim()));

const optionsSchema = z.object({
  base: z
    .url()
    .transform((url) => url.replace(/\/+(?:v1\/*)?$/, ""))
    .optional(),
  model: z.string().min(1).optional(),
  contestants: names.pipe(z.array(z.enum(CONTESTANTS)).min(1)).default(["org", "loop"]),
  kind: z.string().optional(),
  half: z.enum(["tune", "heldout", "all"]).optional(),
  task: names.optional(),
  runs: z.coerce.number().int().min(1).default(1),
  seconds: z.coerce.number().positive().default(240),
  temperature: z.coerce.number().min(0).max(2).default(0.2),
  wire: z.enum(["openai", "ollama"]).default("openai"),
  peers: z.string().min(1).optional(),
  out: z.string().min(1).optional(),
  read: z.string().min(1).optional(),
  floor: z.coerce.number().int().min(0).optional(),
});

/** Without the dashes. */
export const OPTION_NAMES: readonly string[] = Object.keys(optionsSchema.shape);

export interface TaskOptions {
  readonly base?: string | undefined;
  readonly model?: string | undefined;
  readonly contestants: readonly ContestantName[];
  readonly kind?: string | undefined;
  readonly half: "tune" | "heldout" | "all";
  readonly task?: readonly string[] | undefined;
  readonly runs: number;
  readonly seconds: number;
  /** Of the loop. */
  readonly temperature: number;
  /** What org speaks with the server. */
  readonly wire: "openai" | "ollama";
  readonly peers?: string | undefined;
  readonly out?: string | undefined;
  readonly read?: string | undefined;
  readonly floor?: number | undefined;
}

/** @returns the options, or the text to print in place of a run. */
export function readOptions(
  args: readonly string[],
  set: TaskSet,
): TaskOptions | { readonly help: string } {
  const help = helpOf(set);
  const options = Object.fromEntries(
    OPTION_NAMES.map((name) => [name, { type: "string" } as const]),
  );
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true });
    const read = optionsSchema.safeParse(values);
    if (!read.success) return { help: `${z.prettifyError(read.error)}\n\n${help}` };
    const { kind, half = set.half } = read.data;
    if (kind === undefined || kind in set.kinds) return { ...read.data, half };
    return { help: `invalid value for --kind: "${kind}"\n\n${help}` };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { help: `${error.message}\n\n${help}` };
  }
}

/** @returns the tasks that the options choose. @throws {Error} for a name that no task has. */
export function chosen(
  tasks: readonly Trial[],
  { kind, half, task: asked }: Pick<TaskOptions, "kind" | "half" | "task">,
): readonly Trial[] {
  const unknown = asked?.find((name) => !tasks.some((task) => task.name === name));
  if (unknown !== undefined) throw new Error(`There is no task "${unknown}"`);
  if (asked !== undefined) return tasks.filter(({ name }) => asked.includes(name));
  return tasks.filter(
    (task) =>
      (kind === undefined || task.kind === kind) &&
      (half === "all" || task.heldout === (half === "heldout")),
  );
}

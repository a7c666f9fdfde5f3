/** The product as a contestant: `org ask` in a process of its own, in a home that is new. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { AnswerPrinter } from "#cli/ask-printer.ts";
import { jsonLineSchema } from "#core/event-schema.ts";
import { type ChildOptions, runChild } from "./child-program.ts";
import type { Contestant, Gate, Outcome, Posed } from "./contestant.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const MAIN = join(import.meta.dir, "../../main.ts");

type Line = ReturnType<typeof jsonLineSchema.parse>;

/** @param wire what the program speaks with the server, as in its settings. */
export function orgContestant(wire: string): Contestant {
  return {
    name: "org",
    answer: (posed, signal) =>
      ask(posed, signal, (unused) => ({
        ORG_WIRE: wire,
        OLLAMA_BASE: posed.base,
        OLLAMA_MODEL: posed.model,
        // The built-in engine of this machine must not answer in place of the server.
        ORG_ENGINE_DIR: unused,
      })),
  };
}

/**
 * The product with the built-in engine in place of the server: the one in `ORG_ENGINE_DIR`, else that of this machine. No
 * other server may listen at the usual ports.
 */
export function engineContestant(): Contestant {
  const { ORG_ENGINE_DIR } = Bun.env;
  const settings = ORG_ENGINE_DIR === undefined ? {} : { ORG_ENGINE_DIR };
  return { name: "engine", answer: (posed, signal) => ask(posed, signal, () => settings) };
}

/** @param settingsOf what names the model; gets a path at which there is no engine. */
async function ask(
  posed: Posed,
  signal: AbortSignal,
  settingsOf: (unused: string) => Readonly<Record<string, string>>,
): Promise<Outcome> {
  await using home = await temporaryFolder();
  await mkdir(join(home.path, "home"));
  const env = {
    PATH: Bun.env["PATH"] ?? "/usr/bin",
    HOME: join(home.path, "home"),
    ORG_HOME: join(home.path, "home"),
    ...(posed.isRepository ? {} : { ORG_WORKSPACE: posed.folder }),
    ...settingsOf(join(home.path, "engine")),
  };
  const options = { cwd: posed.folder, env, signal };
  const project = posed.isRepository ? ["--project", posed.folder] : [];
  const command = [process.execPath, MAIN, "ask", "--json", ...project, posed.question];
  const { stdout, stderr, exit } = await runChild(command, options);
  const lines = stdout.split("\n");
  const gate = posed.isRepository ? gateOf(lines) : undefined;
  // The exit code tells of the checks then; the turn itself has ended well.
  const isJudged = gate !== undefined && gate !== "none";
  const outcome = outcomeOf(lines.flatMap(lineOf), { stderr, exit: isJudged ? 0 : exit });
  if (gate === undefined) return outcome;
  await takeChange(posed.folder, options);
  const results = lines.flatMap(lineOf).filter((line) => line.type === "tool-result");
  const edits = results.filter(({ name }) => EDITS.includes(name));
  const refused = edits.filter(({ ok }) => !ok).length;
  return { ...outcome, gate, edits: { made: edits.length, refused } };
}

const EDITS: readonly string[] = ["edit_file", "write_file"];

const judgedSchema = z.object({
  type: z.literal("project"),
  outcome: z.enum(["passes", "held", "refused"]),
});

/** @param lines of `org ask --project --json`. */
export function gateOf(lines: readonly string[]): Gate {
  const said = lines.flatMap((line) => {
    if (!line.startsWith('{"type":"project"')) return [];
    return judgedSchema.safeParse(JSON.parse(line)).data ?? [];
  });
  return said.at(-1)?.outcome ?? "none";
}

/** Makes the change of the room in the user's files, as far as it has one: also what the gate refused. */
async function takeChange(folder: string, options: ChildOptions): Promise<void> {
  const diff = [process.execPath, MAIN, "project", "diff", "--project", folder];
  const { stdout: patch } = await runChild(diff, options);
  if (patch === "") return;
  await using place = await temporaryFolder();
  const file = join(place.path, "change.patch");
  await Bun.write(file, patch);
  const git = ["git", "apply", "--whitespace=nowarn", file];
  const { exit, stderr } = await runChild(git, options);
  if (exit !== 0) throw new Error(`the change cannot be applied: ${stderr.trim().slice(-300)}`);
}

/** A line that is not an event of this version is left out. */
function lineOf(json: string): Line[] {
  if (json.trim() === "") return [];
  const { data } = jsonLineSchema.safeParse(JSON.parse(json));
  return data === undefined ? [] : [data];
}

/** @returns what the lines of `org ask --json` come to; the text is what `org ask` alone would have printed. */
export function outcomeOf(
  lines: readonly Line[],
  { stderr, exit }: { readonly stderr: string; readonly exit: number },
): Outcome {
  let text = "";
  const write = (more: string): void => {
    text += more;
  };
  const printer = new AnswerPrinter({ write, say: () => undefined, live: false });
  for (const line of lines) if (line.type !== "failed") printer.take(line);
  const results = lines.filter((line) => line.type === "tool-result");
  const asked = lines.flatMap((line) => (line.type === "answer" ? line.calls : []));
  const counts = {
    text,
    calls: Math.max(asked.length, results.length),
    ran: results.filter(
      (result) => result.ok || result.exit !== undefined || result.killed !== undefined,
    ).length,
    succeeded: results.filter((result) => result.ok).length,
  };
  const failure = failureOf(lines);
  if (failure !== undefined) return { ...counts, ...failure };
  if (exit === 0) return counts;
  return { ...counts, ended: "error", why: `exit code ${exit}: ${stderr.trim().slice(-300)}` };
}

function failureOf(lines: readonly Line[]): Pick<Outcome, "ended" | "why"> | undefined {
  for (const line of lines) {
    if (line.type === "failed") return { ended: "error", why: `${line.code}: ${line.message}` };
    if (line.type !== "turn-end" || line.reason === "complete" || line.reason === "passed")
      continue;
    const ended = line.code === "APPROVAL_NEEDED" ? "approval" : "error";
    return { ended, why: `${line.reason} ${line.code ?? ""} ${line.why ?? ""}`.trim() };
  }
  return undefined;
}

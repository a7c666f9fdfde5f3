import type {
  EmbeddingsStatus,
  EngineInstall,
  EngineOffer,
  EngineSource,
  EngineStatus,
  EngineStep,
  OtherModel,
} from "#app/engine-source.ts";
import { EXIT } from "#core/error-codes.ts";
import { OrgError, unreachable } from "#core/errors.ts";
import { echoed } from "#core/text/echoed.ts";
import { jsonLine } from "#core/text/json-line.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { Output } from "#ui/output.ts";
import { actionNamed } from "./action.ts";
import { stepPrinter } from "./engine-progress.ts";
import type { AskHuman } from "./forge-questions.ts";

export interface EngineOptions {
  readonly engine: EngineSource;
  /** Options of the command line by their long names. */
  readonly flags: ReadonlyMap<string, string>;
  readonly output: Output;
  readonly cleaner: TextCleaner;
  /** Absent: there is no terminal. */
  readonly ask: AskHuman | undefined;
}

const ACTIONS = ["install", "status", "remove"] as const;
const ONLY_INSTALL = ["embeddings", "model", "from", "sha256", "name", "tools"];

/**
 * `org engine install|status|remove`.
 *
 * @returns the exit code.
 * @throws {OrgError} `USAGE`, `INPUT_MISSING`, and what installing and removing throw.
 */
export async function runEngine(
  [actionName = "status"]: readonly string[],
  options: EngineOptions,
): Promise<number> {
  const action = actionNamed("engine", ACTIONS, actionName);
  const useless = ONLY_INSTALL.find((name) => options.flags.has(name));
  if (useless !== undefined && action !== "install") {
    throw usage(`--${useless} is only for org engine install`);
  }
  switch (action) {
    case "install":
      return await install(options);
    case "status":
      return await status(options);
    case "remove":
      return await remove(options);
    default:
      return unreachable(action);
  }
}

/** Progress goes to standard error; the last line is the result. */
async function install(options: EngineOptions): Promise<number> {
  const { engine, flags, output, cleaner } = options;
  const { question, command, run } = flags.has("embeddings")
    ? embeddingsPlan(options)
    : enginePlan(options);
  if (!(await mayGoOn(cleaner.clean(question), command, options))) return declined(output);
  const json = flags.has("json");
  const model = await run(stepPrinter({ json, output, cleaner }));
  const { folder } = await engine.status();
  if (json) output.write(jsonLine(cleaner.cleanData({ type: "done", model, folder })));
  else output.write(cleaner.clean(`✔ the engine is in ${folder}, with ${model}\n`));
  return EXIT.done;
}

/** What is to be installed, before anybody was asked. */
interface InstallPlan {
  readonly question: string;
  /** What installs it without a question. */
  readonly command: string;
  /** @returns the name of the model. */
  readonly run: (onStep: (step: EngineStep) => void) => Promise<string>;
}

function enginePlan({ engine, flags }: EngineOptions): InstallPlan {
  const choice = choiceOf(flags);
  const what: EngineInstall = { from: flags.get("from"), choice, model: otherModel(flags) };
  return {
    question: installQuestion(engine.offer(choice), what.model),
    command: "org engine install --yes",
    run: (onStep) => engine.install(what, onStep),
  };
}

function embeddingsPlan({ engine: { embeddings }, flags }: EngineOptions): InstallPlan {
  const needless = ["model", "sha256", "name", "tools"].find((name) => flags.has(name));
  if (needless !== undefined) throw usage(`--${needless} cannot be combined with --embeddings`);
  const { name, license, bytes, memoryBytes } = embeddings.offer;
  const sizes = `${sizeText(bytes)} to fetch, ${sizeText(memoryBytes)} of memory while it runs`;
  return {
    question: `Install ${name} (${license}), which finds notes and tools by meaning, ${sizes}? [y/N] `,
    command: "org engine install --embeddings --yes",
    run: async (onStep) => {
      await embeddings.install(flags.get("from"), onStep);
      return name;
    },
  };
}

/** What is asked before anything is fetched: one sentence with size and memory. */
export function installQuestion(offer: EngineOffer, other?: OtherModel): string {
  if (other !== undefined) return `Install the built-in engine with ${other.name}? [y/N] `;
  const { name, license, bytes, memoryBytes, takesTools } = offer;
  const sizes = `${sizeText(bytes)} to fetch, ${sizeText(memoryBytes)} of memory while it runs`;
  const does = takesTools
    ? "It chats and uses tools; --model chat is smaller."
    : "It chats; it uses no tools.";
  return `Install the built-in engine with ${name} (${license}), ${sizes}? ${does} [y/N] `;
}

function sizeText(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e7) * 10} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

function choiceOf(flags: ReadonlyMap<string, string>): EngineOffer["choice"] | undefined {
  const choice = flags.get("model");
  if (choice === undefined) return undefined;
  if (flags.has("sha256")) throw usage("--model and --sha256 name two models: give one of them");
  if (choice === "chat" || choice === "work") return choice;
  throw usage(`invalid value for --model: ${echoed(choice)} (chat or work)`);
}

async function status({ engine, flags, output, cleaner }: EngineOptions): Promise<number> {
  const found = cleaner.cleanData(await engine.status());
  if (flags.has("json")) output.write(jsonLine(found));
  else output.write(statusText(found));
  return found.state === "installed" ? EXIT.done : EXIT.failed;
}

function statusText(status: EngineStatus): string {
  return `${engineText(status)}${embeddingsText(status.embeddings)}`;
}

function embeddingsText(embeddings: EmbeddingsStatus | undefined): string {
  if (embeddings === undefined) return "";
  const { state, why, model } = embeddings;
  if (state === "installed") return `${model}: used to compare notes and tools\n`;
  const advice = "→ org engine install --embeddings\n";
  return state === "damaged"
    ? `${model} is damaged: ${why}\n${advice}`
    : `Notes and tools are compared with a table of words, without a model.\n${advice}`;
}

function engineText({ state, folder, why, model, takesTools, processes }: EngineStatus): string {
  if (state === "missing") return "The engine is not installed.\n→ org engine install\n";
  if (state === "damaged") return `The engine is damaged: ${why}\n→ org engine install\n`;
  const tools = takesTools === true ? "it may use tools" : "it chats and uses no tools";
  const runs = processes.length === 0 ? "it does not run now" : `it runs: ${processes.join(", ")}`;
  return `${model}: ${tools}; ${runs}\n${folder}\n`;
}

async function remove(options: EngineOptions): Promise<number> {
  const { engine, flags, output, cleaner } = options;
  const { folder } = await engine.status();
  const question = cleaner.clean(`Remove the engine from ${folder}? [y/N] `);
  if (!(await mayGoOn(question, "org engine remove --yes", options))) return declined(output);
  const removed = await engine.remove();
  if (flags.has("json")) output.write(jsonLine({ removed }));
  else output.write(removed ? "✔ the engine is removed\n" : "There was no engine.\n");
  return EXIT.done;
}

async function mayGoOn(
  question: string,
  unasked: string,
  { flags, ask }: EngineOptions,
): Promise<boolean> {
  if (flags.has("yes")) return true;
  if (ask === undefined) {
    throw new OrgError("Cannot ask for approval: standard input is not a terminal", {
      code: "INPUT_MISSING",
      remedies: [unasked],
      unchanged: "Nothing was changed.",
    });
  }
  return isYes(await ask(question));
}

/** Esc and the end of the input are not yes. */
export function isYes(answer: string | undefined): boolean {
  return /^y(es)?$/i.test(answer?.trim() ?? "");
}

function declined(output: Output): number {
  output.say("Nothing was changed.\n");
  return EXIT.failed;
}

function otherModel(flags: ReadonlyMap<string, string>): OtherModel | undefined {
  const from = flags.get("from");
  const sha256 = flags.get("sha256")?.toLowerCase();
  const needless = ["name", "tools"].find((name) => flags.has(name));
  if (sha256 === undefined) {
    if (needless !== undefined) throw usage(`--${needless} is only for --sha256`);
    return undefined;
  }
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw usage("--sha256 takes 64 hexadecimal digits");
  if (from === undefined) throw usage("--sha256 needs --from, the place of that model");
  const name = flags.get("name") ?? /([^/]+?)(\.gguf)?([?#].*)?$/i.exec(from)?.[1] ?? "model";
  if (!/^[\w.:-]{1,80}$/.test(name)) throw usage(`${echoed(name)} is not a name for a model`);
  return { name, sha256, takesTools: flags.has("tools") };
}

function usage(message: string, remedies: readonly string[] = []): OrgError {
  return new OrgError(message, {
    code: "USAGE",
    remedies: [...remedies, "org help engine"],
    unchanged: "Nothing was changed.",
  });
}

import { withGate } from "#app/gate.ts";
import { EXIT } from "#core/error-codes.ts";
import { OrgError, unreachable } from "#core/errors.ts";
import { nearestNames } from "#core/nearest.ts";
import { echoed } from "#core/text/echoed.ts";
import { jsonLine } from "#core/text/json-line.ts";
import { resolveCommit } from "#fitness/gate/gate-repository.ts";
import { promotionPaths } from "#fitness/gate/paths.ts";
import {
  candidateDiff,
  candidateRows,
  lastVerdict,
  readScoreboard,
} from "#ops/candidates/candidate-rows.ts";
import { readCommitPatch } from "#ops/exec/patch-text.ts";
import { CANDIDATE_PORT } from "#ops/processes/ports.ts";
import {
  type Candidate,
  candidateBranches,
  candidateOfBranch,
  candidateOfCommit,
  candidateOfPatch,
  removeCandidate,
} from "#ops/release/candidate.ts";
import { openCheckout } from "#platform/git/repository.ts";
import { actionNamed } from "../action.ts";
import type { CommandContext } from "../context.ts";
import { portOf } from "../port-option.ts";
import { scoreboardText, tagCheck } from "../scoreboard-text.ts";
import { stageLine, verdictText } from "../verdict-text.ts";
import { readNamed } from "./read-named.ts";

/** `org cand list|show|start|rm`. */
export async function candidate(context: CommandContext): Promise<number> {
  const [actionName = "list", name] = context.line.operands;
  const action = actionNamed("cand", ACTIONS, actionName);
  switch (action) {
    case "list":
      return await list(context);
    case "show":
      return await show(context, await knownCandidate(context, name));
    case "start":
      return await start(context);
    case "rm":
      await removeCandidate(context.settings.home, await knownCandidate(context, name));
      return EXIT.done;
    default:
      return unreachable(action);
  }
}

const ACTIONS = ["list", "show", "start", "rm"] as const;

async function list({ line, settings, output }: CommandContext): Promise<number> {
  const rows = await candidateRows(settings.home);
  if (line.options.has("json")) output.write(jsonLine({ candidates: rows }));
  for (const { branch, commit, verdict, stage, port } of line.options.has("json") ? [] : rows) {
    const served = port === null ? "" : `  serves on ${port}`;
    output.write(
      `${branch}  ${commit.slice(0, 12)}  ${verdict ?? "not judged"}${stage === null ? "" : ` at ${stage}`}${served}\n`,
    );
  }
  if (rows.length === 0) output.say("There is no candidate.\n");
  return EXIT.done;
}

/** The difference by default: what a human reads before saying yes. */
async function show(
  { line, settings, output, cleaner }: CommandContext,
  name: string,
): Promise<number> {
  const commit = await resolveCommit(await openCheckout(settings.home), name);
  if (!line.options.has("evidence") || line.options.has("tests")) {
    const part = line.options.has("tests") ? "tests" : "all";
    output.write(cleaner.clean(`${await candidateDiff(settings.home, commit, part)}\n`));
    return EXIT.done;
  }
  const last = lastVerdict(settings.home, commit);
  if (last === undefined) throw noVerdict(name);
  const { record, signature } = last;
  if (line.options.has("json")) {
    output.write(jsonLine(cleaner.cleanData({ record, signature })));
    return EXIT.done;
  }
  output.write(cleaner.clean(record.stages.map(stageLine).join("") + verdictText(record)));
  return EXIT.done;
}

async function start(context: CommandContext): Promise<number> {
  const { line, settings, output, signal } = context;
  const { options } = line;
  signal.throwIfAborted();
  const made = await make(settings.home, options, signal);
  if (!options.has("serve")) {
    output.write(options.has("json") ? jsonLine(made) : `${made.branch}\n`);
    return EXIT.done;
  }
  const port = portOf(options.get("port")) ?? CANDIDATE_PORT;
  const { branch } = made;
  const { startInBackground } = await import("./start-generation.ts");
  await startInBackground(context, { name: "candidate", port, branch });
  return EXIT.done;
}

async function make(
  home: string,
  options: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<Candidate> {
  const [patch, ref = "main"] = [options.get("patch"), options.get("branch")];
  const nowMs = Date.now();
  if (patch === undefined) {
    if ((await candidateBranches(home)).includes(ref)) return await candidateOfBranch(home, ref);
    return await candidateOfCommit(home, await resolveCommit(await openCheckout(home), ref), nowMs);
  }
  if (!options.has("branch")) {
    const { message, patch: diff } = readCommitPatch(await readNamed(patch, { ...PATCH, signal }));
    const title = options.get("title") ?? message ?? "candidate";
    return await candidateOfPatch(home, diff, { title, nowMs });
  }
  throw usage("A candidate comes from --patch FILE or from --branch REF, not from both", []);
}

const PATCH = {
  what: "patch",
  maxBytes: 64 * 1024 * 1024,
  unchanged: "No candidate was made.",
} as const;

/** `org reject CANDIDATE`: a human's rejection. */
export async function reject({ line, settings, output }: CommandContext): Promise<number> {
  const [name] = line.operands;
  if (name === undefined) throw whichCandidate("reject");
  const reason = line.options.get("reason") ?? "rejected by the user";
  const { home } = settings;
  const commit = await withGate({ home, checkout: home }, (gate) =>
    gate.refuse(home, { candidate: name, reason, nowMs: Date.now() }),
  );
  output.write(`rejected: ${name} (${commit.slice(0, 12)}) ${reason}\n`);
  return EXIT.done;
}

/** `org scoreboard`. */
export async function scoreboard({ line, settings, output }: CommandContext): Promise<number> {
  const board = await readScoreboard(settings.home);
  if (line.options.has("json")) {
    output.write(jsonLine(board));
  } else {
    const { signers } = promotionPaths(settings.home);
    output.write(scoreboardText(board));
    output.say(tagCheck(board, { home: settings.home, signers }));
  }
  return EXIT.done;
}

async function knownCandidate(
  { settings }: CommandContext,
  name: string | undefined,
): Promise<string> {
  const branches = await candidateBranches(settings.home);
  if (name === undefined) throw usage("Which candidate?", branches);
  if (branches.includes(name)) return name;
  const near = nearestNames(name, branches).map((one) => `org cand show ${one}`);
  throw new OrgError(`There is no candidate ${echoed(name)}`, {
    code: "INPUT_MISSING",
    why: branches.length === 0 ? "this home has none" : `this home has ${branches.length}`,
    remedies: [...near, "org cand list"],
    unchanged: "Nothing was changed.",
  });
}

function usage(message: string, names: readonly string[]): OrgError {
  const near = names
    .slice(0, 3)
    .map((one) => `org cand ${one.startsWith("cand/") ? `show ${one}` : one}`);
  return new OrgError(message, { code: "USAGE", remedies: [...near, "org help cand"] });
}

function whichCandidate(command: string): OrgError {
  return new OrgError("Which candidate?", {
    code: "USAGE",
    remedies: ["org cand list", `org help ${command}`],
    unchanged: "Nothing was changed.",
  });
}

function noVerdict(name: string): OrgError {
  return new OrgError(`${name} was not judged yet`, {
    code: "INPUT_MISSING",
    remedies: [`org fitness ${name}`],
    unchanged: "Nothing was changed.",
  });
}

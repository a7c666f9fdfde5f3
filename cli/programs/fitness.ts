import { firstBySearch, validatorIn, withGate } from "#app/gate.ts";
import { EXIT } from "#core/error-codes.ts";
import { OrgError } from "#core/errors.ts";
import { echoed } from "#core/text/echoed.ts";
import { jsonLine } from "#core/text/json-line.ts";
import type { Gate, SignedVerdict } from "#fitness/gate/gate.ts";
import { resolveCommit } from "#fitness/gate/gate-repository.ts";
import { addHiddenCase } from "#fitness/gate/hidden-cases.ts";
import { promotionPaths } from "#fitness/gate/paths.ts";
import { GATE_STAGES, type GateStage, type StageResult } from "#fitness/stages.ts";
import { generationOnPort } from "#ops/processes/generation-record.ts";
import { inGateLog, stageFields, verdictFields } from "#ops/release/gate-log.ts";
import { testGate } from "#ops/release/gate-self-test.ts";
import { openCheckout } from "#platform/git/repository.ts";
import type { Log } from "#platform/log/log.ts";
import { caseOf } from "#tools/contract/cases.ts";
import type { CommandContext } from "../context.ts";
import { runDrillCommand } from "../drill-command.ts";
import { stageLine, verdictText } from "../verdict-text.ts";

/** `org fitness CANDIDATE` and `org fitness add-case TOOL`. @returns 0 to promote, 1 for anything else. */
export async function fitness(context: CommandContext): Promise<number> {
  const { line, settings, output, cleaner, signal } = context;
  const { operands, options } = line;
  const [candidate, tool] = operands;
  if (candidate === undefined) throw usage("Which candidate?");
  if (candidate === "drill") return await drillGate(context);
  if (candidate === "add-case") return await addCase(context, tool);
  if (tool !== undefined) throw usage(`Unexpected argument ${echoed(tool)}`);
  const checkout = options.get("repo") ?? settings.home;
  const json = options.has("json");
  const outcome = /^\d{1,5}$/.test(candidate)
    ? await servedOn(Number(candidate), settings.home)
    : candidate;
  const until = lastStage(options.get("stages"));
  const judge = async (gate: Gate, log?: Log): Promise<SignedVerdict> =>
    await gate.judge(checkout, {
      candidate: outcome,
      intent: options
        .get("intent")
        ?.split(",")
        .map((name) => name.trim()),
      until,
      sideBySide: compares(until)
        ? await context.app.compare({ checkout, ledger: gate.paths.replays })
        : undefined,
      validatorOf: validatorIn(gate),
      firstHit: firstBySearch,
      approvedCapabilities: settings.approvedCapabilities,
      signal,
      nowMs: Date.now(),
      onStage: (result: StageResult) => {
        log?.info("stage", stageFields(result));
        if (!json) output.say(cleaner.clean(stageLine(result)));
      },
    });
  const paths = { home: settings.home, checkout };
  const about = { home: settings.home, cleaner, what: "fitness", subject: outcome };
  // A repository elsewhere leaves no trace in this home.
  const verdict = options.has("repo")
    ? await withGate(paths, (gate) => judge(gate))
    : await inGateLog(about, async (log) => {
        const verdict = await withGate(paths, (gate) => judge(gate, log));
        log.info("verdict", verdictFields(verdict.record));
        return verdict;
      });
  output.write(
    json
      ? jsonLine(cleaner.cleanData(reportOf(verdict)))
      : cleaner.clean(verdictText(verdict.record)),
  );
  return verdict.record.verdict === "promote" ? EXIT.done : EXIT.failed;
}

/** `org fitness drill`. @returns the exit code. */
async function drillGate(context: CommandContext): Promise<number> {
  const { line, settings, output, cleaner, signal } = context;
  const { home } = settings;
  return await withGate({ home, checkout: home }, (gate) =>
    runDrillCommand(line, {
      ...{ output, cleaner },
      drill: (onResult) =>
        testGate(home, {
          validatorOf: validatorIn(gate),
          firstHit: firstBySearch,
          signal,
          onResult,
        }),
    }),
  );
}

/** The candidate that serves on a port: the commit that answers there, and not what its branch is by now. */
async function servedOn(port: number, home: string): Promise<string> {
  const record = await generationOnPort(home, port);
  if (record?.name === "candidate") {
    const { branch, commit } = record;
    const tip = branch === undefined ? undefined : await tipOf(home, branch);
    return branch !== undefined && tip === commit ? branch : commit;
  }
  throw new OrgError(`No candidate of this home serves on port ${port}`, {
    code: "INPUT_MISSING",
    why:
      record === undefined
        ? "No record names a process for it, or that process has ended."
        : "The current generation does.",
    remedies: ["./ops/start-candidate.sh --patch FILE", "org cand list"],
    unchanged: "Nothing was judged.",
  });
}

async function tipOf(home: string, branch: string): Promise<string | undefined> {
  // It may be gone: what serves is judged all the same.
  return await resolveCommit(await openCheckout(home), branch).catch(() => undefined);
}

/** What `--json` prints. */
function reportOf({ record, signature }: SignedVerdict): object {
  const { verdict, stage = null, reason, stages, version, ...evidence } = record;
  return { verdict, stage, reason, stages, evidence: { version, ...evidence, signature } };
}

/** Cheap stages cannot be left out: the later ones rely on them. */
function lastStage(text: string | undefined): GateStage | undefined {
  if (text === undefined) return undefined;
  const last = /^(?:S0-)?(S\d{1,2})$/.exec(text)?.[1];
  const stage = GATE_STAGES.find((one) => one === last);
  if (stage !== undefined) return stage;
  throw usage(`--stages ${echoed(text)} is not a range of stages: S0-S6`);
}

/** Whether both generations are played: that takes a minute, and is not done unasked. */
function compares(until: GateStage = "S6"): boolean {
  return GATE_STAGES.indexOf(until) >= GATE_STAGES.indexOf("S7");
}

async function addCase(context: CommandContext, tool: string | undefined): Promise<number> {
  const { line, settings, output } = context;
  const { options } = line;
  if (tool === undefined) throw usage("Which tool is the case for?");
  const one = caseOf({
    input: jsonOption(options, "input"),
    output: jsonOption(options, "output"),
    error: options.get("error"),
  });
  if (one === undefined) throw usage("A case needs --input, and either --output or --error");
  const count = await addHiddenCase(promotionPaths(settings.home).hidden, tool, one);
  output.write(`${tool} has ${count} hidden ${count === 1 ? "case" : "cases"}\n`);
  return EXIT.done;
}

function jsonOption(options: ReadonlyMap<string, string>, name: string): unknown {
  const text = options.get(name);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw usage(`--${name} ${echoed(text)} is not JSON`, cause);
  }
}

function usage(message: string, cause?: unknown): OrgError {
  return new OrgError(message, { code: "USAGE", remedies: ["org help fitness"], cause });
}

/** `org supervise`: a process of its own that looks after a home. */
import { join } from "node:path";
import { diagnosisModel } from "#app/diagnosis-model.ts";
import { ownerPort } from "#app/owner-port.ts";
import { EXIT } from "#core/error-codes.ts";
import { explain, OrgError } from "#core/errors.ts";
import { jsonLine } from "#core/text/json-line.ts";
import { homePaths } from "#home/home-paths.ts";
import { SUPERVISOR } from "#ops/processes/home-processes.ts";
import { programIn } from "#ops/release/main-release.ts";
import { lockPromoter } from "#ops/release/promoter-lock.ts";
import { currentRelease } from "#ops/release/release.ts";
import { type DayReport, reportLines } from "#ops/supervisor/day-report.ts";
import { OWN_LOG } from "#ops/supervisor/observe/home-watcher.ts";
import type { OwnerPort } from "#ops/supervisor/owner-port.ts";
import { openSupervisorStore, Supervisor } from "#ops/supervisor/supervisor.ts";
import { type Log, openLog } from "#platform/log/log.ts";
import { identityOf, readServices, recordService } from "#platform/process-record.ts";
import type { CommandContext } from "../context.ts";

/** So many looks need the patterns that need the most of them without a clock. */
const LOOKS_OF_ONCE = 4;
const PAUSE_OF_ONCE_MS = 1000;
/** Longest wait for the owner to pass something on, in milliseconds. */
const TELL_MS = 3000;

/** @returns 0; with `--once` 1 when something was found. */
export async function supervise(context: CommandContext): Promise<number> {
  const { line, settings, output, cleaner, signal } = context;
  const { home } = settings;
  const isOnce = line.options.has("once");
  const isJson = line.options.has("json");
  await using parts = new AsyncDisposableStack();
  if (!isOnce) {
    parts.use(await onlyOne(home));
    const command = "org supervise";
    parts.use(await recordService(home, { role: SUPERVISOR, command }));
  }
  using store = await openSupervisorStore(home);
  using log = await openLog({ folder: homePaths(home).logs, name: OWN_LOG, cleaner });
  const owner = ownerPort(home);
  const supervisor = new Supervisor(
    {
      ...{ home, program: await programOf(home), owner, signal },
      ...(isOnce ? {} : { ask: diagnosisModel(context.app) }),
      policy: isOnce ? "off" : settings.fixes,
      tell: (record, text) => {
        const { id, pattern, subject, fix, state } = record;
        log.warn(text, { event: `fix-${state}`, id, pattern, subject, fix });
        if (isOnce) return;
        const notice = cleaner.clean(`${pattern} (${subject}): ${text}`);
        output.write(isJson ? jsonLine(cleaner.cleanData(record)) : `${notice}\n`);
        const limited = AbortSignal.any([signal, AbortSignal.timeout(TELL_MS)]);
        // Rooms that cannot be told are no reason to end: the log has it.
        void owner.tell(`supervisor: ${notice}`, limited).catch(() => undefined);
      },
      ...(isOnce ? {} : { report: (report) => reportDay(context, { log, owner }, report) }),
      ...(isOnce ? { periodMs: PAUSE_OF_ONCE_MS } : {}),
    },
    store,
  );
  if (isOnce) return await lookOnce(context, supervisor);
  output.say(`supervises ${home}; fixes: ${settings.fixes}\n`);
  log.info("supervises", { event: "supervises", fixes: settings.fixes });
  await supervisor.run(
    () => undefined,
    (error) => {
      log.error("a check failed", { event: "look-failed", error: explain(error) });
      output.say(`${cleaner.clean(explain(error))}\n`);
    },
  );
  log.info("leaves", { event: "leaves", startTime: (await identityOf()).startTime });
  return EXIT.done;
}

function reportDay(
  { line, output, cleaner, signal }: CommandContext,
  { log, owner }: { readonly log: Log; readonly owner: OwnerPort },
  report: DayReport,
): void {
  const text = reportLines(report).join("\n");
  const { day, turns, tokens, fixes } = report;
  log.info(`report of ${text}`, { event: "day-report", day, turns, tokens, found: fixes.length });
  const notice = cleaner.clean(text);
  output.write(line.options.has("json") ? jsonLine(cleaner.cleanData(report)) : `${notice}\n`);
  // A day on which nothing was found interrupts no room; `org fixes report` shows it.
  if (fixes.length === 0) return;
  const limited = AbortSignal.any([signal, AbortSignal.timeout(TELL_MS)]);
  void owner.tell(`supervisor: ${notice}`, limited).catch(() => undefined);
}

async function lookOnce(
  { line, output, cleaner, signal }: CommandContext,
  supervisor: Supervisor,
): Promise<number> {
  let findings = await supervisor.beat();
  for (let look = 1; look < LOOKS_OF_ONCE && !signal.aborted; look += 1) {
    await Bun.sleep(PAUSE_OF_ONCE_MS);
    findings = await supervisor.beat();
  }
  if (line.options.has("json")) output.write(jsonLine(cleaner.cleanData({ findings })));
  for (const { pattern, subject, why } of line.options.has("json") ? [] : findings) {
    output.write(cleaner.clean(`${pattern} (${subject}): ${why}\n`));
  }
  if (findings.length === 0) output.say("No fault was found.\n");
  return findings.length === 0 ? EXIT.done : EXIT.failed;
}

/** The release of main that serves, where there is one that runs: a candidate's code supervises nothing. */
async function programOf(home: string): Promise<string> {
  const release = await currentRelease({ current: join(home, ".org", "current") });
  return release === undefined
    ? Bun.main
    : programIn(join(home, ".org", "releases", release), Bun.main);
}

/** The system takes the lock back when the process dies, however it does. @throws {OrgError} `SUPERVISOR_RUNNING` */
async function onlyOne(home: string): Promise<Disposable> {
  try {
    return lockPromoter(join(home, ".org", "run", "supervisor.lock"));
  } catch (cause) {
    if (!(cause instanceof OrgError) || cause.code !== "LOCK_HELD") throw cause;
    const running = (await readServices(home)).find(({ role }) => role === SUPERVISOR);
    const who = running === undefined ? "another process" : `process ${running.pid}`;
    throw new OrgError("This home has a supervisor already", {
      code: "SUPERVISOR_RUNNING",
      why: `${who} supervises it; two would undo each other's fixes`,
      remedies: ["org fixes", "org stop supervisor"],
      unchanged: "Nothing was started.",
      cause,
    });
  }
}

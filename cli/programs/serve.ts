import { dirname } from "node:path";
import { App } from "#app/app.ts";
import type { AppOptions } from "#app/app-options.ts";
import { ServeAutonomy } from "#app/autonomy/serve-autonomy.ts";
import { copyHomeData } from "#app/copy-memory.ts";
import { Heartbeat } from "#app/heartbeat.ts";
import { JobsEndpoint } from "#app/jobs.ts";
import { ServeObservers } from "#app/observers.ts";
import { builtInTools } from "#app/rooms.ts";
import { serveApi } from "#app/serve-api.ts";
import { ServeUpkeep } from "#app/serve-upkeep.ts";
import { UseObserver, type WatchOptions } from "#app/watch-uses.ts";
import { aborted } from "#core/aborted.ts";
import { EXIT } from "#core/error-codes.ts";
import type { ToolListing } from "#core/tool-listing.ts";
import { type GenerationName, type HomePaths, homePaths } from "#home/home-paths.ts";
import type { Settings } from "#home/settings/settings.ts";
import { recordGeneration } from "#ops/processes/generation-record.ts";
import { startRollback } from "#ops/processes/generations.ts";
import { SUPERVISOR } from "#ops/processes/home-processes.ts";
import { CANDIDATE_PORT, CURRENT_PORT } from "#ops/processes/ports.ts";
import { clearStopped } from "#ops/processes/stop-marks.ts";
import { keepAlarm } from "#ops/release/alarms.ts";
import { candidateTree, currentTree, type ServedTree } from "#ops/release/served-tree.ts";
import { errorFields, type Log, openLog } from "#platform/log/log.ts";
import { identityOf, readServices } from "#platform/process-record.ts";
import { WriteProbe } from "#platform/write-probe.ts";
import type { GenerationOptions } from "#server/app.ts";
import { gatewayOf, type ServeGateway } from "#server/http/serve-gateway.ts";
import { type Listening, listenGeneration } from "#server/listen.ts";
import { ownHome } from "#server/socket/open-home.ts";
import type { RoomHost } from "#server/socket/room-host.ts";
import type { ToolRegistry } from "#tools/registry/registry.ts";
import { tryRegisteredTool } from "#tools/registry/try-tool.ts";
import type { CommandContext } from "../context.ts";
import { followOtherNodes } from "../follow-nodes.ts";
import { portOf } from "../port-option.ts";
import { workersOf } from "../worker-count.ts";
import type { GenerationRequest } from "./start-generation.ts";

const LOOPBACK = "127.0.0.1";

/** How long an answer that is under way may take when the generation is told to leave, in milliseconds. */
const LEAVE_MS = 8000;

/** `org serve`: until it is told to leave, or with --background until it listens. */
export async function serve(context: CommandContext): Promise<number> {
  const { line } = context;
  const name = line.options.get("generation") === "candidate" ? "candidate" : "current";
  const port =
    portOf(line.options.get("port")) ?? (name === "current" ? CURRENT_PORT : CANDIDATE_PORT);
  const workers = workersOf(context);
  if (line.options.has("background")) {
    const branch = line.options.get("branch");
    const { startInBackground } = await import("./start-generation.ts");
    await startInBackground(context, { name, port, branch });
    return EXIT.done;
  }
  const { home } = context.settings;
  if (!(await isSupervised(home))) await clearStopped(home, name);
  try {
    return await serveHere(context, { name, port, workers });
  } catch (error) {
    // The operator of the home reads why, also where no person has started it.
    const { settings, cleaner } = context;
    using log = await openLog({ folder: homePaths(settings.home).logs, name, cleaner });
    log.error("ended by a failure", { event: "start-failed", ...errorFields(error) });
    throw error;
  }
}

async function serveHere(
  context: CommandContext,
  { name, port, workers = 1 }: GenerationRequest,
): Promise<number> {
  const { line, settings, cleaner, output, signal } = context;
  const { commit, branch, place, paths } = await treeOf(context, name);
  const atOnce = new AbortController();
  await using parts = new AsyncDisposableStack();
  using uses = observerOfUses(settings, name);
  using log = await openLog({ folder: paths.logs, name, cleaner });
  const observers = new ServeObservers({
    ...{ home: settings.home, generation: name, commit, log, cleaner, say: output.say },
    ...{ see: uses?.see, seeCall: uses?.seeCall },
  });
  const options = { settings: settingsOf(settings, name), flags: line.options, cleaner, signal };
  await using app = new App({ ...options, paths, toolsLocation: place, ...observers.callbacks });
  const endpoint = new JobsEndpoint();
  const upkeep = new ServeUpkeep({ app, endpoint, log });
  const autonomy = new ServeAutonomy({ app, name, log, report: observers.hooks.report });
  await using home = await ownHome({
    ...{ paths, command: `org serve --generation ${name}`, signal: atOnce.signal },
    ...{ ...app.kept, freeze: endpoint.freeze, onClosed: app.observer.roomClosed },
    handlers: { ...endpoint.handlers, ...upkeep.handlers, ...autonomy.handlers },
    openRoom: async (id, journal) =>
      (await app.participants()).open(id, observers.observed(autonomy.observed(journal))),
  });
  upkeep.owns(home);
  const registry = await app.registry();
  const generation = { name, commit, ...toolsOf(registry, signal) };
  await observers.knowTools(async () => (await registry.list()).map((tool) => tool.name));
  const shared = { context, home: home.service, see: observers.see, app, own: home };
  await using jobs = await endpoint.open({ name, paths, workers, ...shared, home }, parts);
  using _counted = jobs && observers.countJobs(jobs);
  using gateway = await gatewayAt(line.options.get("host"), app, { parts, ...observers.hooks });
  const broken = () => home.broken() ?? endpoint.broken;
  await using beats = new Heartbeat({
    ...{ paths, generation: name, commit, jobs, plans: settings.tasks, broken },
    ...{ damaged: home.damaged, provider: observers.provider, report: observers.hooks.report },
  });
  await using listening = await listenGeneration({
    ...{ generation, service: home.service, ...gateway, port, jobs, cleaner },
    ...(name === "current" ? serveApi({ ...shared, tokens: gateway.authenticator, jobs }) : {}),
    ...observers.hooks,
    ...(await watched(app, troubleOf(paths, broken))),
  });
  home.serves(listening.application);
  await using _record = await recordGeneration(settings.home, {
    ...{ name, port: listening.port, commit, branch, address: gateway.address, key: gateway.key },
  });
  if (uses !== undefined) await watchUses(context, { uses, observers, service: home.service });
  await using _observing = await endpoint.start(app.observer, home, observers.hooks.report);
  await using _autonomy = autonomy.start(home);
  beats.start(true);
  await followOtherNodes(app, { signal, ...observers.hooks });
  log.info("serves", { event: "serves", port: listening.port, commit, branch });
  output.say(greeting(branch ?? name, gateway, listening.port));
  await aborted(signal);
  await Promise.all([leave(listening, atOnce, log), jobs?.leave()]);
  return EXIT.done;
}

/** What keeps the home from being written to; asked again and again. */
function troubleOf(
  { journal }: HomePaths,
  broken: () => unknown,
): () => ReturnType<WriteProbe["trouble"]> {
  const probe = new WriteProbe(dirname(journal));
  return () => probe.trouble(broken());
}

interface Opening {
  /** Disposes of what is opened. */
  readonly parts: AsyncDisposableStack;
  readonly report: (error: unknown) => void;
}

/** With the tokens of all machines, where this one shares them. */
async function gatewayAt(
  host: string | undefined,
  app: App,
  { parts, report }: Opening,
): Promise<ServeGateway> {
  const { settings } = app;
  const paths = homePaths(settings.home);
  const client = await app.database();
  if (client === undefined) return gatewayOf(paths, settings, { host: host ?? LOOPBACK });
  const { shareAccess } = await import("#app/shared-access.ts");
  const { useNonce } = parts.use(await shareAccess(client, paths, report));
  return gatewayOf(paths, settings, { host: host ?? LOOPBACK, useNonce });
}

interface Watched extends Pick<GenerationOptions, "database"> {
  readonly trouble: NonNullable<GenerationOptions["trouble"]>;
}

/** What tells of the home, and of the database that it shares. */
async function watched(app: App, home: Watched["trouble"]): Promise<Watched> {
  const client = await app.database();
  if (client === undefined) return { trouble: home };
  const { DatabaseProbe } = await import("#home/postgres/database-check.ts");
  const probe = new DatabaseProbe(client);
  return {
    trouble: async () => (await home()) ?? (await probe.trouble()),
    database: () => probe.health(),
  };
}

/** A candidate writes into a folder and into files of its own, and begins anew each time. */
function settingsOf(settings: Settings, name: GenerationName): Settings {
  return name === "current" ? settings : { ...settings, workspace: undefined, database: undefined };
}

function greeting(
  name: string,
  { urlAt, warning }: Pick<ReturnType<typeof gatewayOf>, "urlAt" | "warning">,
  port: number,
): string {
  return `${name} serves on ${urlAt(port)}\n${warning === undefined ? "" : `${warning}\n`}`;
}

interface PlacedTree extends ServedTree {
  readonly place: NonNullable<AppOptions["toolsLocation"]>;
  readonly paths: HomePaths;
}

async function treeOf(context: CommandContext, name: GenerationName): Promise<PlacedTree> {
  const { line, settings, output, cleaner } = context;
  const { home } = settings;
  const paths = homePaths(home, name);
  if (name === "current") {
    const tree = await currentTree(home);
    return { ...tree, paths, place: { root: tree.tools, isVerified: true } };
  }
  await copyHomeData(context, paths);
  const tree = await candidateTree(home, line.options.get("branch"));
  if (tree.leftOut.length > 0) output.say(cleaner.clean(omittedNote(tree)));
  return { ...tree, paths, place: { root: tree.tools, isVerified: false } };
}

/** A candidate is not watched: its tools are not promoted. */
function observerOfUses(settings: Settings, generation: GenerationName): UseObserver | undefined {
  if (generation === "candidate") return undefined;
  const { toolUses } = homePaths(settings.home);
  const names = builtInTools(settings).map((tool) => tool.name);
  return new UseObserver(toolUses, new Set([...names, "tools_search"]));
}

/** Started by the supervisor, and by no person: what a person has stopped stays so. */
async function isSupervised(home: string): Promise<boolean> {
  const services = await readServices(home);
  return services.some(({ role, pid }) => role === SUPERVISOR && pid === process.ppid);
}

interface Watching {
  readonly uses: UseObserver;
  readonly observers: ServeObservers;
  readonly service: RoomHost;
}

/** An alarm stands in the log, the figures and the scoreboard, and every room that is open is told. */
async function watchUses(
  { settings, cleaner, output, signal }: CommandContext,
  { uses, observers, service }: Watching,
): Promise<void> {
  const { home } = settings;
  const onAlarm: WatchOptions["onAlarm"] = (alarm, line) => {
    const text = cleaner.clean(line);
    output.say(`${text}\n`);
    observers.onAlarm(alarm);
    const { why, rollBack = null } = alarm;
    const isStored = keepAlarm(home, {
      at: Date.now(),
      why: cleaner.clean(why),
      reverts: rollBack,
    });
    const notified = service.notify({ level: "warning", text });
    void Promise.all([isStored, notified]).catch(observers.hooks.report);
  };
  const revert = (tag: string) => startRollback(home, Bun.main, tag);
  await uses.watch({ home, service, onAlarm, revert, signal });
}

/** Lets the answers that are under way come to their end, but not for ever. */
async function leave(listening: Listening, atOnce: AbortController, log: Log): Promise<void> {
  log.info("leaves", { event: "leaves", startTime: (await identityOf()).startTime });
  const limit = setTimeout(() => atOnce.abort(new Error("it took too long to end")), LEAVE_MS);
  await Promise.race([listening.leave(), aborted(atOnce.signal)]);
  clearTimeout(limit);
}

function omittedNote({ branch = "", leftOut }: ServedTree): string {
  return `${branch} changes code of org itself (${leftOut.slice(0, 3).join(", ")}${
    leftOut.length > 3 ? ", …" : ""
  }). That code is not served before you promote it; its tools are.\n`;
}

function toolsOf(registry: ToolRegistry, signal: AbortSignal) {
  return {
    tools: async () => namesOf(await registry.list()),
    tryTool: (tool: string) => tryRegisteredTool(registry, tool, signal),
  };
}

/** Those that the gate, or a candidate, has added. */
function namesOf(tools: readonly ToolListing[]): readonly string[] {
  const added = tools.filter(({ origin, state }) => origin === "generated" && state === "ready");
  return added.map(({ name }) => name);
}

/** Wires the model servers of a session: the one of everybody, those of single personas, those behind them. */
import { OrgError } from "#core/errors.ts";
import { ANY_MODEL } from "#core/model-facts.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { ServerSettings } from "#home/settings/provider-settings.ts";
import type { Settings } from "#home/settings/settings.ts";
import { answers, Breaker } from "#models/breaker.ts";
import { type CassetteMode, cassetteProvider } from "#models/cassette/cassette.ts";
import { withDefaultModel } from "#models/default-model.ts";
import { engineProvider } from "#models/engine/engine-provider.ts";
import { readEngine } from "#models/engine/installed.ts";
import { BorrowedEngines, type EngineLender } from "#models/engine/lent-engine.ts";
import { type RunningEngine, startEngine } from "#models/engine/process.ts";
import { type ShrunkEngine, SizedEngine } from "#models/engine/sized-engine.ts";
import { DEFAULT_ENDPOINTS, localProvider } from "#models/probe.ts";
import type { Provider } from "#models/provider.ts";
import { resilient } from "#models/retry.ts";
import { type Route, routed } from "#models/router.ts";
import { openProvider, type ProviderOptions } from "#models/servers/open-provider.ts";

/** What the engine keeps of each conversation unless told otherwise: 29 kB a token with the model that works, 45 kB with the other. */
const ENGINE_CONTEXT_TOKENS = 4096;
/** Results of tools have to fit in. */
const WORK_CONTEXT_TOKENS = 8192;
/** One for each of the built-in personas. */
const CONVERSATIONS = 3;

export interface ProviderSession {
  readonly settings: Settings;
  readonly flags: ReadonlyMap<string, string>;
  readonly cleaner: TextCleaner;
  /** Where a server is looked for when none was named. @default the usual places on this machine */
  readonly endpoints?: readonly string[] | undefined;
  /** Lends the engine of another process. @default one of its own is started when it is needed */
  readonly lender?: EngineLender | undefined;
}

export interface Providers {
  /** Opens or closes what stands before the main one, by whether it answers. */
  readonly checkMain: (signal: AbortSignal) => Promise<"up" | "paused">;
  /** Whether the main one answers; nothing is opened or closed by it. */
  readonly probeMain: (signal: AbortSignal) => Promise<boolean>;
  /** Starts the built-in engine with less memory from now on; `none` where it is not used. */
  readonly shrinkEngine: () => Promise<ShrunkEngine | "none">;
  /** The built-in engine for another process of the home, started where it does not run; nothing where it is not used. */
  readonly lendEngine: EngineLender;
  /** The one of everybody who has none of their own. */
  readonly main: Provider;
  /** By the id of the persona, where it is not the main one. */
  readonly own: ReadonlyMap<string, Provider>;
}

/**
 * The providers of a session; what they need beside themselves is disposed with `parts`.
 *
 * @throws {OrgError} `CONFIG_INVALID`, and what the cassette throws.
 */
export async function openProviders(
  session: ProviderSession,
  parts: AsyncDisposableStack,
): Promise<Providers> {
  const { settings, flags } = session;
  const servers = new Map<string, Provider>();
  const named = (name: string): Provider => {
    const opened = servers.get(name) ?? ready(openProvider(optionsOf(session, serverNamed(name))));
    servers.set(name, opened);
    return opened;
  };
  const serverNamed = (name: string): ServerSettings => {
    const server = settings.providers[name];
    if (server === undefined) throw new Error(`There is no provider "${name}"`);
    return server;
  };
  const [mode, path] = cassetteOf(flags);
  const personas = Object.entries(settings.personaProviders);
  if (mode !== "off" && personas.length > 0) throw oneServer(personas.map(([id]) => id));
  let engine: SizedEngine<RunningEngine> | undefined;
  const server = await mainServer(session, [mode, path], {
    parts,
    onEngine: (found) => {
      engine = found;
    },
  });
  const breaker = new Breaker();
  const main = ready(breaker.guard(server));
  const isExplicit = mode !== "off" || flags.has("base") || flags.has("model");
  // Who named a server or a model for this run wants an error rather than another one.
  const routes = isExplicit
    ? []
    : settings.fallback.map((one) => routeTo(one, { main, named, settings }));
  const own = personas.map(([id, name]) => [id, routed(named(name), routes)] as const);
  const checkMain = (signal: AbortSignal) => breaker.check(server, signal);
  const probeMain = (signal: AbortSignal) => answers(server, signal);
  const shrinkEngine = async () => (await engine?.shrink()) ?? "none";
  const lendEngine: EngineLender = async (signal) => {
    const lent = await engine?.engines.get(signal);
    if (lent === undefined) return undefined;
    const { url, token, contextTokens, slots, parameters } = lent.process;
    return { url, token, contextTokens, slots, parameters };
  };
  const all = { main: routed(main, routes), own: new Map(own) };
  return { ...all, checkMain, probeMain, shrinkEngine, lendEngine };
}

function ready(provider: Provider): Provider {
  return withDefaultModel(resilient(provider));
}

interface ProviderEndpoint {
  readonly parts: AsyncDisposableStack;
  /** Told of the built-in engine, where it is what answers. */
  readonly onEngine: (engine: SizedEngine<RunningEngine>) => void;
}

async function mainServer(
  session: ProviderSession,
  [mode, path]: readonly [CassetteMode, string],
  { parts, onEngine }: ProviderEndpoint,
): Promise<Provider> {
  const { settings, cleaner, endpoints = DEFAULT_ENDPOINTS } = session;
  const options = optionsOf(session, settings);
  if (mode === "off") {
    if (settings.isBaseExplicit) return openProvider(options);
    const open = (baseUrl: string): Provider => openProvider({ ...options, baseUrl });
    return await localProvider(endpoints, open, () => embeddedEngine(session, { parts, onEngine }));
  }
  // What is played back must be the same to the byte: only secrets go.
  const redact = (text: string) => cleaner.redact(text);
  return parts.use(await cassetteProvider(mode, path, { ...options, redact }));
}

/** The engine that a person has installed, unless they have asked for a model that it does not have. */
async function embeddedEngine(
  session: ProviderSession,
  { parts, onEngine }: ProviderEndpoint,
): Promise<Provider | undefined> {
  const { settings } = session;
  const found = await readEngine(settings.engine.folder);
  if (found.state !== "installed") return undefined;
  const { engine } = found;
  if ((settings.model ?? engine.model.name) !== engine.model.name) return undefined;
  const usual = engine.model.takesTools ? WORK_CONTEXT_TOKENS : ENGINE_CONTEXT_TOKENS;
  const { contextTokens = usual } = settings;
  const { threads } = settings.engine;
  const { home } = settings;
  const start = { engine, threads, home, conversations: CONVERSATIONS };
  const { timeouts, cleaner } = optionsOf(session, settings);
  const about = { model: engine.model, contextTokens, timeouts, cleaner };
  if (session.lender !== undefined) {
    return engineProvider({ ...about, engines: new BorrowedEngines(session.lender) });
  }
  // biome-ignore lint/nursery/useDisposables: the stack disposes of it
  const sized = parts.use(
    new SizedEngine(contextTokens, (tokens, signal) =>
      startEngine({ ...start, contextTokens: tokens }, signal),
    ),
  );
  onEngine(sized);
  return engineProvider({ ...about, engines: sized.engines });
}

function optionsOf(
  { settings, cleaner }: ProviderSession,
  { base, wire, apiKey, keepAlive, keyOverHttp }: ServerSettings,
): ProviderOptions {
  const { firstByteMs, idleMs, contextTokens: windowTokens } = settings;
  const timeouts = { firstByteMs, idleMs };
  const server = { baseUrl: base, wire, apiKey, keyOverHttp, keepAlive };
  return { ...server, windowTokens, timeouts, cleaner };
}

interface Choice {
  readonly main: Provider;
  readonly named: (name: string) => Provider;
  readonly settings: Settings;
}

/** Names of models may hold slashes themselves: only that of a provider counts. */
function routeTo(text: string, { main, named, settings }: Choice): Route {
  const [head = "", ...rest] = text.split("/");
  if (!Object.hasOwn(settings.providers, head)) return { provider: main, model: text };
  return { provider: named(head), model: rest.length === 0 ? ANY_MODEL : rest.join("/") };
}

function cassetteOf(flags: ReadonlyMap<string, string>): readonly [CassetteMode, string] {
  const recording = flags.get("record");
  if (recording !== undefined) return ["record", recording];
  const playing = flags.get("cassette");
  if (playing === undefined) return ["off", ""];
  return [flags.has("strict") ? "strict" : "replay", playing];
}

function oneServer(personas: readonly string[]): OrgError {
  return new OrgError("A cassette holds the answers of one server", {
    code: "CONFIG_INVALID",
    why: `${personas.join(", ")} ${personas.length === 1 ? "has" : "have"} a provider of their own`,
    remedies: ["take personas.*.provider out of org.config for this run"],
    unchanged: "Nothing was started.",
  });
}

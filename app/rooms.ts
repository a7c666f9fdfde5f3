/** The rooms of a process: who speaks in them, with which tools. */
import { limitsMoney, priceOf } from "#core/budget.ts";
import type { BudgetLedger } from "#core/budget-ledger.ts";
import type { Journal } from "#core/journal.ts";
import { ANY_MODEL } from "#core/model-facts.ts";
import { decide } from "#core/policy/decide.ts";
import { globMatches } from "#core/policy/glob.ts";
import type { Permission } from "#core/policy/policy.ts";
import { type HomePaths, homePaths } from "#home/home-paths.ts";
import { refuseExposedFiles } from "#home/settings/human-files.ts";
import { settingsOfModel } from "#home/settings/model-settings.ts";
import { requirePolicyTests } from "#home/settings/permission-settings.ts";
import type { Settings } from "#home/settings/settings.ts";
import { TelegramDrops } from "#home/telegram-drops.ts";
import type { Model } from "#models/model.ts";
import { requireDialects } from "#models/model-profile.ts";
import type { Persona } from "#models/persona.ts";
import { readPersonaFiles } from "#models/persona-file.ts";
import { toolsmith } from "#models/personas/toolsmith.ts";
import { type ProfileBookOptions, profileBook } from "#models/profile-book.ts";
import { ProfileStore } from "#models/profile-store.ts";
import type { Provider } from "#models/provider.ts";
import { replaceExam } from "#models/replace-exam.ts";
import type { HttpRules } from "#platform/net/http-client.ts";
import { resolveProgram } from "#platform/program-path.ts";
import { homeLabel } from "#platform/sandbox/container/container-host.ts";
import { type Workspace, workspaceAt } from "#platform/workspace.ts";
import {
  allPersonas,
  type ParticipantOptions,
  participantModels,
  withModelOf,
} from "#room/participant-models.ts";
import { PersonaCompletions } from "#room/persona-completion.ts";
import { Room } from "#room/room.ts";
import type { RoomHandle, RoomOptions, RoomRegistry } from "#room/room-options.ts";
import { browserTool } from "#tools/browser/browser-tool.ts";
import { factsOf, toolFacts } from "#tools/call-guard.ts";
import { chatModeTool } from "#tools/chat-mode.ts";
import { dockerManageTool } from "#tools/docker/docker-manage.ts";
import type { BuildTool } from "#tools/forge/run.ts";
import { forgeTool } from "#tools/forge-tool.ts";
import { memorySaveTool } from "#tools/memory-save.ts";
import { memorySearchTool } from "#tools/memory-search.ts";
import { projectTools } from "#tools/project/project-tools.ts";
import { pythonRunTool } from "#tools/python-run.ts";
import { telegramTools } from "#tools/send-telegram.ts";
import { shTool } from "#tools/sh.ts";
import type { Tool } from "#tools/tool.ts";
import type { ToolSandbox } from "#tools/tool-sandbox.ts";
import { Toolbox } from "#tools/toolbox.ts";
import { webFetchTool } from "#tools/web-fetch.ts";
import { webRequestTool } from "#tools/web-request.ts";
import { type AttemptRoom, attemptOptions } from "./attempt-room.ts";
import { type BrowserContext, browserOf, NO_BROWSER } from "./browser.ts";
import type { AppParts } from "./context.ts";
import { isTaped, toolEmbeddings } from "./embeddings.ts";
import type { ForgeDependencies } from "./forge.ts";
import type { ProjectParts } from "./project.ts";

/**
 * @returns one sentence for everything that holds and is hardly meant.
 * @throws {OrgError} `CONFIG_INVALID` when the rules do not do what they should, or could be changed;
 *   `PERSONA_INVALID`.
 */
export function checkSettings(settings: Settings): readonly string[] {
  const { home, configPath } = settings;
  const { personas, workspace } = homePaths(home);
  const root = settings.workspace ?? workspace;
  refuseExposedFiles(root, { home, configPath, personas });
  const tools = builtInTools(settings);
  requirePolicyTests(settings, toolFacts(tools));
  requireDialects(settings);
  return unpriced(settings, personasOf(settings));
}

/** The personas of a home, those that the user added among them. @throws {OrgError} `PERSONA_INVALID` */
export function personasOf(settings: Settings): readonly Persona[] {
  const tools = builtInTools(settings).map(({ name }) => name);
  return allPersonas(readPersonaFiles(homePaths(settings.home).personas, tools));
}

/** For tools of which only the facts are wanted. */
function neverCalled(): Promise<never> {
  return Promise.reject(new Error("This tool is only looked at"));
}

/** A budget of money does not hold for a model without a price. */
function unpriced(settings: Settings, personas: readonly Persona[]): readonly string[] {
  const { budget, prices, model, personaModels } = settings;
  if (!limitsMoney(budget)) return [];
  const models = new Set(personas.map(({ id, model: own }) => personaModels[id] ?? own ?? model));
  return [...models]
    .filter((one) => priceOf(prices, one ?? "") === undefined)
    .map((one) => {
      const named = one === undefined ? "the first model of the server" : JSON.stringify(one);
      return `a budget counts money, and ${named} has no price: it counts as free`;
    });
}

/** All tools that come with the program, to look at. */
export function builtInTools(settings: Settings): readonly Tool[] {
  const root = settings.workspace ?? homePaths(settings.home).workspace;
  const chatMode = chatModeTool(neverCalled);
  const forge = forgeTool(neverCalled, neverCalled);
  const workspace = workspaceAt(root);
  const shared = sharedTools(settings, { workspace });
  const memory = [memorySaveTool(neverCalled), memorySearchTool(neverCalled)];
  const all = [...shared, ...projectTools(workspace), chatMode, forge, ...memory];
  return settings.browser === undefined ? all : [...all, browserTool(NO_BROWSER)];
}

interface ToolContext {
  readonly workspace: Workspace;
  /** @default programs see the workspace, and what they change in it is gone with the call */
  readonly sandbox?: ToolSandbox;
  readonly rules?: HttpRules | undefined;
  /** Where messages wait for the Telegram bridge. @default those of the current generation */
  readonly drops?: string | undefined;
}

/** The tools of every room; whom they belong to, each persona says. */
function sharedTools(settings: Settings, context: ToolContext): readonly Tool[] {
  const { workspace, sandbox = { workspace: workspace.root }, rules } = context;
  const { home, container } = settings;
  const { drops = homePaths(home).telegramDrops } = context;
  const judge = (url: string, persona: string): Permission => {
    const call = { id: "", name: webFetch.name, arguments: { url } };
    return decide(settings.policy, factsOf(webFetch, call, persona), resolveProgram).permission;
  };
  const webFetch = webFetchTool({ workspace, rules, judge });
  return [
    ...[shTool(sandbox), pythonRunTool(sandbox), webFetch, webRequestTool({ rules })],
    ...(container === undefined ? [] : [dockerManageTool(container.socket, homeLabel(home))]),
    ...telegramTools({ settings: settings.telegram, drops: new TelegramDrops(drops), workspace }),
  ];
}

type OpenRoom = (id: string, journal: Journal) => Promise<Room>;

/** What all rooms of a process share: how to open one of them, and who can be asked outside of one. */
export interface Participants {
  readonly open: OpenRoom;
  readonly openAttempt: (attempt: AttemptRoom) => Promise<Room>;
  readonly completions: PersonaCompletions;
  /** Each persona with its language model. */
  readonly models: readonly Model[];
}

/** @throws {OrgError} `CONFIG_INVALID`, `PERSONA_INVALID`, `FILE_FAILED` */
export async function openParticipants(app: AppParts): Promise<Participants> {
  const { settings, flags, cleaner, paths, permissions, lockOf } = app;
  checkSettings(settings);
  const workspace = await app.workspace();
  const { telegramDrops: drops } = paths;
  const tools = new Toolbox(sharedTools(settings, { ...app.networkOverrides, workspace, drops }));
  const names = builtInTools(settings).map(({ name }) => name);
  const own = cleaner.cleanData(readPersonaFiles(paths.personas, names));
  const { main: provider, own: others } = await app.providers();
  const profiles = bookOptions(settings, paths);
  const options: ParticipantOptions = {
    provider,
    model: settings.model ?? ANY_MODEL,
    personaModels: settings.personaModels,
    windowTokens: settings.contextTokens,
    takesImages: (name) => settings.imageModels.some((pattern) => globMatches(pattern, name)),
    ...learning(provider, profiles),
    own: ownServers(others, profiles),
  };
  const personas = allPersonas(own);
  const models = participantModels(personas, options);
  const withModel = (id: string, name: string) => withModelOf(personas, options, [id, name]);
  const budget = await app.budget();
  const smith = models.find(({ persona }) => persona.id === toolsmith.id);
  const forgeParts = {
    ...{ app, provider: smith?.provider ?? provider, byHand: profiles.byHand },
    model: smith?.name ?? settings.model ?? ANY_MODEL,
    lock: lockOf((smith?.provider ?? provider).endpoint),
  };
  const registry = await roomRegistry(app, { endpoint: provider.endpoint, lockOf, budget });
  const otherTools = async () => await registry.list();
  const forging = { ...forgeParts, budget, otherTools };
  const roomTools = (room: RoomHandle) => toolsOf(room, forging, { ...app, workspace });
  const shared = {
    ...{ models, tools, roomTools, registry, lockOf, workspace, cleaner, permissions, budget },
    jobs: jobsFor(app),
    // A tape holds a conversation, and what was asked beside it would be missing in older ones.
    mayReplace: isTaped(flags) ? undefined : replaceExam({ store: profiles.store, lockOf, budget }),
  };
  const inProject = (parts: ProjectParts) =>
    projectOptions(settings, parts, app.networkOverrides.rules);
  return {
    open: async (id, journal) => {
      const parts = await projectOf(app, id);
      const own = parts && inProject(parts);
      const stored = storedOf(app, journal);
      return await Room.open({ id, journal, withModel, ...stored, ...shared, ...own });
    },
    openAttempt: async (attempt) =>
      await Room.open(
        attemptOptions({ ...shared, withModel, ...inProject(attempt.parts) }, attempt),
      ),
    models,
    completions: new PersonaCompletions({ ...shared, onUsage: app.onUsage }),
  };
}

/** Few lines need it: the queue is loaded then. */
function jobsFor({ settings, cleaner }: AppParts): (signal: AbortSignal) => Promise<string> {
  return async (signal) => {
    const { newestJobs } = await import("#server/jobs/jobs-of-home.ts");
    return await newestJobs({ settings, cleaner, signal });
  };
}

/** What a room has of its home. */
function storedOf(
  { memory, rules, settings }: AppParts,
  journal: Journal,
): Pick<RoomOptions, "memory" | "fastPath" | "node"> {
  return { memory: memory.source(journal), fastPath: rules, node: settings.database?.node };
}

/** The generated tools, ranked by the best model that there is, and beside them the tools of MCP servers. */
async function roomRegistry(
  app: AppParts,
  billing: Omit<Parameters<typeof toolEmbeddings>[1], "engine">,
): Promise<RoomRegistry> {
  const registry = await app.registry();
  const engine = await app.embedder();
  registry.rankBy(toolEmbeddings(app, { ...billing, engine }, app.parts));
  return app.settings.mcpServers.length === 0
    ? registry
    : (await app.mcpServers()).beside(registry);
}

function projectOptions(
  settings: Settings,
  { workspace, sandbox, tools, project }: ProjectParts,
  rules: HttpRules | undefined,
): Pick<RoomOptions, "workspace" | "project" | "tools"> {
  const all = [...sharedTools(settings, { workspace, sandbox, rules }), ...tools];
  return { workspace, project, tools: new Toolbox(all) };
}

/** What a room on the user's repository has in place of the workspace. Few rooms are on one: the rest load nothing of it. */
async function projectOf(app: AppParts, room: string): Promise<ProjectParts | undefined> {
  return room.startsWith("project-")
    ? await (await import("./project.ts")).projectParts(app, room)
    : undefined;
}

/** Servers of single personas, by their ids, each with what is learnt there. */
function ownServers(
  servers: ReadonlyMap<string, Provider>,
  profiles: BookOptions,
): NonNullable<ParticipantOptions["own"]> {
  return Object.fromEntries(
    [...servers].map(([id, provider]) => [id, { provider, ...learning(provider, profiles) }]),
  );
}

type BookOptions = Omit<ProfileBookOptions, "provider">;

function bookOptions(settings: Settings, paths: HomePaths): BookOptions {
  return {
    store: new ProfileStore(paths.profiles),
    byHand: (name) => settingsOfModel(settings.models, name),
  };
}

/** How a server's models are known, and how more is learnt of them. */
function learning(
  provider: Provider,
  options: BookOptions,
): Required<Pick<ParticipantOptions, "learnProfile" | "observe">> {
  const book = profileBook({ provider, ...options });
  return { learnProfile: book.profileOf, observe: book.note };
}

interface RoomForge extends Omit<ForgeDependencies, "account" | "others"> {
  readonly budget: BudgetLedger;
  /** Asked for each run: tools come and go. */
  readonly otherTools: () => Promise<ForgeDependencies["others"]>;
}

/** The tools of one room. */
function toolsOf(room: RoomHandle, forge: RoomForge, context: BrowserContext): readonly Tool[] {
  return [forgeIn(room, forge), ...browserOf(context)];
}

/** The forge as a tool of a room, which pays for it. */
function forgeIn(
  { id, notify }: RoomHandle,
  { budget, otherTools, ...forgeParts }: RoomForge,
): Tool {
  const build: BuildTool = async (wish, options) => {
    // The judge and its parsers are loaded when they are needed, not when a room opens.
    const { toolBuilder } = await import("./forge.ts");
    const account = budget.account(id, toolsmith.id);
    const others = await otherTools();
    return await toolBuilder({ ...forgeParts, account, others })(wish, options);
  };
  return forgeTool(build, notify);
}

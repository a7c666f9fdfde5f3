/** The composition root: what a process opens, once and when it is first asked for. It knows no screen. */
import { BudgetLedger, type SpendStore } from "#core/budget-ledger.ts";
import { endpointLocks } from "#core/endpoint-locks.ts";
import { Opening } from "#core/opening.ts";
import type { LeaseSpender } from "#core/policy/lease.ts";
import type { PolicyProgram } from "#core/policy/program.ts";
import { RateLimits, type Rates } from "#core/policy/rate-limit.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { createHome, type HomePaths, homePaths } from "#home/home-paths.ts";
import { LeaseStore } from "#home/lease-store.ts";
import { HomeQueue } from "#home/queue/home-queue.ts";
import { AUTONOMY } from "#home/settings/autonomy-settings.ts";
import { OBSERVER } from "#home/settings/observer-settings.ts";
import type { Settings } from "#home/settings/settings.ts";
import type { TextModel } from "#memory/note-embedder.ts";
import type { EngineEmbedder } from "#models/engine/engine-embedder.ts";
import type { EngineLender } from "#models/engine/lent-engine.ts";
import type { ProjectLocation } from "#ops/project/location.ts";
import type { ProjectWork } from "#ops/project/work.ts";
import type { PgClient } from "#platform/postgres/pg-client.ts";
import { resolveProgram } from "#platform/program-path.ts";
import { openWorkspace, type Workspace } from "#platform/workspace.ts";
import type { CompletionParts } from "#room/persona-completion.ts";
import type { OpenHomeOptions, SharedJournal } from "#server/socket/open-home.ts";
import { roomsApplication } from "#server/socket-application.ts";
import type { ToolsLocation } from "#tools/registry/open-registry.ts";
import type { ToolRegistry } from "#tools/registry/registry.ts";
import type { AppOptions } from "./app-options.ts";
import type { AppParts, HomePermissions, NetworkOverrides } from "./context.ts";
import type { McpServers, McpServersOptions } from "./mcp-servers.ts";
import { HomeMemory } from "./memory.ts";
import type { PolicyProgramOptions } from "./policy-program.ts";
import type { Promotion, PromotionRequest } from "./promote.ts";
import type { Providers } from "./providers.ts";
import { RoomObserver } from "./room-observer.ts";
import type { Participants } from "./rooms.ts";
import { HomeRules } from "./rules.ts";
import { sharedLeases, sharedRates, sharedSpending } from "./shared-limits.ts";

/**
 * Settings are given, everything else is opened by its first use: providers, spending, rates, leases, workspace, tools,
 * participants, gate and promoter. Rooms, jobs and HTTP requests of a process share one: a limit of 10 calls a minute
 * lets 10 through in all, not 10 for each of them. Disposing closes what was opened, the newest first.
 */
export class App implements AppParts, AsyncDisposable {
  readonly settings: Settings;
  readonly flags: ReadonlyMap<string, string>;
  readonly cleaner: TextCleaner;
  readonly signal: AbortSignal;
  readonly paths: HomePaths;
  readonly networkOverrides: NetworkOverrides;
  readonly searchPath: string;
  readonly onUsage?: CompletionParts["onUsage"];
  readonly onPolicy?: PolicyProgramOptions["onOutcome"];
  readonly onMcpLine?: McpServersOptions["onLine"];
  readonly parts: AsyncDisposableStack = new AsyncDisposableStack();
  readonly memory: HomeMemory;
  readonly lockOf: AppParts["lockOf"];
  readonly rules: HomeRules;
  readonly queue: HomeQueue;
  readonly observer: RoomObserver;
  readonly #place: ToolsLocation | undefined;
  readonly #rates: Rates;
  readonly #works = new Map<string, Opening<ProjectWork>>();
  readonly #workspace = new Opening(async () => {
    const { workspace } = this.settings;
    return await openWorkspace(workspace ?? this.paths.workspace);
  });
  readonly #registry = new Opening(() => this.#openRegistry());
  readonly #budget = new Opening(() => this.#openBudget());
  readonly #mcpServers = new Opening(() => this.#openMcpServers());
  readonly #database = new Opening(() => this.#openDatabase());
  readonly #embedder = new Opening(async () => {
    const { engineEmbedder } = await import("./embeddings.ts");
    return await engineEmbedder(this, this.parts);
  });
  readonly #participants = new Opening(async () => {
    const { openParticipants } = await import("./rooms.ts");
    return await openParticipants(this);
  });
  #program: Promise<PolicyProgram> | undefined;
  #leases: LeaseSpender | undefined;
  #lender: EngineLender | undefined;
  readonly #providers = new Opening(() => this.#openProviders(this.#lender));

  constructor({ settings, flags = new Map(), ...options }: AppOptions) {
    this.settings = settings;
    this.flags = flags;
    this.cleaner = options.cleaner ?? new TextCleaner(settings.secrets);
    this.signal = options.signal ?? new AbortController().signal;
    this.paths = options.paths ?? homePaths(settings.home);
    this.networkOverrides = options.networkOverrides ?? {};
    this.searchPath = options.searchPath ?? "";
    this.onUsage = options.onUsage;
    this.onPolicy = options.onPolicy;
    this.onMcpLine = options.onMcpLine;
    this.#place = options.toolsLocation;
    this.memory = new HomeMemory({
      ...{ paths: this.paths, cleaner: this.cleaner, recall: settings.recall },
      candidate: homePaths(settings.home, "candidate").memory,
      embedder: () => this.textModel(),
      userWaits: (room) => this.observer.userWaits(room),
      beside: this,
    });
    this.lockOf = endpointLocks(settings.parallel);
    this.rules = new HomeRules({
      ...{ paths: this.paths, mode: settings.rulesMode },
      candidate: homePaths(settings.home, "candidate").rules,
    });
    this.queue = new HomeQueue(this.paths);
    this.observer = new RoomObserver(this);
    this.#rates =
      settings.database === undefined
        ? new RateLimits(settings.rates, this.networkOverrides.now)
        : sharedRates(() => this.database(), settings.rates);
  }

  get permissions(): HomePermissions {
    this.#leases ??=
      this.settings.database === undefined
        ? this.parts.use(new LeaseStore(this.paths))
        : sharedLeases(() => this.database());
    const { policy, approvalMs } = this.settings;
    return {
      ...{ policy, approvalMs, resolveProgram, rates: this.#rates, leases: this.#leases },
      program: this.#policyProgram(),
    };
  }

  /** The database that this home shares with others; `undefined` where it keeps everything itself. */
  async database(): Promise<PgClient | undefined> {
    return this.settings.database === undefined ? undefined : await this.#database.value();
  }

  /** What belongs to a home beyond its rooms, for who opens it. */
  get kept(): Pick<OpenHomeOptions, "memory" | "rules" | "sharedJournal" | "application"> {
    const { memory, rules, cleaner } = this;
    const application = roomsApplication(cleaner);
    return { memory, rules, application, sharedJournal: this.#sharedJournal };
  }

  /** For the owner of the home, who closes it. @throws {OrgError} as {@link database} does, and `NODE_TWICE` */
  readonly #sharedJournal = async (): Promise<SharedJournal | undefined> => {
    const [client, { database }] = [await this.database(), this.settings];
    if (client === undefined || database === undefined) return undefined;
    const { openSharedJournal } = await import("./shared-journal.ts");
    const { cleaner, paths } = this;
    const { node } = database;
    const demandHere = async (room: string): Promise<void> => {
      if (!room.startsWith("project-")) return;
      const { demandProject } = await import("#ops/project/location.ts");
      await demandProject(room, { projects: paths.projects, node });
    };
    return await openSharedJournal({ client, node, cleaner, demandHere });
  };

  async workspace(): Promise<Workspace> {
    return await this.#workspace.value();
  }

  async projectWork(project: ProjectLocation, room: string): Promise<ProjectWork> {
    const open = this.#works.get(room) ?? new Opening(() => this.#openWork(project, room));
    this.#works.set(room, open);
    return await open.value();
  }

  /** Servers of the Model Context Protocol; none is asked before a tool of it is called. */
  async mcpServers(): Promise<McpServers> {
    return await this.#mcpServers.value();
  }

  async registry(): Promise<ToolRegistry> {
    return await this.#registry.value();
  }

  async embedder(): Promise<EngineEmbedder | undefined> {
    return await this.#embedder.value();
  }

  async textModel(): Promise<TextModel | undefined> {
    if (this.settings.embeddingModel === undefined) return await this.embedder();
    const [{ namedModel }, { main }] = await Promise.all([
      import("./embeddings.ts"),
      this.providers(),
    ]);
    const billing = { endpoint: main.endpoint, lockOf: this.lockOf, budget: await this.budget() };
    return await namedModel(this, billing, this.signal);
  }

  async providers(lender?: EngineLender): Promise<Providers> {
    this.#lender ??= lender;
    return await this.#providers.value();
  }

  /** Counts what models cost; what was spent is on disk. @throws {OrgError} `FILE_FAILED` */
  async budget(): Promise<BudgetLedger> {
    return await this.#budget.value();
  }

  /** Who speaks in the rooms of this process. @throws {OrgError} `CONFIG_INVALID`, `PERSONA_INVALID` */
  async participants(): Promise<Participants> {
    return await this.#participants.value();
  }

  /** Plays main's suite with main's tools and with a candidate's, in homes of their own. */
  readonly compare: AppParts["compare"] = async (project) => {
    const { sideBySideIn } = await import("./side-by-side.ts");
    const { settings, cleaner, signal } = this;
    const open = (options: AppOptions): App => new App(options);
    return await sideBySideIn({ settings, cleaner, signal, open }, project);
  };

  /** Moves main to a candidate that the gate lets pass; see {@link promote} of promote.ts. */
  async promote(request: PromotionRequest): Promise<Promotion> {
    return await (await import("./promote.ts")).promote(this, request);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.memory.close();
    await this.rules.close();
    await this.parts.disposeAsync();
  }

  async #openDatabase(): Promise<PgClient> {
    const [{ openDatabase }, { database }] = [
      await import("#home/postgres/home-database.ts"),
      this.settings,
    ];
    if (database === undefined) throw new Error("No database is named");
    return this.parts.use(await openDatabase(database));
  }

  async #openMcpServers(): Promise<McpServers> {
    const { McpServers } = await import("./mcp-servers.ts");
    const { settings, cleaner, networkOverrides, onMcpLine: onLine } = this;
    const { mcpPins: pins } = homePaths(settings.home);
    const own = { settings: settings.mcpServers, workspace: () => this.workspace() };
    const { rules } = networkOverrides;
    return this.parts.use(new McpServers({ ...own, pins, cleaner, rules, onLine }));
  }

  #policyProgram(): PolicyProgram | undefined {
    const { policyProgram: settings } = this.settings;
    if (settings === undefined) return undefined;
    const { policyApproval: approved } = homePaths(this.settings.home);
    const { onPolicy: onOutcome } = this;
    this.#program ??= import("./policy-program.ts").then(
      ({ SandboxedPolicyProgram }) => new SandboxedPolicyProgram({ settings, approved, onOutcome }),
    );
    const opened = this.#program;
    return { narrow: async (question, signal) => await (await opened).narrow(question, signal) };
  }

  async #openRegistry(): Promise<ToolRegistry> {
    const [{ openRegistry }, { builtInTools }, { root: filesRoot }] = await Promise.all([
      import("#tools/registry/open-registry.ts"),
      import("./rooms.ts"),
      this.workspace(),
    ]);
    const builtIn = builtInTools(this.settings);
    const { paths, networkOverrides } = this;
    return this.parts.use(
      openRegistry({
        paths,
        location: this.#place,
        builtIn,
        filesRoot,
        rules: networkOverrides.rules,
      }),
    );
  }

  async #openWork(project: ProjectLocation, room: string): Promise<ProjectWork> {
    const { openProjectWork } = await import("./project.ts");
    return await openProjectWork(project, room, this.signal);
  }

  async #openProviders(lender?: EngineLender): Promise<Providers> {
    const { settings, flags, cleaner, networkOverrides, parts } = this;
    const { endpoints: places } = networkOverrides;
    const { openProviders } = await import("./providers.ts");
    return await openProviders({ settings, flags, cleaner, endpoints: places, lender }, parts);
  }

  async #openBudget(): Promise<BudgetLedger> {
    const { budget, prices, observer, autonomy } = this.settings;
    const own = { [OBSERVER]: { tokens: observer.tokens }, [AUTONOMY]: autonomy.budget };
    const limits = { ...budget, personas: { ...budget.personas, ...own } };
    return new BudgetLedger({ store: await this.#openSpending(), limits, prices });
  }

  async #openSpending(): Promise<SpendStore> {
    if (this.settings.database !== undefined) return await sharedSpending(() => this.database());
    const { openSpendStore } = await import("#home/spend-store.ts");
    await createHome(this.paths);
    return this.parts.use(openSpendStore(this.paths.spending));
  }
}

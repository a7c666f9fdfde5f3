/** A whole home behind a dashboard on a real port: its checkout, its rooms, jobs, memory and gate are real. */
import { App } from "#app/app.ts";
import { homeScreens } from "#app/home-screens.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { type HomePaths, homePaths } from "#home/home-paths.ts";
import { readSettings } from "#home/settings/settings.ts";
import { OpenTurns } from "#server/http/open-turns.ts";
import { type OpenHomeOptions, type OwnHome, ownHome } from "#server/socket/open-home.ts";
import { roomsScreen } from "#server/ui/room/rooms-screen.ts";
import { CandidateRepository } from "./candidate-repository.ts";
import { type TestDashboard, type TestVisitor, testDashboard } from "./dashboard.ts";
import { type Handle, JobsBench } from "./local-jobs.ts";
import { memoryWorkspace } from "./room-fixture.ts";

export interface DashboardHome extends AsyncDisposable {
  readonly repository: CandidateRepository;
  /** ORG_HOME. */
  readonly path: string;
  readonly paths: HomePaths;
  readonly own: OwnHome;
  readonly jobs: JobsBench;
  readonly board: TestDashboard;
  /** What was started in processes of their own, word by word; here nothing is. */
  readonly started: readonly (readonly string[])[];
  /** Signed in with all rights. */
  readonly visitor: TestVisitor;
  /** The text of a page. */
  page(path: string): Promise<string>;
  /** Sends a form of this session. @returns where the browser is sent on, or the status of a refusal. */
  submit(path: string, fields?: Record<string, string>): Promise<string | number>;
}

/**
 * @param handle does every job.
 * @param openRoom absent: the dashboard has no rooms.
 */
export async function dashboardHome(
  handle: Handle = async () => null,
  openRoom?: OpenHomeOptions["openRoom"],
): Promise<DashboardHome> {
  await using parts = new AsyncDisposableStack();
  // biome-ignore-start lint/nursery/useDisposables: the stack disposes of them
  const repository = parts.use(new CandidateRepository());
  const { checkout: path } = repository;
  const settings = readSettings({ flags: new Map(), env: { ORG_HOME: path }, defaultHome: path });
  const paths = homePaths(path);
  const cleaner = new TextCleaner();
  const { signal } = new AbortController();
  const app = parts.use(new App({ settings, cleaner, signal }));
  const own = parts.use(
    await ownHome({
      ...{ paths, command: "org test", signal, memory: app.memory, rules: app.rules },
      openRoom: openRoom ?? (() => Promise.reject(new Error("No room is opened here"))),
    }),
  );
  const jobs = parts.use(await JobsBench.with(handle));
  const started: (readonly string[])[] = [];
  const screens = openRoom === undefined ? [] : [roomsIn(own)];
  const others = homeScreens({
    context: { settings, cleaner, signal, output: { say: () => undefined } },
    ...{ paths, home: own.service, jobs: jobs.jobs, memory: own.memory, rules: own.rules },
    registry: () => app.registry(),
    start: (words) => void started.push(words),
  });
  const board = parts.use(
    await testDashboard({ screens: [...screens, ...others], service: own.service, cleaner }),
  );
  // biome-ignore-end lint/nursery/useDisposables: the stack disposes of them
  const visitor = await board.signIn();
  const all = parts.move();
  return {
    ...{ repository, path, paths, own, jobs, board, started, visitor },
    page: async (address) => await visitor.page(address),
    submit: async (address, fields = {}) => {
      const answer = await visitor.submit(address, fields, "/ui/nothing");
      return answer.headers.get("location") ?? answer.status;
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

function roomsIn({ service }: OwnHome): ReturnType<typeof roomsScreen> {
  const files = memoryWorkspace();
  return roomsScreen({
    ...{ home: service, turns: new OpenTurns(), newRoom: () => "made-1" },
    filesOf: () => Promise.resolve(files),
    diffOf: () => Promise.resolve(undefined),
  });
}

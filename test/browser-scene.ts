/** A room of a real home whose personas have a browser, and sites of the loopback that it reaches. */
import { App } from "#app/app.ts";
import type { ApprovalAsked, RoomEvent } from "#core/events.ts";
import { createHome } from "#home/home-paths.ts";
import { openSqliteJournal } from "#home/journal/sqlite-journal.ts";
import { readSettings } from "#home/settings/settings.ts";
import type { Room } from "#room/room.ts";
import { openSites, TRUST_SITES } from "./browser-site.ts";
import { type TestHome, testHome } from "./org-process.ts";
import type { Answer, Place, WebServer } from "./web-server.ts";

export interface BrowserRoom extends AsyncDisposable {
  readonly sites: WebServer;
  readonly home: TestHome;
  readonly room: Room;
}

export interface BrowserRoomOptions {
  readonly sites: Answer;
  /** The model server, and one of its models. */
  readonly model: { readonly base: string; readonly name: string };
  /** The human's file. @default a browser, and as many actions as one likes */
  readonly config?: string | undefined;
  /** Where the sites lie. @default a free port of 127.0.0.1 */
  readonly place?: Place | undefined;
}

export async function openBrowserRoom(options: BrowserRoomOptions): Promise<BrowserRoom> {
  await using parts = new AsyncDisposableStack();
  const sites = parts.use(await openSites(options.sites, options.place));
  const home = parts.use(await testHome());
  const config = options.config ?? "[browser]\n[rates]\nbrowser = 100000\n";
  await Bun.write(`${home.path}/org.config`, config);
  await createHome(home.paths);
  const journal = parts.use(await openSqliteJournal(home.paths.journal));
  const { base, name } = options.model;
  const env = { ORG_HOME: home.path, OLLAMA_BASE: base, OLLAMA_MODEL: name };
  const settings = readSettings({ flags: new Map(), env, defaultHome: home.path });
  const outside = { rules: sites.rules, browserFlags: TRUST_SITES };
  const { open } = await parts.use(new App({ settings, networkOverrides: outside })).participants();
  const room = parts.use(await open("one", journal));
  const all = parts.move();
  return { sites, home, room, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

/** A user who gives the same answer to every question. */
export function answerAll(
  room: Room,
  isApproved: boolean,
): Disposable & { readonly asked: readonly ApprovalAsked[] } {
  const asked: ApprovalAsked[] = [];
  const parts = new DisposableStack();
  parts.use(
    room.listen((event: RoomEvent) => {
      if (event.type !== "approval" || event.state !== "asked") return;
      asked.push(event);
      room.approvals.answer(event.id, isApproved);
    }),
  );
  parts.use(room.approvals.setInteractive());
  return { asked, [Symbol.dispose]: () => parts.dispose() };
}

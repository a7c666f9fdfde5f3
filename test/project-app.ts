/** A room on a real repository in a process of its own, with a scripted model: for what works with `App`. */

import { App } from "#app/app.ts";
import { readSettings, type Settings } from "#home/settings/settings.ts";
import { changeRecord, findProject, type ProjectLocation } from "#ops/project/location.ts";
import type { ProjectWork } from "#ops/project/work.ts";
import { type TestHome, testHome } from "./org-process.ts";
import { ProjectRepository } from "./project-repository.ts";
import { type Answer, call, say } from "./scripted-answers.ts";
import {
  type RecordedRequest,
  type Script,
  type ScriptedServer,
  scriptedServer,
} from "./scripted-server.ts";

export interface ProjectApp extends AsyncDisposable {
  readonly app: App;
  readonly home: TestHome;
  readonly repository: ProjectRepository;
  readonly place: ProjectLocation;
  readonly server: ScriptedServer;
  readonly settings: Settings;
  readonly work: ProjectWork;
}

export interface ProjectAppOptions {
  readonly files: Readonly<Record<string, string>>;
  readonly checks: readonly string[];
  /** In place of the usual ones. */
  readonly set?: Partial<Settings>;
}

export async function projectApp(
  script: Script,
  { files, checks, set = {} }: ProjectAppOptions,
): Promise<ProjectApp> {
  const parts = new AsyncDisposableStack();
  const home = parts.use(await testHome());
  const repository = parts.use(new ProjectRepository());
  repository.commit("first", files);
  const server = parts.use(scriptedServer(script));
  const place = await findProject(repository.root, home.paths.projects);
  if (place === undefined) throw new Error("There is no repository");
  await changeRecord(place, () => ({ root: place.root, checks, dependencies: [] }));
  const given = { OLLAMA_BASE: server.url, OLLAMA_MODEL: "m" };
  const read = readSettings({ flags: new Map(), env: given, defaultHome: home.path });
  const settings = { ...read, ...set };
  const app = parts.use(new App({ settings }));
  const work = await openedRoom(app, place, `project-${place.id}`);
  const dispose = () => parts.disposeAsync();
  return { app, home, repository, place, server, settings, work, [Symbol.asyncDispose]: dispose };
}

/** Opens a room, and waits for its files. */
export async function openedRoom(
  app: App,
  place: ProjectLocation,
  room: string,
): Promise<ProjectWork> {
  const work = await app.projectWork(place, room);
  using _written = await work.lock.take({ owner: "test", waitMs: Infinity });
  return work;
}

/** A file that a check wants to hold `right`, and another that it wants to stay. */
export const TRIED: ProjectAppOptions = {
  files: { "a.txt": "wrong\n", "b.txt": "fine\n" },
  checks: ["grep -q fine b.txt", "grep -q right a.txt"],
};

/** As seeds tell attempts apart: the first mends the file, the second breaks the other, the third changes nothing. */
export function threeAnswers({ body }: Pick<RecordedRequest, "body">): Answer {
  if (body.messages.at(-1)?.role === "tool") return say("Done.");
  if (body["seed"] === 2) {
    return call("edit_file", { path: "b.txt", search: "fine", replace: "broken" });
  }
  if (body["seed"] === 3) return say("All is well.");
  return call("edit_file", { path: "a.txt", search: "wrong", replace: "right" });
}

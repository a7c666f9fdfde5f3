/** `org` on a repository with something odd in it, from the first question to the merge and back. */
import { expect } from "bun:test";
import { Semaphore } from "async-mutex";
import { changeRecord, findProject } from "#ops/project/location.ts";
import { type OrgRan, type TestHome, testHome } from "./org-process.ts";
import { ProjectRepository, stateOf } from "./project-repository.ts";
import { type Answer, call, say } from "./scripted-answers.ts";
import { type Script, type ScriptedServer, scriptedServer } from "./scripted-server.ts";

/** Each case starts several programs; with more than two at once they would only wait for each other. */
const TWO = new Semaphore(2);

/** What the model does unless a case says otherwise. */
export const EDIT: Answer = call("edit_file", { path: "a.txt", search: "one", replace: "two" });

/** A check that knows `a.txt` before and after {@link EDIT}. */
const CHECK = "grep -qx 'one\\|two' a.txt";

export class Attack implements AsyncDisposable {
  /** With `a.txt` and `dir/b.txt` in its only commit. */
  readonly user: ProjectRepository = new ProjectRepository();
  /** A home that has not seen the repository yet. */
  readonly home: TestHome;
  readonly server: ScriptedServer;
  /** As {@link OrgOptions.obeysModes}. */
  obeysModes = false;
  readonly #release: () => void;

  constructor(home: TestHome, script: Script, release: () => void) {
    this.home = home;
    this.server = scriptedServer(script);
    this.#release = release;
    this.user.commit("first", { "a.txt": "one\n", "dir/b.txt": "b\n" });
  }

  /** Runs `org` with the model server of the case. */
  async org(...args: readonly string[]): Promise<OrgRan> {
    const { obeysModes } = this;
    return await this.home.run(args, { url: this.server.url, obeysModes });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.home[Symbol.asyncDispose]();
      this.user[Symbol.dispose]();
      await this.server[Symbol.asyncDispose]();
    } finally {
      this.#release();
    }
  }
}

/** Waits until fewer than two others run. @param script what the model says. */
export async function attack(script: Script = [EDIT, say("Done.")]): Promise<Attack> {
  const [, release] = await TWO.acquire();
  return new Attack(await testHome(), script, release);
}

/** Settles what `org` would ask for: the checks of a case are these. */
export async function settle(
  { paths }: Pick<TestHome, "paths">,
  root: string,
  checks: readonly string[] = [CHECK],
): Promise<void> {
  const place = await findProject(root, paths.projects);
  if (place === undefined) throw new Error(`Found no project at ${root}`);
  await changeRecord(place, () => ({ root: place.root, checks, dependencies: [] }));
}

/** Everything that is the user's: their repositories and what lies beside them. */
function stateAround(root: string, { user }: Pick<Attack, "user">) {
  return stateOf(root.startsWith(user.folder) ? user.folder : root);
}

/** Runs something and expects that it leaves every byte of the user's as it is. @returns what it returns. */
export async function unchanged<T>(
  attack: Attack,
  run: () => Promise<T>,
  root: string = attack.user.root,
): Promise<T> {
  const before = stateAround(root, attack);
  const result = await run();
  expect(stateAround(root, attack)).toEqual(before);
  return result;
}

/** What of a repository a promotion or a rollback may write; its configuration, hooks and other refs are not among it. */
const GIT_OWN =
  /(?:^|\/)\.git\/(?:(?:worktrees|modules)\/[^/]+\/)?(?:index|logs(?:\/.*)?|objects\/.*|refs\/(?:heads\/(?:main|deep|(?:side|cand)(?:\/.*)?)|tags\/(?:promotion|rollback)(?:\/\d{8}T\d{6}Z-[0-9a-f]{8})?|org(?:\/pending)?))$/;

export interface Way {
  /** @default the user's work tree */
  readonly root?: string | undefined;
  /** Paths in the work tree that the model changes. @default `a.txt` */
  readonly changes?: readonly string[] | undefined;
}

/** Asks, promotes and rolls back, and expects after each step that nothing else was written. */
export async function wholeWay(
  attack: Attack,
  { root = attack.user.root, changes = ["a.txt"] }: Way = {},
): Promise<void> {
  const project = ["--project", root];
  const before = stateAround(root, attack);
  const prefix = root.startsWith(attack.user.folder)
    ? `${root.slice(attack.user.folder.length + 1)}/`
    : "";
  const changed = (): readonly string[] => {
    const now = stateAround(root, attack);
    const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
    return names.filter((name) => before[name] !== now[name] && !GIT_OWN.test(name)).sort();
  };

  const asked = await attack.org("ask", ...project, "Change it.");
  expect(asked).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^cand\/\d{8}T\d{6}Z/m),
  });
  expect(stateAround(root, attack)).toEqual(before);

  const merged = await attack.org("project", "promote", ...project);
  expect(merged).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Merged cand/") });
  expect(changed()).toEqual(changes.map((path) => `${prefix}${path}`).sort());

  const reverted = await attack.org("project", "rollback", ...project);
  expect(reverted).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Reverted cand") });
  expect(changed()).toEqual([]);
}

/** Asks with `--promote`, and expects a refusal with these words on either stream, and no byte of the user's changed. */
export async function refused(
  attack: Attack,
  words: readonly string[],
  { root = attack.user.root }: Pick<Way, "root"> = {},
): Promise<void> {
  const args = ["ask", "--project", root, "Change it.", "--promote"];
  const { exitCode, stdout, stderr } = await unchanged(attack, () => attack.org(...args), root);
  for (const text of words) expect(`${stdout}${stderr}`).toContain(text);
  expect(exitCode).not.toBe(0);
}

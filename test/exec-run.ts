/** `org exec` as a process, on a repository of its own, with a scripted model server on loopback. */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TASK, TaskRepository } from "./exec-repository.ts";
import { type OrgRan, type TestHome, testHome } from "./org-process.ts";
import { say } from "./scripted-answers.ts";
import { type Script, type ScriptedServer, scriptedServer } from "./scripted-server.ts";

export interface Run {
  /** @default the path of the usual task */
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

interface ExecRan extends OrgRan {
  readonly requests: ScriptedServer["requests"];
  /** The checkout, `.git` included, is as it was, to the byte and the time. */
  readonly isUntouched: boolean;
  /** What the process has left in its temporary folder. */
  readonly leftOver: readonly string[];
}

export interface ExecPlace extends AsyncDisposable {
  readonly home: TestHome;
  readonly repository: TaskRepository;
  /** Runs `org exec` to its end. */
  exec(answers: Script, run?: Run): Promise<ExecRan>;
}

export async function execPlace(): Promise<ExecPlace> {
  const home = await testHome();
  const repository = new TaskRepository();
  repository.link("src/link", "/etc");
  repository.commit("a link", {});
  const [task, temporary] = [join(home.path, "task.md"), join(home.path, "tmp")];
  writeFileSync(task, TASK);
  mkdirSync(temporary);
  return {
    home,
    repository,
    exec: async (answers, { args = [task], environment = {}, stdin = "" } = {}) => {
      await using server = scriptedServer(answers);
      const contract = {
        LLM_PROVIDER: "openai",
        LLM_BASE_URL: server.url,
        LLM_MODEL: "m",
        REPO_ROOT: repository.checkout,
        NAME: "sum",
        TMPDIR: temporary,
      };
      const before = repository.state();
      const options = { environment: { ...contract, ...environment }, stdin };
      const ran = await home.run(["exec", ...args], options);
      const isUntouched = repository.state() === before;
      return { ...ran, requests: server.requests, isUntouched, leftOver: readdirSync(temporary) };
    },
    [Symbol.asyncDispose]: async () => {
      repository[Symbol.dispose]();
      await home[Symbol.asyncDispose]();
    },
  };
}

/** The same answer, however often it is asked for. */
export function always(text: string): Script {
  return () => say(text, { chunk: 65_536 });
}

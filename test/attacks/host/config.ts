/** Ways of a tool, or of a text, into the files that bind it. */
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseMode } from "#core/mode.ts";
import { readTags } from "#core/tags.ts";
import { homePaths } from "#home/home-paths.ts";
import { refuseExposedFiles } from "#home/settings/human-files.ts";
import { DEFAULT_POLICY } from "#platform/sandbox/policy.ts";
import { runSandboxed } from "#platform/sandbox/run.ts";
import { openWorkspace } from "#platform/workspace.ts";
import { writeFileTags } from "#room/files.ts";
import { shTool } from "#tools/sh.ts";
import { type Attempt, type HostProbe, held, reached } from "./probe.ts";

const RULES = 'model = "m"\n';

/** A home whose configuration lies beside the workspace. */
class Home implements Disposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), "org-home-"));
  readonly config: string = join(this.folder, "org.config");
  readonly workspace: string = join(this.folder, "work");

  constructor() {
    mkdirSync(this.workspace);
    writeFileSync(this.config, RULES);
  }

  /** What became of the configuration, or of another file that must not be there. */
  get damage(): string | undefined {
    const planted = [".git/hooks/pre-commit", ".org/x", "../outside"]
      .map((name) => join(this.workspace, name))
      .find((path) => existsSync(path));
    return readFileSync(this.config, "utf8") === RULES ? planted : "the configuration is another";
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }
}

function inHome(act: (home: Home) => unknown): Attempt {
  return async () => {
    using home = new Home();
    const said = await act(home);
    return reached(home.damage, typeof said === "string" ? said : "nothing has changed");
  };
}

interface Tries {
  readonly attempt: Attempt;
  readonly weak?: Attempt;
}

const probe = (id: string, safe: string, tries: Tries | Attempt): HostProbe => ({
  ...{ id: `config-${id}`, class: "config", safe },
  ...(typeof tries === "function" ? { attempt: tries } : tries),
});

/** A path that a model gives to a file; `plant` prepares the workspace. */
const PATHS: readonly (readonly [id: string, path: string, plant?: (home: Home) => void])[] = [
  ["dots", "../org.config"],
  ["dots-within", "a/../../org.config"],
  ["git-hook", ".git/hooks/pre-commit"],
  ["own-state", ".org/x"],
  ["own-state-in-capitals", ".ORG/../.org/x"],
  ["link", "link", (home) => symlinkSync("../org.config", join(home.workspace, "link"))],
  ["link-of-a-folder", "up/org.config", (home) => symlinkSync("..", join(home.workspace, "up"))],
];

/** As a program writes that joins what it is told to where it is. */
function writePlainly(home: Home, path: string): void {
  const target = join(home.workspace, path);
  mkdirSync(join(target, ".."), { recursive: true });
  writeFileSync(target, "mode = 'open'\n");
}

const byTag = ([id, path, plant]: (typeof PATHS)[number]): HostProbe =>
  probe(
    `by-file-tag-${id}`,
    "a file is written in the workspace, and nothing that a program obeys",
    {
      attempt: inHome(async (home) => {
        plant?.(home);
        const { files } = readTags(`##file:${path}\nmode = "open"\n`);
        const workspace = await openWorkspace(home.workspace);
        const events = await Array.fromAsync(writeFileTags(files, "agent", workspace));
        return events.map((event) => (event.type === "notice" ? event.text : "")).join();
      }),
      weak: inHome((home) => {
        plant?.(home);
        writePlainly(home, path);
      }),
    },
  );

const byMode = ([id, path, plant]: (typeof PATHS)[number]): HostProbe =>
  probe(
    `by-file-mode-${id}`,
    "a file is written in the workspace, and nothing that a program obeys",
    inHome(async (home) => {
      plant?.(home);
      const mode = parseMode(`file:${path}`, []);
      if (mode.kind !== "file") held("it is not a mode");
      await (await openWorkspace(home.workspace)).append(mode.path, 'mode = "open"\n');
    }),
  );

/** Workspaces in which the human's own files lie. */
const EXPOSED: readonly (readonly [id: string, workspace: (home: Home) => string])[] = [
  ["the-home", (home) => home.folder],
  ["above-the-home", (home) => join(home.folder, "..")],
  [
    "a-link-to-the-home",
    (home) => {
      symlinkSync(home.folder, join(home.folder, "link"));
      return join(home.folder, "link");
    },
  ],
  ["the-home-with-dots", (home) => join(home.folder, "work", "..")],
  ["its-state", (home) => join(home.folder, ".org")],
];

const exposed = ([id, workspaceOf]: (typeof EXPOSED)[number]): HostProbe =>
  probe(`workspace-is-${id}`, "such a workspace is refused at the start", () => {
    using home = new Home();
    const { personas } = homePaths(home.folder);
    const files = { home: home.folder, configPath: home.config, personas };
    const workspace = workspaceOf(home);
    refuseExposedFiles(workspace, files);
    return `taken: ${workspace}`;
  });

const never = new AbortController().signal;
const OVERWRITE = "echo 'mode = \"open\"' >";

const PROGRAMS: readonly HostProbe[] = [
  probe("by-program-in-the-shown-home", "what a program is shown it cannot change", {
    attempt: inHome(async (home) => {
      const tool = shTool({ workspace: home.folder });
      const cmd = `${OVERWRITE} /workspace/org.config; mv /workspace/org.config /workspace/x`;
      return (await tool.run({ cmd }, { persona: "agent", signal: never })).output;
    }),
    weak: inHome(async (home) => {
      const bind = ["--bind", home.folder, "/workspace"];
      await plainBwrap([...bind, "sh", "-c", `${OVERWRITE} /workspace/org.config`]);
    }),
  }),
  probe("by-program-through-its-descriptor", "what a program is shown it cannot change", {
    attempt: inHome(async (home) => {
      const readOnly = [{ from: home.config, to: "/work/config" }];
      const command = ["sh", "-c", `exec 3< /work/config; ${OVERWRITE} /proc/self/fd/3`];
      const policy = { ...DEFAULT_POLICY, readOnly };
      return (await runSandboxed(command, policy, { signal: never })).stderr;
    }),
    weak: inHome(async (home) => {
      const bind = ["--bind", home.config, "/tmp/config"];
      await plainBwrap([...bind, "sh", "-c", `exec 3< /tmp/config; ${OVERWRITE} /proc/self/fd/3`]);
    }),
  }),
  probe("by-hard-link", "a file with a second name elsewhere is replaced, not changed", {
    attempt: inHome(async (home) => {
      linkSync(home.config, join(home.workspace, "notes"));
      const workspace = await openWorkspace(home.workspace);
      await workspace.write("notes", 'mode = "open"\n');
    }),
    weak: inHome((home) => {
      linkSync(home.config, join(home.workspace, "notes"));
      writePlainly(home, "notes");
    }),
  }),
  probe(
    "by-hard-link-added-to",
    "a file with a second name elsewhere is not added to",
    inHome(async (home) => {
      linkSync(home.config, join(home.workspace, "notes"));
      await (await openWorkspace(home.workspace)).append("notes", 'mode = "open"\n');
    }),
  ),
];

export const CONFIG: readonly HostProbe[] = [
  ...PATHS.map(byTag),
  ...PATHS.map(byMode),
  ...EXPOSED.map(exposed),
  ...PROGRAMS,
];

async function plainBwrap(words: readonly string[]): Promise<void> {
  const usual = ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp"];
  const mounts = words.slice(0, 3).map((word) => word.replace("/workspace", "/mnt"));
  const command = words.slice(3).map((word) => word.replaceAll("/workspace", "/mnt"));
  const child = Bun.spawn(["bwrap", ...usual, ...mounts, "--", ...command], {
    env: { PATH: "/usr/bin:/bin" },
    stdio: ["ignore", "ignore", "ignore"],
  });
  await child.exited;
}

/**
 * A real Podman for tests: storage, image and socket of its own, in a mount namespace of its own. Only root can have
 * one here: without a user manager there is no other way to a control group.
 */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { geteuid } from "node:process";
import { z } from "zod";
import { until } from "./until.ts";

const PROGRAMS = ["podman", "crun", "busybox", "unshare", "tar"];

/** Why no Podman can be had here; `undefined` where one can. */
export const NO_PODMAN: string | undefined = whyNot();

function whyNot(): string | undefined {
  if (geteuid?.() !== 0) return "not root";
  const missing = PROGRAMS.filter((program) => Bun.which(program) === null);
  if (missing.length > 0) return `not installed: ${missing.join(", ")}`;
  const { success } = Bun.spawnSync(["unshare", "--mount", "true"]);
  return success ? undefined : "no mount namespace may be made here";
}

/** Says, once a suite, that what needs Podman was not run: it must not look as if it had passed. */
export function tellWithoutPodman(suite: string): void {
  if (NO_PODMAN === undefined) return;
  process.stderr.write(
    `NOT RUN: ${suite} against a real container engine (${NO_PODMAN}; as root: apt-get install podman crun busybox-static)\n`,
  );
}

export interface Podman extends AsyncDisposable {
  readonly socket: string;
  /** By its digest. It has busybox and Python. */
  readonly image: string;
  /** Podman's command line, about the same containers. @returns what it prints */
  readonly podman: RunPodman;
  /** Ends the engine by `kill -9`, and starts it anew. */
  kill(): Promise<void>;
  restart(): Promise<void>;
}

// What the engine asks for by itself is more than a process without CAP_SYS_RESOURCE may give.
const SETTINGS = `[containers]
default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
log_driver = "k8s-file"
[engine]
runtime = "crun"
cgroup_manager = "cgroupfs"
events_logger = "file"
# How long the monitor of each program stays: five minutes, if nothing is said.
exit_command_delay = 20
`;

type RunPodman = (...args: readonly string[]) => Promise<string>;

/** How a program is started: Podman's monitor leaves files where it is. */
interface Place {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export async function startPodman(): Promise<Podman> {
  const folder = mkdtempSync(join(tmpdir(), "org-podman-"));
  const settings = join(folder, "containers.conf");
  writeFileSync(settings, SETTINGS);
  const env = {
    PATH: "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
    CONTAINERS_CONF: settings,
  };
  const place: Place = { cwd: folder, env };
  const command = commandIn(folder);
  const podman = runner(command, place);
  const image = await importImage(folder, podman);
  const socket = join(folder, "api.sock");
  const serving = [...command, "system", "service", "--time=0", `unix://${socket}`];
  let service = await serve(serving, socket, place);
  const kill = async (): Promise<void> => {
    service.kill("SIGKILL");
    await service.exited;
  };
  return {
    ...{ socket, image, podman, kill },
    restart: async () => {
      service = await serve(serving, socket, place);
    },
    [Symbol.asyncDispose]: async () => {
      await podman("rm", "--all", "--force", "--time=0").catch(() => undefined);
      await kill();
      await endMonitors(folder);
      await Bun.$`umount ${join(folder, "root/overlay")}`.quiet().nothrow();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Each program that ran has left one, which waits to clean up behind it. */
async function endMonitors(folder: string): Promise<void> {
  const lines = (await Bun.$`ps -eo pid=,args=`.text()).split("\n");
  for (const line of lines.filter((text) => text.includes(folder))) {
    try {
      process.kill(Number.parseInt(line, 10), "SIGKILL");
    } catch {
      // It has just ended by itself.
    }
  }
}

function commandIn(folder: string): readonly string[] {
  const places = ["--root", join(folder, "root"), "--runroot", join(folder, "run")];
  const options = ["--storage-driver=overlay", "--cgroup-manager=cgroupfs", "--runtime=crun"];
  // crun refuses control groups of both versions side by side.
  const script = 'umount /sys/fs/cgroup/unified 2>/dev/null; exec "$@"';
  return [
    ...["unshare", "--mount", "--propagation=private", "sh", "-c", script, "podman"],
    ...["podman", ...places, ...options, "--events-backend=file"],
  ];
}

function runner(command: readonly string[], place: Place): RunPodman {
  return async (...args) => {
    const child = Bun.spawn([...command, ...args], {
      ...place,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [stdout, stderr, exit] = await Promise.all([
      child.stdout.text(),
      child.stderr.text(),
      child.exited,
    ]);
    if (exit !== 0) throw new Error(`podman ${args.join(" ")} ended with ${exit}: ${stderr}`);
    return stdout;
  };
}

async function serve(
  command: readonly string[],
  socket: string,
  place: Place,
): Promise<Bun.Subprocess> {
  rmSync(socket, { force: true });
  const child = Bun.spawn([...command], {
    ...place,
    stdio: ["ignore", "ignore", "ignore"],
  });
  await until("the engine answers", async () => {
    const answer = await fetch("http://docker/_ping", { unix: socket }).catch(() => undefined);
    return answer?.ok;
  });
  return child;
}

const digests = z.array(z.object({ RepoDigests: z.array(z.string()).min(1) })).min(1);

/** Without a registry: what this machine has, as a tape of files. */
async function importImage(folder: string, podman: RunPodman): Promise<string> {
  const root = join(folder, "image");
  for (const name of ["bin", "etc", "tmp", "work", "usr/bin"])
    mkdirSync(join(root, name), { recursive: true });
  cpSync(realpathSync(Bun.which("busybox") ?? ""), join(root, "bin/busybox"));
  const applets = await Bun.$`busybox --list`.text();
  for (const name of applets.trim().split("\n")) {
    if (name !== "busybox") symlinkSync("busybox", join(root, "bin", name));
    symlinkSync("/bin/busybox", join(root, "usr/bin", name));
  }
  await addPython(root);
  const tape = join(folder, "image.tar");
  await Bun.$`tar -C ${root} -cf ${tape} .`;
  await podman("import", tape, "localhost/org-test:1");
  rmSync(root, { recursive: true });
  rmSync(tape);
  const described = JSON.parse(await podman("image", "inspect", "localhost/org-test:1"));
  return digests.parse(described)[0]?.RepoDigests[0] ?? "";
}

/** What Python does not need to run a probe, and what takes most of the room. */
const LEFT_OUT =
  /\/(?:test|tests|idlelib|lib2to3|ensurepip|pydoc_data|turtledemo|tkinter|distutils|config-[^/]+|sitecustomize\.py)$/;

async function addPython(root: string): Promise<void> {
  const python = realpathSync("/usr/bin/python3");
  const version = python.replace(/^.*\/python/, "");
  const library = `/usr/lib/python${version}`;
  const modules = await Bun.$`ls ${library}/lib-dynload`.text();
  const linked = await Bun.$`ldd ${python} ${modules
    .trim()
    .split("\n")
    .map((name) => `${library}/lib-dynload/${name}`)}`
    .nothrow()
    .text();
  const libraries = new Set(
    [...linked.matchAll(/(?:=> |^\s+)(\/\S+) \(0x/gm)].map(([, path = ""]) => path),
  );
  for (const path of libraries) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    cpSync(realpathSync(path), join(root, path));
  }
  cpSync(python, join(root, "usr/bin/python3"));
  cpSync(library, join(root, library), { recursive: true, filter: (path) => !LEFT_OUT.test(path) });
}

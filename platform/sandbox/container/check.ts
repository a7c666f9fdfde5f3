/** Tells whether programs can be run in containers here, and what that is worth. */
import { lstatSync } from "node:fs";
import { z } from "zod";
import type { Check, Finding } from "#core/check.ts";
import { OrgError } from "#core/errors.ts";
import { ContainerEngine } from "../../net/container-engine.ts";
import { hostOfContainers } from "../host.ts";
import { DEFAULT_POLICY } from "../policy.ts";
import { runSandboxed } from "../run.ts";
import type { ContainerHost } from "./container-host.ts";

const information = z.object({
  ServerVersion: z.string().default("of unknown version"),
  SecurityOptions: z.array(z.string()).catch([]),
});

/** What does not tell is taken for root's. */
const ofPodman = z
  .object({ host: z.object({ security: z.object({ rootless: z.boolean() }) }) })
  .catch({ host: { security: { rootless: false } } });

const OTHERS_MAY = 0o007;

/** What `org doctor` says of the engine that `org.config` names. @param socket of the engine. */
export function containerEngineCheck(socket: string): Check {
  return { name: "containers", run: async (signal) => await orFault(lookAtEngine(socket, signal)) };
}

async function lookAtEngine(socket: string, signal: AbortSignal): Promise<Finding> {
  const engine = new ContainerEngine(socket);
  const call = { method: "GET", path: "/info", doing: "describe itself", signal } as const;
  const { ServerVersion, SecurityOptions: options } = await engine.ask(call, information);
  const isRootless =
    options.some((option) => option.includes("rootless")) ||
    ((await engine.isPodman()) && (await isPodmanOfUser(engine, signal)));
  const detail = `engine ${ServerVersion} at ${socket}, ${isRootless ? "rootless" : "run by root"}`;
  if (!options.some((option) => option.includes("seccomp"))) {
    return {
      state: "fault",
      detail: `${detail}, without filters of system calls`,
      remedies: ["use an engine that is built with seccomp"],
    };
  }
  const isOpen = (lstatSync(socket).mode & OTHERS_MAY) !== 0;
  if (isOpen) {
    const remedies = [`sudo chmod o= ${socket}`];
    return { state: "fault", detail: `${detail}; every user may open the socket`, remedies };
  }
  if (isRootless) return { state: "ok", detail, remedies: [] };
  return {
    state: "warning",
    detail: `${detail}: a user who may open the socket, as the group "docker" does, is root on this machine`,
    remedies: [
      "systemctl --user enable --now podman.socket   # and name its socket: container.socket in org.config",
    ],
  };
}

/** Podman says so only where it speaks its own language. */
async function isPodmanOfUser(engine: ContainerEngine, signal: AbortSignal): Promise<boolean> {
  const call = { method: "GET", path: "/libpod/info", doing: "describe itself", signal } as const;
  return (await engine.ask(call, ofPodman)).host.security.rootless;
}

/** Each prints one line where it gets through. */
const ATTACKS: readonly (readonly [name: string, script: string])[] = [
  ["be another user", '[ "$(id -u):$(id -g)" = 65534:65534 ] || echo "$(id -u):$(id -g)"'],
  ["have rights", "grep -E '^Cap(Prm|Eff|Bnd):' /proc/self/status | grep -v ' *0000000000000000$'"],
  ["get new rights", "grep -q '^NoNewPrivs:.*1$' /proc/self/status || echo yes"],
  ["call what it likes", "grep -q '^Seccomp:.*2$' /proc/self/status || echo yes"],
  ["make a namespace", "unshare -U true 2>/dev/null && echo yes"],
  ["write to the image", "for f in / /etc /usr /run; do touch $f/x 2>/dev/null && echo $f; done"],
  ["reach a network", "grep -v -e lo: -e '|' /proc/net/dev"],
  ["see processes of the host", 'ls -d /proc/[0-9]*/ | [ "$(wc -l)" -lt 12 ] || echo yes'],
];

/** What the tools of a persona run; nothing else needs them. */
const TOOL_PROGRAMS = ["bash", "python3", "bun"];

const MARK = "org-attack";

/** Attacks a container from inside, with probes that harm nothing. */
export async function checkContainers(
  container: ContainerHost,
  signal: AbortSignal,
): Promise<Finding> {
  return await orFault(attack(container, signal));
}

async function attack(container: ContainerHost, signal: AbortSignal): Promise<Finding> {
  const script = [
    ...ATTACKS.map(([, code], index) => `echo "${MARK} ${index}"; ( ${code} ) 2>/dev/null`),
    `echo "${MARK} end"`,
    ...TOOL_PROGRAMS.map((name) => `command -v ${name} >/dev/null || echo ${name}`),
  ].join("\n");
  const host = hostOfContainers(container);
  const { stdout, exit, killed } = await runSandboxed(["sh", "-c", script], DEFAULT_POLICY, {
    signal,
    host,
  });
  const [, ...parts] = stdout.split(new RegExp(`^${MARK} .*$`, "m")).map((part) => part.trim());
  const image = container.image.replace(/(@sha256:.{12}).*/, "$1…");
  if (parts.length !== ATTACKS.length + 1) {
    const detail = `${image} did not run the attacks to their end: ${killed ?? `exit ${exit}`}`;
    return {
      state: "fault",
      detail,
      remedies: ["use an image with a POSIX shell and grep, ls, id, wc"],
    };
  }
  const through = ATTACKS.flatMap(([name], index) =>
    parts[index] === "" ? [] : [`${name} (${parts[index]})`],
  );
  const missing = (parts.at(-1) ?? "").split("\n").filter((name) => name !== "");
  const heldOff = ATTACKS.length - through.length;
  const detail = `containers of ${image}, programs run as user 65534, ${heldOff} of ${ATTACKS.length} attacks held off`;
  if (through.length > 0) {
    return { state: "fault", detail: `${detail}; through: ${through.join(", ")}`, remedies: [] };
  }
  if (missing.length === 0) return { state: "ok", detail, remedies: [] };
  return {
    state: "warning",
    detail: `${detail}; the image has no ${missing.join(", no ")}`,
    remedies: ["name an image that has it: docs/container.md says how to make one"],
  };
}

async function orFault(finding: Promise<Finding>): Promise<Finding> {
  try {
    return await finding;
  } catch (error) {
    if (!(error instanceof OrgError)) throw error;
    const why = error.why === undefined ? "" : `; ${error.why}`;
    return { state: "fault", detail: `${error.message}${why}`, remedies: error.remedies };
  }
}

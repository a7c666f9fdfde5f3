import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { geteuid } from "node:process";
import { decide } from "#core/policy/decide.ts";
import { homeLabel } from "#platform/sandbox/container/container-host.ts";
import { containerHostOf } from "./container-settings.ts";
import { readSettings, type Settings } from "./settings.ts";

const IMAGE = `localhost/org@sha256:${"a".repeat(64)}`;

function settingsOf(config: string, flags: readonly (readonly [string, string])[] = []): Settings {
  const home = mkdtempSync(join(tmpdir(), "org-config-"));
  try {
    writeFileSync(join(home, "org.config"), config, { mode: 0o600 });
    return readSettings({ flags: new Map(flags), env: {}, defaultHome: home });
  } finally {
    rmSync(home, { recursive: true });
  }
}

test("nothing chooses containers but a person, and an engine alone does not", () => {
  expect(settingsOf("")).toMatchObject({ sandbox: "bubblewrap", container: undefined });
  const named = settingsOf(`[container]\nimage = "${IMAGE}"`);
  expect(named.sandbox).toBe("bubblewrap");
  expect(settingsOf(`sandbox = "container"\n[container]\nimage = "${IMAGE}"`).sandbox).toBe(
    "container",
  );
  expect(settingsOf(`[container]\nimage = "${IMAGE}"`, [["sandbox", "container"]]).sandbox).toBe(
    "container",
  );
});

test("the socket is Podman's unless another is named", () => {
  const { container } = settingsOf("[container]");
  const id = geteuid?.() ?? 0;
  const usual = id === 0 ? "/run/podman/podman.sock" : `/run/user/${id}/podman/podman.sock`;
  expect(container).toEqual({ socket: usual });
  expect(settingsOf('[container]\nsocket = "/run/docker.sock"').container?.socket).toBe(
    "/run/docker.sock",
  );
});

test.each([
  ['sandbox = "container"', "container.image"],
  ['sandbox = "container"\n[container]\nsocket = "/x"', "container.image"],
  ['[container]\nimage = "debian:latest"', "a digest is needed"],
  [`[container]\nimage = "debian@sha256:${"a".repeat(63)}"`, "a digest is needed"],
  ['[container]\nsocket = "relative"', "container.socket"],
  ['[container]\nruntime = "a b"', "container.runtime"],
  ["[container]\nprivileged = true", "there is no such setting"],
])("%j is refused: %s", (config, why) => {
  let said = "";
  try {
    settingsOf(config);
  } catch (error) {
    said = `${Reflect.get(Object(error), "code")} ${error} ${Reflect.get(Object(error), "why")}`;
  }
  expect(said).toStartWith("CONFIG_INVALID");
  expect(said).toContain(why);
});

test("programs are shown the workspace and org's own packages, and the home is named by a label", () => {
  const container = { socket: "/s", image: IMAGE, runtime: "runsc" };
  const settings = { home: "/h", workspace: "/no/such/workspace", container };
  expect(containerHostOf(settings, "/no/such/checkout")).toEqual({
    ...{ socket: "/s", image: IMAGE, runtime: "runsc", home: homeLabel("/h") },
    shows: ["/no/such/workspace", "/no/such/checkout/node_modules"],
  });
});

test("pull and run are asked about in every mode, and no rule of the file widens that", () => {
  for (const mode of ["open", "standard", "supervised"]) {
    const rule = '[[permissions.rules]]\ntool = "docker_*"\npermission = "allow"';
    const { policy } = settingsOf(`permissions.mode = "${mode}"\n${rule}\n[container]`);
    const decisionOn = (action: string) =>
      decide(
        policy,
        {
          ...{
            tool: "docker_manage",
            persona: "agent",
            effect: "execute",
            capabilities: ["shell"],
          },
          arguments: { action },
        },
        () => undefined,
      ).permission;
    expect(["pull", "run", "ps"].map(decisionOn)).toEqual(["ask", "ask", "allow"]);
  }
});

/** The suites of the sandbox, the same tests as under bubblewrap, in containers of a real engine where one can be had. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ContainerHost, homeLabel } from "#platform/sandbox/container/container-host.ts";
import { type TestHome, testHome } from "./org-process.ts";
import { NO_PODMAN, type Podman, startPodman, tellWithoutPodman } from "./podman.ts";
import { ORDINARY_USER, openBench, pythonRequest } from "./sandbox-roles.ts";
import { commandSuite } from "./sandbox-suites/command.ts";
import { egressSuite } from "./sandbox-suites/egress.ts";
import { containerEngine } from "./sandbox-suites/engine.ts";
import { escapesSuite } from "./sandbox-suites/escape.ts";
import { limitsSuite } from "./sandbox-suites/limits.ts";
import { until } from "./until.ts";

tellWithoutPodman("test/sandbox-container.e2e.test.ts");

const bench = await openBench();
afterAll(() => bench.remove());

describe.skipIf(NO_PODMAN !== undefined)("in containers of Podman", () => {
  let podman: Podman;
  let container: ContainerHost;

  beforeAll(async () => {
    podman = await startPodman();
    const home = homeLabel("/home/of/the/suites/of/the/sandbox");
    container = { socket: podman.socket, image: podman.image, home, shows: [bench.folder] };
  });

  afterAll(async () => await podman[Symbol.asyncDispose]());

  const engine = containerEngine(bench, () => container);

  describe("escapes", () => escapesSuite(engine));
  describe("egress", () => egressSuite(engine));
  describe("limits", () => limitsSuite(engine));

  describe("org sandbox run", () => {
    let home: TestHome;
    const place = join(bench.folder, "workspace");

    beforeAll(async () => {
      home = await testHome();
      mkdirSync(place);
      const { socket, image } = container;
      const settings = `sandbox = "container"\nworkspace = "${place}"\n`;
      const engineSettings = `[container]\nsocket = "${socket}"\nimage = "${image}"\n`;
      writeFileSync(join(home.path, "org.config"), settings + engineSettings);
    });

    afterAll(async () => await home[Symbol.asyncDispose]());

    commandSuite({ home: () => home, place: () => place });
  });

  describe("the control group of a container", () => {
    /** Its folders, of every version and controller. */
    async function groups(id: string): Promise<readonly string[]> {
      const found = await Bun.$`find /sys/fs/cgroup -type d -name ${`*${id}*`}`.nothrow().text();
      return found.split("\n").filter((line) => line !== "");
    }

    test("counts the CPU time of everything", async () => {
      const { exit, cpuMs } = await engine.attack(`
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for _ in range(20):
    if os.fork() == 0: busy(.01); os._exit(0)
try:
    while True: os.wait()
except ChildProcessError: pass
`);
      expect(exit).toBe(0);
      expect(cpuMs).toBeGreaterThanOrEqual(200);
    });

    test("is gone after kill -9 of org", async () => {
      const child = bench.start(
        [],
        engine.adapt(pythonRequest("import time\nprint('up'); time.sleep(600)")),
      );
      await child.stderr.getReader().read();
      const id = (await podman.podman("ps", "--quiet", "--no-trunc")).trim();
      expect((await groups(id)).length).toBeGreaterThan(0);
      child.kill("SIGKILL");
      await child.exited;
      await until("its group is gone", async () => (await groups(id)).length === 0);
    });
  });

  describe("where no container can be had, nothing runs", () => {
    const ran = pythonRequest("print('ran')");

    test("no engine answers", async () => {
      const socket = join(bench.folder, "none.sock");
      const reply = await bench.ask([], { ...ran, container: { ...container, socket } });
      expect(reply).toEqual({
        refused: expect.stringContaining(`SANDBOX_UNAVAILABLE\nNo engine answers at ${socket}`),
      });
    });

    test.skipIf(ORDINARY_USER.length === 0)("the user may not open its socket", async () => {
      const reply = await bench.ask(ORDINARY_USER, engine.adapt(ran));
      expect(reply).toEqual({ refused: expect.stringMatching(/^SANDBOX_UNAVAILABLE\n/) });
    });

    test("the image is not there", async () => {
      const image = `localhost/none@sha256:${"0".repeat(64)}`;
      const reply = await bench.ask([], { ...ran, container: { ...container, image } });
      expect(reply).toEqual({
        refused: expect.stringMatching(/^SANDBOX_UNAVAILABLE\n[\s\S]*(?:no such image|404)/i),
      });
    });
  });
});

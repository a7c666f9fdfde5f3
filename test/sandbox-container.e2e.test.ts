/** The suites of the sandbox, the same tests as under bubblewrap, in containers of a real engine where one can be had. */
import { afterAll, beforeAll, describe } from "bun:test";
import { type ContainerHost, homeLabel } from "#platform/sandbox/container/container-host.ts";
import { NO_PODMAN, type Podman, startPodman, tellWithoutPodman } from "./podman.ts";
import { openBench } from "./sandbox-roles.ts";
import { egressSuite } from "./sandbox-suites/egress.ts";
import { containerEngine } from "./sandbox-suites/engine.ts";
import { escapesSuite } from "./sandbox-suites/escape.ts";
import { limitsSuite } from "./sandbox-suites/limits.ts";

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
});

/** The one way out of the sandbox's network, tried from inside bubblewrap. */
import { afterAll, describe } from "bun:test";
import { openBench } from "./sandbox-roles.ts";
import { egressSuite } from "./sandbox-suites/egress.ts";
import { bubblewrapEngines } from "./sandbox-suites/engine.ts";

const bench = await openBench();
afterAll(() => bench.remove());

describe.each(bubblewrapEngines(bench))("started by %s", (_, engine) => {
  egressSuite(engine);
});

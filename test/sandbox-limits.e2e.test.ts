/** Programs that take more than they are given, under bubblewrap. */
import { afterAll, describe } from "bun:test";
import { openBench } from "./sandbox-roles.ts";
import { bubblewrapEngines } from "./sandbox-suites/engine.ts";
import { limitsSuite } from "./sandbox-suites/limits.ts";

const bench = await openBench();
afterAll(() => bench.remove());

describe.each(bubblewrapEngines(bench))("started by %s", (_, engine) => {
  limitsSuite(engine);
});

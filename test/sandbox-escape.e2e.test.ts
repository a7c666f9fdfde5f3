/** Ways out of the sandbox, tried from inside bubblewrap, started by root and by an ordinary user. */
import { afterAll, describe } from "bun:test";
import { openBench } from "./sandbox-roles.ts";
import { bubblewrapEngines } from "./sandbox-suites/engine.ts";
import { escapesSuite } from "./sandbox-suites/escape.ts";

const bench = await openBench();
afterAll(() => bench.remove());

describe.each(bubblewrapEngines(bench))("started by %s", (_, engine) => {
  escapesSuite(engine);
});

/**
 * One reader of streams in a process of its own: its compiled code, its heap and its processor time are
 * no other's. For every address that it is sent it reads one whole answer and replies with what that
 * cost in microseconds of processor time.
 *
 *   bun bench/programs/stream-client.ts NAME     (a key of `readers`)
 */
import { cpuMicroseconds } from "../support/cpu.ts";
import { PROSE } from "../support/prose.ts";
import { readers } from "../support/stream-readers.ts";

const name = process.argv[2] ?? "";
const load = readers[name];
if (load === undefined) throw new Error(`No reader "${name}" among ${Object.keys(readers)}`);
const read = await load();

process.on("message", async (baseUrl: string) => {
  let text = "";
  const cost = await cpuMicroseconds(async () => {
    text = await read(baseUrl);
  });
  // A contestant that loses a character has not done the job that is measured.
  if (text !== PROSE) throw new Error(`${name} read ${text.length} of ${PROSE.length} characters`);
  process.send?.(cost);
});
process.send?.("ready");

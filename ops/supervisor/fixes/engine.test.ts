/** An engine that the kernel kills for want of memory: really, in a group with a limit, where there are such groups. */
import { expect, test } from "bun:test";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { textLines } from "#core/lines.ts";
import { SizedEngine } from "#models/engine/sized-engine.ts";
import { identityOf, recordService } from "#platform/process-record.ts";
import { type Handler, serveOwner } from "#server/socket/owner-server.ts";
import { upkeepHandlers } from "#server/socket/upkeep-service.ts";
import { memoryGroup } from "#test/memory-group.ts";
import { testHome } from "#test/org-process.ts";
import { SupervisedHome } from "#test/supervised-home.ts";

const MEBIBYTE = 1024 ** 2;
/**
 * Takes 16 KiB for each token once it is asked to, and more than there is once it is asked for that. It waits for signals
 * instead of handling them: one that comes while "ready" is still being written would print into a writer that is in use,
 * which ends the program.
 */
const PROGRAM = `
import signal, sys
asked = {signal.SIGUSR1, signal.SIGUSR2}
signal.pthread_sigmask(signal.SIG_BLOCK, asked)
print("ready", flush=True)
while True:
    kept = None
    if signal.sigwait(asked) == signal.SIGUSR2:
        kept = b"x" * 200_000_000
    else:
        kept = b"x" * (int(sys.argv[1]) * 16384)
        print("filled", flush=True)
`;

const group = memoryGroup(60 * MEBIBYTE);
const GROUPED = 'echo $$ > "$1"; shift; exec /usr/bin/python3 -c "$@"';

test.skipIf(group === undefined)(
  "an engine that the kernel has killed is started with half of its context; killed again it stays off",
  async () => {
    using own = group;
    await using home = await testHome();
    const start = async (tokens: number) => {
      const words = [own?.members ?? "", PROGRAM, String(tokens)];
      const child = Bun.spawn(["sh", "-c", GROUPED, "sh", ...words], {
        stdio: ["ignore", "pipe", "ignore"],
        killSignal: "SIGKILL",
      });
      const lines = textLines(child.stdout)[Symbol.asyncIterator]();
      await lines.next();
      const record = await recordService(home.path, {
        ...{ role: "engine", command: "engine", pid: child.pid },
      });
      const ended = child.exited.then(() => `was killed by ${child.signalCode}`);
      return {
        process: { child, lines, ended },
        [Symbol.asyncDispose]: async () => {
          child.kill("SIGKILL");
          await child.exited;
          await record[Symbol.asyncDispose]();
        },
      };
    };
    await using sized = new SizedEngine(4096, start);
    const stop = new AbortController();
    const running = async () => (await sized.engines.get(stop.signal)).process;
    /** What a long conversation does to it. @returns what it said, or nothing when it was killed. */
    const fill = async (): Promise<string> => {
      const { child, lines } = await running();
      child.kill("SIGUSR1");
      return (await lines.next()).value ?? "";
    };
    /** What the engine came to each time that the supervisor tried it. */
    const answers: string[] = [];
    const nothing = async () => undefined;
    const none: Handler = async function* () {
      yield* [];
    };
    const upkeep = upkeepHandlers({
      ...{ queue: nothing, checkpoint: nothing, sampleLog: nothing, tell: nothing },
      ...{ probe: async () => true, provider: async () => "up", restartWorkers: async () => 0 },
      shrinkEngine: () => sized.shrink(),
      tryModel: async () => {
        const answer = await fill().catch((error: unknown) => String(error));
        answers.push(answer);
        return answer === "filled";
      },
    });
    await mkdir(dirname(home.paths.socket), { recursive: true });
    const owner = { ...(await identityOf()), command: "org serve", since: "today" };
    await writeFile(home.paths.ownerRecord, JSON.stringify(owner));
    await using _server = await serveOwner(home.paths.socket, {
      ...{ rooms: none, questions: none, ...upkeep },
    });
    await using supervised = await SupervisedHome.open(home.path);
    const killedBy = async (signal: NodeJS.Signals): Promise<void> => {
      const { child } = await running();
      await supervised.beats(2);
      child.kill(signal);
      await child.exited;
      expect(child.signalCode).toBe("SIGKILL");
    };
    const mended = async (): Promise<void> => {
      await supervised.beats(12, () => supervised.stateOf("engine-oom") === "verified");
      // Where it is not, what it came to is told.
      const there = await readdir(dirname(home.paths.socket)).catch(String);
      const record = { ...supervised.records()[0], answers, there };
      expect(record).toMatchObject({ pattern: "engine-oom", state: "verified" });
    };
    await killedBy("SIGUSR1");
    await mended();
    expect(supervised.records()).toMatchObject([{ done: { engine: "halved" } }]);
    expect((await running()).child.exitCode).toBeNull();
    await killedBy("SIGUSR2");
    await mended();
    expect(supervised.records()[0]).toMatchObject({ state: "verified", done: { engine: "off" } });
    await expect(running()).rejects.toMatchObject({ code: "ENGINE_FAILED" });
  },
);

#!/usr/bin/env bun
/** Processor time per streamed chunk of `chatOnce`, beside the least that must be done and other clients. */
import { compare } from "./support/compare.ts";
import { startModelServer } from "./support/model-server.ts";
import { PIECES } from "./support/prose.ts";
import { atMostTimes, named, publish, type Section } from "./support/report.ts";
import { stop } from "./support/stop.ts";
import { readers } from "./support/stream-readers.ts";

const CLIENT = `${import.meta.dir}/programs/stream-client.ts`;
const UNIT = "µs of processor time per chunk, less is better";

await using server = await startModelServer();
publish([await firstAnswers(`${server.url}/burst/v1`), ...(await laterAnswers(server.url))]);

/** What `org ask` costs: nothing is compiled yet. A new process for every figure. */
async function firstAnswers(url: string): Promise<Section> {
  const contestants = Object.keys(readers).map((name) => ({
    name,
    round: async () => {
      await using client = await startClient(name);
      return await client.costOf(url);
    },
  }));
  return {
    title: "chat-stream: the first answer of a process, all chunks at once",
    unit: UNIT,
    series: await compare(contestants, { warmUp: 0, counted: 3 }),
    aims: [],
  };
}

/** What an answer costs in a room that has been open for a while. */
async function laterAnswers(url: string): Promise<readonly Section[]> {
  await using parts = new AsyncDisposableStack();
  const clients = new Map<string, Client>();
  for (const name of Object.keys(readers)) clients.set(name, parts.use(await startClient(name)));
  const ask = (kind: string) =>
    [...clients].map(([name, client]) => ({
      name,
      round: () => client.costOf(`${url}/${kind}/v1`),
    }));
  // Some 40,000 chunks pass until everybody's code is compiled for good.
  const burst = await compare(ask("burst"), { warmUp: 20, counted: 15 });
  const single = await compare(ask("single"), { warmUp: 1, counted: 7 });
  const [raw, ours] = [named(burst, "raw"), named(burst, "chatOnce")];
  return [
    {
      title: "chat-stream: later answers, all chunks at once",
      unit: UNIT,
      series: burst,
      aims: [
        atMostTimes(2, [ours, raw]),
        atMostTimes(0.5, [ours, named(burst, "openai create()")]),
        atMostTimes(0.5, [ours, named(burst, "openai .stream()")]),
      ],
    },
    {
      title: "chat-stream: later answers, each chunk in a packet of its own",
      unit: UNIT,
      series: single,
      // None can take half of what another takes here: most of it is receiving packets.
      aims: [atMostTimes(2, [named(single, "chatOnce"), named(single, "raw")])],
    },
  ];
}

interface Client extends AsyncDisposable {
  /** Processor time of reading the answer at `url`, in microseconds per chunk. */
  costOf(url: string): Promise<number>;
}

async function startClient(name: string): Promise<Client> {
  let reply = Promise.withResolvers<unknown>();
  const child = Bun.spawn([process.execPath, CLIENT, name], {
    stdio: ["ignore", "ignore", "inherit"],
    ipc: (message) => reply.resolve(message),
    onExit: () => reply.reject(new Error(`The reader "${name}" has ended`)),
  });
  await reply.promise;
  return {
    costOf: async (url) => {
      reply = Promise.withResolvers();
      child.send(url);
      return Number(await reply.promise) / PIECES.length;
    },
    [Symbol.asyncDispose]: () => stop(child),
  };
}

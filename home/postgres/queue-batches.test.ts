/** Many operations in one call: they answer what one call each would answer, and cost no more for what lies beside them. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import type { Operation } from "#platform/postgres/batches.ts";
import type { PgClient } from "#platform/postgres/pg-client.ts";
import { PgCluster } from "#test/postgres-cluster.ts";

let cluster: PgCluster;
beforeAll(async () => {
  cluster = await PgCluster.start();
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
});

const LEASE_MS = 100;
const KEEP = { idMs: 150, endedMs: 400, deadMs: 800 };

interface Answer {
  readonly answers: readonly unknown[];
  readonly events: readonly (readonly unknown[])[];
  readonly bodies: readonly unknown[];
}

async function apply(
  client: PgClient,
  operations: readonly Operation[],
  now: number,
): Promise<Answer> {
  const [row] = await client.query<{ answer: string }>(
    `select queue_apply($1::text::uuid, $2::text::json, 'a', $3::text::json, $4::text::bigint, 'c')::text as answer`,
    [crypto.randomUUID(), JSON.stringify(operations), JSON.stringify(KEEP), String(now)],
  );
  const answer: Answer = JSON.parse(row?.answer ?? "");
  return answer;
}

async function rows(client: PgClient, queue: string): Promise<unknown> {
  return await client.query(
    `select job.*, (select json_agg(e order by seq)::text from job_event as e where e.job = job.number) as told
     from job where queue = $1::text order by number`,
    [queue],
  );
}

/** Of each job in its order; that of several jobs is free. */
function ofJobs(events: Answer["events"]): Map<unknown, Answer["events"][number][]> {
  return Map.groupBy(events, ([, id]) => id);
}

type Step = readonly [name: string, id: string, token: number, max: number, only: string | null];

function operationOf(queue: string, [name, id, token, max, only]: Step): Operation {
  switch (name) {
    case "enqueue":
      return [name, queue, id, max === 1 ? "k" : "", max === 3 ? 30 : 0, token, 3, `"${id}"`];
    case "lease":
      return [name, queue, max, LEASE_MS, "[]", only];
    case "nak":
      return [name, queue, id, token, null, 0, '{"code":"X","message":"x"}', false];
    case "extend":
      return [name, queue, id, token, null, LEASE_MS];
    case "ack":
      return [name, queue, id, token, max === 3 ? '{"note":"n"}' : null, `"${max}"`];
    case "release":
      return [name, queue, id, token, null];
    default:
      return name === "reclaim" ? [name, queue] : [name, queue, id];
  }
}

interface Batch {
  readonly steps: readonly Step[];
  readonly laterMs: number;
}

/** Three jobs, the first two of them leased. */
const BEGUN: readonly Batch[] = [
  { steps: ["1", "2", "3"].map((id) => ["enqueue", id, 1, 2, null]), laterMs: 0 },
  { steps: [["lease", "1", 1, 2, null]], laterMs: 10 },
];
const ACK: Step = ["ack", "1", 1, 1, null];

function behind(...steps: readonly Step[]): [Batch[]] {
  return [[...BEGUN, { steps, laterMs: 10 }]];
}

/** Where the order counts. */
const EXAMPLES: [Batch[]][] = [
  behind(ACK, ["lease", "1", 1, 1, null], ["ack", "2", 1, 1, null], ["lease", "1", 1, 1, null]),
  behind(ACK, ACK),
  behind(["reclaim", "1", 1, 1, null], ACK),
  behind(["cancel", "1", 1, 1, null], ACK),
  behind(ACK, ["enqueue", "1", 1, 1, null]),
  behind(["lease", "1", 1, 1, '["k"]'], ["lease", "1", 1, 1, null]),
  behind(["lease", "1", 1, 1, null], ["enqueue", "4", 2, 2, null], ["lease", "1", 1, 2, null]),
  [[...BEGUN, { steps: [["lease", "1", 1, 3, null], ACK], laterMs: LEASE_MS }]],
  [
    [
      { steps: BEGUN[0]?.steps ?? [], laterMs: 0 },
      {
        steps: [
          ["lease", "1", 1, 2, null],
          ["lease", "1", 1, 2, null],
        ],
        laterMs: 0,
      },
    ],
  ],
];

test("a batch answers and leaves what its operations do one by one", async () => {
  await using together = await cluster.client();
  await using alone = await cluster.client();
  const names = ["enqueue", "lease", "ack", "release", "nak", "extend", "cancel", "reclaim"];
  const often = ["enqueue", "lease", "lease", "ack", "ack", "ack"];
  const step: fc.Arbitrary<Step> = fc.tuple(
    fc.constantFrom(...often, ...names),
    fc.constantFrom("1", "2", "3"),
    fc.constantFrom(1, 1, 2),
    fc.integer({ min: 1, max: 3 }),
    fc.constantFrom(null, null, '["k"]'),
  );
  const batch = fc.record({ steps: fc.array(step, { maxLength: 14 }), laterMs: fc.nat(160) });
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 8 }), async (batches) => {
      runs += 1;
      const queue = `q${runs}`;
      let now = 1_000_000;
      for (const { steps, laterMs } of batches) {
        now += laterMs;
        const operations = steps.map((one) => operationOf(queue, one));
        const whole = await apply(together, operations, now);
        const answers: unknown[] = [];
        const events: Answer["events"][number][] = [];
        for (const operation of operations) {
          const single = await apply(alone, [operation], now);
          answers.push(...single.answers);
          events.push(...single.events);
        }
        expect(whole.answers).toEqual(answers);
        expect(ofJobs(whole.events)).toEqual(ofJobs(events));
        expect(await rows(together, queue)).toEqual(await rows(alone, queue));
      }
    }),
    { examples: EXAMPLES, numRuns: 40 },
  );
});

test("what has ended is not read again, though the plans were made before there was any", async () => {
  await using client = await cluster.client({ connections: 1 });
  const queue = "q";
  const enqueue = (id: string): Operation => ["enqueue", queue, id, "", 0, 0, 5, '"x"'];
  const lease: Operation = ["lease", queue, 1, LEASE_MS, "[]", null];
  const now = 1_000_000;
  const turn = async (name: string): Promise<void> => {
    const ids = Array.from({ length: 8 }, (_, n) => `${name} ${n}`);
    await apply(client, ids.map(enqueue), now);
    const { answers } = await apply(
      client,
      ids.map(() => lease),
      now,
    );
    expect(answers).toHaveLength(8);
    const ends = ids.flatMap((id): Operation[] => [["ack", queue, id, 1, null, null], lease]);
    await apply(client, ends, now);
    const noted = ids.map((id): Operation => ["note", queue, id, 1, '{"note":"late"}']);
    await apply(client, noted, now);
  };
  // More than five times: a plan is kept for good then.
  for (let n = 0; n < 8; n += 1) await turn(`early ${n}`);
  const more = Array.from({ length: 2048 }, (_, n) => `more ${n}`);
  for (let n = 0; n < more.length; n += 256) {
    const ids = more.slice(n, n + 256);
    await apply(client, ids.map(enqueue), now);
    await apply(client, [["lease", queue, 256, LEASE_MS, "[]", null]], now);
    await apply(
      client,
      ids.map((id) => ["ack", queue, id, 1, null, null]),
      now,
    );
  }
  const before = await tuplesRead(client);
  await turn("late");
  expect((await tuplesRead(client)) - before).toBeLessThan(400);
});

async function tuplesRead(client: PgClient): Promise<number> {
  await client.query("select pg_stat_force_next_flush()");
  const [row] = await client.query<{ read: string }>(
    `select sum(seq_tup_read + idx_tup_fetch)::text as read from pg_stat_user_tables
     where schemaname = current_schema() and relname like 'job%'`,
  );
  return Number(row?.read);
}

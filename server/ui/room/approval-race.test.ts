/** One question of a live room, and everybody who may answer it at once: over HTTP, the socket, a terminal, and a stop. */
import { afterEach, expect, test } from "bun:test";
import { z } from "zod";
import { DEFAULT_POLICY } from "#core/policy/policy.ts";
import { inRoom, type RoomBoard, roomBoard, sayIn } from "#test/dashboard-room.ts";
import { entriesOf } from "#test/room-fixture.ts";
import { call, say } from "#test/scripted-answers.ts";
import { until } from "#test/until.ts";
import { defineTool } from "#tools/define-tool.ts";

const ROUNDS = 24;
const ROOM = "made-1";
const SUPERVISED = {
  policy: { ...DEFAULT_POLICY, mode: "supervised" },
  resolveProgram: () => undefined,
} as const;

let open: RoomBoard | undefined;
afterEach(async () => {
  await open?.[Symbol.asyncDispose]();
  open = undefined;
});

test("a question that all surfaces answer at once, and a stop ends, has one outcome, and a call runs once or never", async () => {
  const ran: string[] = [];
  const tool = defineTool({
    ...{ name: "sh", effect: "execute", description: "Runs." },
    input: z.object({ cmd: z.string() }),
    run: async ({ cmd }) => {
      ran.push(cmd);
      return { ok: true, output: "ran", exit: 0 };
    },
  });
  open = await roomBoard(
    ({ body }) => {
      const last = body.messages.at(-1)?.content ?? "";
      const [, round] = /go (\d+)$/.exec(last.trim()) ?? [];
      return round === undefined ? say("Ok.") : call("sh", { cmd: `round ${round}` });
    },
    { room: { tools: [tool], permissions: SUPERVISED } },
  );
  const { board, home, disk } = open;
  const [one, other] = [await inRoom(board), await board.signIn()];
  const terminal = await home.openClient({ kind: "own", id: ROOM });
  using _client = terminal;
  using _interactive = terminal.room.approvals.setInteractive();
  let seed = 7;
  const draw = (below: number): number => {
    seed = (seed * 48_271) % 0x7fff_ffff;
    return seed % below;
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    await sayIn(one, `go ${round}`, { line: `line-${round}-race` });
    await until("it asks", async () => terminal.room.approvals.waiting.length === 1);
    const [asked] = terminal.room.approvals.waiting;
    const { id = "", hash = "" } = asked ?? {};
    const overHttp = (visitor: typeof one, decision: string) => async () => {
      const { status } = await visitor.submit(`/ui/rooms/${ROOM}/approvals`, {
        id,
        hash,
        decision,
      });
      if (status !== 303) throw new Error(`status ${status}`);
    };
    const surfaces: readonly (() => Promise<unknown>)[] = [
      overHttp(one, "approve"),
      overHttp(other, draw(2) === 0 ? "approve" : "deny"),
      () => home.answer({ id, approved: draw(2) === 0, room: ROOM }),
      async () => terminal.room.approvals.answer(id, draw(2) === 0),
      async () => {
        await Promise.resolve();
        if (round % 3 === 0) terminal.room.stop();
        throw new Error("a stop is not an answer");
      },
    ];
    const from = draw(surfaces.length);
    const order = [...surfaces.slice(from), ...surfaces.slice(0, from)];
    const told = await Promise.allSettled(order.map((answer) => answer()));
    await until("the turn has ended", async () => !terminal.room.busy);
    const outcomes = await outcomesOf(disk, id);
    expect(outcomes).toHaveLength(1);
    // Who is told "yes, that counted" is one at the most, and none where a stop was first.
    expect(told.filter(({ status }) => status === "fulfilled")).toHaveLength(
      outcomes[0] === "aborted" ? 0 : 1,
    );
    const runs = ran.filter((cmd) => cmd === `round ${round}`).length;
    expect(runs).toBeLessThanOrEqual(outcomes[0] === "approved" ? 1 : 0);
    if (outcomes[0] === "approved" && round % 3 !== 0) expect(runs).toBe(1);
  }
});

async function outcomesOf({ journal }: RoomBoard["disk"], id: string): Promise<readonly string[]> {
  const entries = await entriesOf(journal, ROOM);
  return entries.flatMap(({ event }) =>
    event.type === "approval" && event.state === "answered" && event.id === id
      ? [event.outcome]
      : [],
  );
}

/** What a small model changed is held to the test of its repository, and to what the line says, before its turn ends. */
import type { RoomEvent } from "#core/events.ts";
import type { PlannedCall } from "./call-plan.ts";
import { afterRevert, type ChangeCheck, firstFailure } from "./change-check.ts";
import type { Model, SharedView } from "./model.ts";
import { surelyPending, unset } from "./pending-changes.ts";
import type { ChatMessage } from "./provider.ts";
import { examplesCommand } from "./stated-examples.ts";
import type { Ending } from "./turn-ending.ts";

/** How far a turn has come that may have changed something. */
interface Changing {
  readonly turn: {
    readonly model: Pick<Model, "persona">;
    readonly shared?: (() => SharedView) | undefined;
    /** Reverts what the turn changed in files. */
    readonly startOver?: (() => Promise<void>) | undefined;
  };
  /** The turn so far; what fails is put behind it. */
  readonly current: ChatMessage[];
  readonly check: ChangeCheck;
  /** The newest message of the user. */
  readonly userRequest: string | undefined;
  /** A tool that the request does not have. */
  setAside: string | undefined;
}

/** Runs one call. @returns how it ends the turn, if it does. */
type RunCall = (planned: PlannedCall) => AsyncGenerator<RoomEvent, Ending | undefined>;

/** @returns how the turn ends; `again`: something remains to do, or fails, and the model has a message about it. */
export async function* holdChange(
  changing: Changing,
  ending: Ending,
  runCall: RunCall,
): AsyncGenerator<RoomEvent, Ending | "again"> {
  if (yield* beginAnew(changing)) return "again";
  const { turn, check, current, userRequest = "" } = changing;
  const opened = turn.shared?.().project?.opened ?? "";
  const pending = {
    files: surelyPending(userRequest, opened, current),
    values: unset(userRequest, opened, current),
  };
  const reproach = check.reproach(pending);
  if (reproach !== undefined) {
    current.push({ role: "user", content: reproach });
    return "again";
  }
  return yield* heldToTests(changing, ending, runCall);
}

/** Runs the test of the repository, and the examples that the line has; `again`: one of them fails. */
async function* heldToTests(
  changing: Changing,
  ending: Ending,
  runCall: RunCall,
): AsyncGenerator<RoomEvent, Ending | "again"> {
  const { turn, check, current, userRequest = "" } = changing;
  const opened = turn.shared?.().project?.opened ?? "";
  const examples = () => examplesCommand({ userRequest, opened, current });
  for (let call = check.next(examples); call !== undefined; call = check.next(examples)) {
    const stopped = yield* runCall({ call, origin: "embedded", truncated: false });
    if (stopped !== undefined) return stopped.reason === "aborted" ? stopped : ending;
    const result = current.at(-1);
    if (result?.role !== "tool" || !check.fails) continue;
    if (yield* beginAnew(changing)) return "again";
    current.splice(-1, 1, { ...result, content: firstFailure(result.content) });
    return "again";
  }
  return ending;
}

/**
 * After a test that failed: small models seldom mend what they wrote, and more often write something else that is right.
 *
 * @returns whether the change is reverted, and made anew.
 */
export async function* beginAnew(changing: Changing): AsyncGenerator<RoomEvent, boolean> {
  const { turn, check, current } = changing;
  const failed = current.findLast((one) => one.role === "tool" && one.failed === true);
  if (turn.startOver === undefined || failed === undefined || !check.mayStartOver) return false;
  await turn.startOver();
  changing.setAside = undefined;
  const persona = turn.model.persona.id;
  yield { type: "notice", level: "info", text: check.startOver(), persona };
  current.splice(0, current.length, { role: "user", content: afterRevert(failed.content) });
  return true;
}

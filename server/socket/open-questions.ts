/** Questions to the human that wait in the rooms of this process, and their answers from another one. */
import type { OrgError } from "#core/errors.ts";
import type { Room } from "#room/room.ts";
import type { AnswerRequest, OpenQuestion } from "./home-service.ts";
import { notOneQuestion, outcomeIn } from "./room-refusals.ts";

interface WaitingQuestion {
  readonly one: Room;
  readonly question: OpenQuestion;
}

/** Those that wait for an answer, room by room. */
export function waitingIn(rooms: readonly Room[]): readonly WaitingQuestion[] {
  return rooms.flatMap((one) =>
    one.approvals.waiting.map((approval) => ({ one, question: { room: one.id, asked: approval } })),
  );
}

/**
 * Answers the question that is meant. It waits for nothing: between what is found open and its answer no other surface
 * comes.
 *
 * @returns `undefined` where no room asks it.
 * @throws {OrgError} as {@link notOneQuestion}, when more than one room does.
 */
export function answerIn(rooms: readonly Room[], request: AnswerRequest): OpenQuestion | undefined {
  const approvalId = idOf(request);
  const waiting = waitingIn(rooms);
  const found = waiting.filter(
    ({ question: { asked, room } }) => asked.id === approvalId && (request.room ?? room) === room,
  );
  const [first, ...others] = found;
  if (others.length > 0) throw refusal(rooms, request, found);
  first?.one.approvals.answer(approvalId, request.approved);
  return first?.question;
}

/** Of a question that no room asks, here or elsewhere. */
export function noSuchQuestion(rooms: readonly Room[], request: AnswerRequest): OrgError {
  return refusal(rooms, request, []);
}

function refusal(
  rooms: readonly Room[],
  request: AnswerRequest,
  found: readonly WaitingQuestion[],
): OrgError {
  const own = rooms.filter(({ id }) => id === (request.room ?? id));
  const over = own.flatMap(outcomeIn(idOf(request)));
  return notOneQuestion(request.id, { found, over, waiting: waitingIn(rooms) });
}

function idOf({ id }: AnswerRequest): string {
  return id.trim().toUpperCase();
}

import type { ChannelLock } from "#core/channel-lock.ts";
import type { RoomEvent } from "#core/events.ts";
import type { Model, ProjectView } from "#models/model.ts";
import type { Tool } from "#tools/tool.ts";
import type { Toolbox } from "#tools/toolbox.ts";
import { TURN_LIMITS } from "#tools/turn-meter.ts";
import type { Turn } from "../chat.ts";
import type { Approvals } from "./approvals.ts";
import type { Summaries } from "./compaction.ts";
import type { RoomHistory } from "./history.ts";
import type { Line } from "./line.ts";
import type { Participants } from "./participants.ts";
import { DEFAULT_PERMISSIONS, offersTool, turnGuard } from "./permissions.ts";
import type { RoomOptions } from "./room-options.ts";
import { sharedView } from "./shared-view.ts";
import type { TurnSurroundings } from "./turn-surroundings.ts";

/** The room that a turn is in. */
export interface TurnContext {
  readonly options: RoomOptions;
  readonly history: RoomHistory;
  readonly participants: Participants;
  /** All of the room. */
  readonly tools: Toolbox;
  readonly approvals: Approvals;
  readonly summaries: Summaries;
  readonly lockOf: (model: Model) => ChannelLock;
}

/** What a turn is made of. */
interface TurnParts extends TurnSurroundings {
  readonly persona: string;
  readonly line: Line;
  readonly project: ProjectView | undefined;
  readonly startOver: Turn["startOver"];
  /** Notes that belong to the line, as data. */
  readonly recalled: string | undefined;
  readonly emit: (event: RoomEvent) => Promise<void>;
}

/** @param id of the turn. */
export function turnOf(id: string, parts: TurnParts, context: TurnContext): Turn {
  const { persona, line, dynamic, files, named, project, recalled, emit } = parts;
  const { options, history, participants, approvals, summaries, lockOf } = context;
  const { permissions = DEFAULT_PERMISSIONS, cleaner } = options;
  const { consent, message, signal } = line;
  const model = participants.modelOf(persona);
  const exchanges = () => history.viewFor(persona).exchanges();
  const guard = turnGuard({
    ...{ permissions, approvals, cleaner, consent, room: options.id, turn: id, emit },
  });
  const consents = { permissions, approvals, consent };
  const offers = (tool: Tool) => offersTool(tool, persona, consents);
  const surroundings = { history, participants, tools: context.tools, consents };
  const tools = context.tools.pick(model.persona.tools, { guard, dynamic, offers });
  const found = { files, named, project, recalled };
  return {
    ...{ id, message: message.id, model, cleaner, tools, recalled, signal },
    startOver: parts.startOver,
    history: { [Symbol.iterator]: exchanges },
    // A persona that another one called may have nothing to add.
    mayPass: message.to.length > 1 || !message.to.includes(persona),
    shared: () => sharedView(persona, { ...surroundings, own: tools, ...found }),
    others: [...participants.ids.filter((one) => one !== persona), "user"],
    lock: lockOf(model),
    limits: options.limits ?? TURN_LIMITS,
    compact: () => summaries.inTurn(model, signal),
  };
}

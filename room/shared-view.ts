import type { ProjectView, SharedView } from "#models/model.ts";
import type { Tool } from "#tools/tool.ts";
import type { Toolbox } from "#tools/toolbox.ts";
import type { RoomHistory } from "./history.ts";
import type { Participants } from "./participants.ts";
import { offersTool } from "./permissions.ts";

interface Surroundings {
  readonly history: RoomHistory;
  readonly participants: Participants;
  /** All of the room. */
  readonly tools: Toolbox;
  /** Those that the persona may call now. */
  readonly own: Toolbox;
  readonly consents: Parameters<typeof offersTool>[2];
  /** The files of the workspace, as text for a model. */
  readonly files: string | undefined;
  /** What the files hold that the newest line names. */
  readonly named: string | undefined;
  readonly project: ProjectView | undefined;
  /** Notes that belong to the newest line, as data. */
  readonly recalled: string | undefined;
}

/** What a persona may see, rendered alike for all that may see it. */
export function sharedView(persona: string, surroundings: Surroundings): SharedView {
  const { history, participants, tools, own, consents, files, named, project } = surroundings;
  const { recalled } = surroundings;
  const [first = persona] = participants.ids;
  const present = history.presentFor(persona);
  const toolsOf = (id: string) => participants.find(id)?.persona.tools ?? [];
  const offers = (tool: Tool) =>
    present.some((id) => toolsOf(id).includes(tool.name) && offersTool(tool, id, consents));
  const common = tools.pick([...new Set(present.flatMap(toolsOf))], { offers }).schemas;
  // Generated tools come and go with what is being talked about: behind those that stay.
  const added = own.schemas.filter(({ name }) => !common.some((tool) => tool.name === name));
  const addressee = history.viewFor(persona).addressee(first);
  return {
    history: { [Symbol.iterator]: () => history.viewFor(persona).shared(first) },
    last:
      [project?.map, project?.opened, named, recalled, addressee]
        .filter((part) => part !== undefined)
        .join("\n\n") || undefined,
    tools: [...common, ...added],
    present,
    files,
    project,
  };
}

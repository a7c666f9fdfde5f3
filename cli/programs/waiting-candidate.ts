/** The candidate that stands beside the prompt of a room on a repository. */
import { waitingCandidate } from "#ops/project/candidate.ts";
import type { ProjectLocation } from "#ops/project/location.ts";
import type { CommandContext } from "../context.ts";

interface Asking {
  readonly app: Pick<CommandContext["app"], "projectWork">;
}

/** Remembers which candidate of a room waits for a promotion, as of the last look. */
export class WaitingCandidate {
  /** Such as `cand/20261123T083000Z`; made of digits and letters alone. */
  name: string | undefined;
  readonly #context: Asking;
  readonly #project: ProjectLocation | undefined;
  readonly #room: string;

  /** @param project absent for a room of no repository: no candidate waits. @param room id of the room. */
  constructor(context: Asking, project: ProjectLocation | undefined, room: string) {
    this.#context = context;
    this.#project = project;
    this.#room = room;
  }

  /** What keeps it from looking is told by whatever needs the candidate. */
  async look(): Promise<void> {
    if (this.#project === undefined) return;
    try {
      const work = await this.#context.app.projectWork(this.#project, this.#room);
      this.name = (await waitingCandidate(work))?.name;
    } catch {
      this.name = undefined;
    }
  }
}
